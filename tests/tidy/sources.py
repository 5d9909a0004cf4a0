#!/usr/bin/env python3
# Rules for every file: say what it is in the first line, stay short, name no one's machine.
"""Usage: sources.py ROOT. Prints one line per violation; exits 1 when there is one."""

import pathlib
import re
import subprocess
import sys

LINES_MAX = 650
CODE = {".cpp", ".hpp"}
# What there is at the top: a name that nobody listed came there by mistake.
TOP = {".ci", ".clang-format", ".clang-tidy", ".gitignore", "CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json", "LICENSE",
       "README.md", "cli", "cmake", "core", "docs", "runtime", "scripts", "sim", "tests", "traces"}
HASH_COMMENTS = {".py", ".sh", ".cmake"}
# A path below someone's own directories helps nobody else.
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:work|root|home)/\w")


def tracked_files(root):
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
        check=False, capture_output=True, text=True,
    )
    if listing.returncode == 0:
        return [root / name for name in listing.stdout.splitlines()]
    # An unpacked release has no git, and git refuses a checkout of someone else's.
    return [file for file in root.rglob("*") if file.relative_to(root).parts[0] not in {"build", ".git"}]


def opening_line(path, lines):
    """What the first line must match, or None."""
    if path.suffix in CODE:
        return 0, r"// \S", "start with a // line that says what the file is for"
    is_script = bool(lines) and lines[0].startswith("#!")
    if is_script or path.suffix in HASH_COMMENTS or path.name == "CMakeLists.txt":
        return int(is_script), r"# \S", "start with a # line that says what the file is for"
    return None


def violations_in(path, text):
    lines = text.splitlines()
    rule = opening_line(path, lines)
    if rule:
        index, pattern, advice = rule
        if len(lines) <= index or not re.match(pattern, lines[index]):
            yield f"{path}:{index + 1}: {advice}"
    if path.suffix in CODE and len(lines) > LINES_MAX:
        yield f"{path}: {len(lines)} lines; split what has more than {LINES_MAX}"
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line):
            yield f"{path}:{number}: names a path of one machine"


def strangers(names):
    for name in sorted({pathlib.PurePath(name).parts[0] for name in names} - TOP):
        yield f"{name}: nothing of this name belongs at the top (TOP in tests/tidy/sources.py)"


def main(root):
    root = pathlib.Path(root)
    files = tracked_files(root)
    found = list(strangers(file.relative_to(root) for file in files))
    for file in files:
        if not file.is_file() or file.is_symlink():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += violations_in(file.relative_to(root), text)
    print("\n".join(found) if found else "every file keeps the rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
