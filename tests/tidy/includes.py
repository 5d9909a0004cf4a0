#!/usr/bin/env python3
# Who may include what: the arrows of the architecture, and the purity of core/.
"""Usage: includes.py ROOT. Prints one line per violation; exits 1 when there is one."""

import pathlib
import re
import sys

PARTS = ("core/codec", "core/secure", "core/trace", "core/transport", "core", "runtime", "sim", "cli")

# The parts of Peal that each part may include.
ARROWS = {
    "core": {"core"},
    "core/codec": {"core", "core/codec"},
    "core/secure": {"core", "core/secure"},
    "core/trace": {"core", "core/codec", "core/trace"},
    "core/transport": {"core", "core/codec", "core/secure", "core/transport"},
    "sim": {"core", "core/codec", "core/secure", "core/trace", "core/transport", "sim"},
    "runtime": {"core", "core/codec", "core/secure", "core/trace", "core/transport", "runtime"},
    "cli": set(PARTS),
}

# Libraries with exactly one home: header pattern -> the parts that may include it.
HOMES = {
    r"msgpack": {"core/codec"},
    r"uv(\.h|/)": {"runtime"},
    r"sqlite3": {"runtime"},
    r"sodium": {"runtime", "core/secure"},
    r"spdlog/": {"runtime", "cli"},
    r"CLI/": {"cli"},
    r"(editline/|histedit)": {"cli"},
}

# Headers without clocks, randomness, files, threads, locale, or an order that depends on hashes.
# <cstdlib> is here for std::abs of integers; its rand, exit and getenv meet the check of the symbols.
PURE = set(
    """algorithm array bit bitset charconv chrono climits compare concepts cstddef cstdint cstdlib cstring
    deque exception functional initializer_list iosfwd iterator limits list map memory new numeric
    optional queue ranges set source_location span stdexcept string string_view tuple type_traits
    utility variant vector version""".split()
)
# The parts that may include nothing else, but for the library that has its home there.
PURE_PARTS = {"core": set(), "core/secure": {"sodium.h"}, "core/trace": set(), "core/transport": set()}
# Where an impossible state is reported before the program stops, and where stores have an order for who reads a file.
ALSO_PURE = {"core/check.hpp": {"cstdio"}, "core/check.cpp": {"cstdio"}, "core/trace/block.cpp": {"atomic"}}

IMPURE_WORDS = re.compile(
    r"\b((?:system|steady|high_resolution|utc|file|tai|gps)_clock|random_device|unordered_\w+|"
    r"thread_local|float|double|mt19937\w*|getenv|rand|srand)\b"
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# A string or character literal is taken first, so that // inside of one is no comment.
NOT_CODE = re.compile(
    r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|/\*.*?\*/', re.DOTALL
)


def code_of(text):
    """The text without comments and literals; lines keep their numbers."""
    return NOT_CODE.sub(lambda match: "\n" * match.group().count("\n"), text)


def part_of(path):
    """The part that a path from the root belongs to, or None."""
    return next((part for part in PARTS if path.startswith(part + "/")), None)


def violations_in(path, text):
    part = part_of(path)
    for match in INCLUDE.finditer(text):
        quote, header = match.groups()
        where = f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}"
        target = part_of(header)
        if quote == '"' and target and target not in ARROWS[part]:
            yield f"{where}: {part} must not include {target} ({header})"
        if quote == '"' and not target:
            yield f'{where}: include Peal\'s headers from the root, others with <>: "{header}"'
        for pattern, homes in HOMES.items():
            if quote == "<" and re.match(pattern, header) and part not in homes:
                yield f"{where}: only {', '.join(sorted(homes))} may include <{header}>"
        if part in PURE_PARTS and quote == "<":
            if header not in PURE | PURE_PARTS[part] | ALSO_PURE.get(path, set()):
                yield f"{where}: <{header}> is not on the list of pure headers"
    if part in PURE_PARTS:
        for number, line in enumerate(code_of(text).splitlines(), 1):
            for word in IMPURE_WORDS.findall(line):
                yield f"{path}:{number}: {word} has no place in the pure core"


def main(root):
    root = pathlib.Path(root)
    found = []
    for part in ("core", "runtime", "sim", "cli"):
        for file in sorted((root / part).rglob("*.[ch]pp")):
            path = file.relative_to(root).as_posix()
            found += violations_in(path, file.read_text(encoding="utf-8"))
    print("\n".join(found) if found else "every include follows the architecture")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
