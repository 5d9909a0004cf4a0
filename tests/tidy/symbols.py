#!/usr/bin/env python3
# Proves from the linker's view that core/ asks the system for nothing but memory.
"""Usage: symbols.py LIBRARY [PATTERN]. Lists the undefined symbols that are not allowed and do not match the pattern from their start;
exits 1 when there is one."""

import re
import subprocess
import sys

ALLOWED = re.compile(
    r"""^(
      operator\ (new|delete)
    | mem(cpy|move|set|cmp|chr) | bcmp | str(len|cmp|ncmp|chr)
    | __cxa_\w+ | __gxx_personality_v0 | _Unwind_Resume | __stack_chk_fail | __dso_handle
    | _GLOBAL_OFFSET_TABLE_ | __\w*[sdt]i[234]                    # arithmetic on wide integers
    | (vtable|typeinfo|typeinfo\ name)\ for\ (__cxxabiv1::|std::)
    | std::__throw_ | std::__glibcxx_assert_fail | std::terminate
    | std::(__cxx11::)?basic_string(_view)?< | std::allocator<
    | std::_Rb_tree_ | std::__detail::_(List|Prime) | std::_Hash_bytes
    | std::(exception|bad_\w+|logic_error|runtime_error|length_error|out_of_range|invalid_argument)::
    | abort | stderr | fputs | fprintf | vfprintf | fwrite | fflush | snprintf   # CHECK's last words
    | __(f|v|s)\w*printf_chk
    | __libc_single_threaded | std::_Sp_make_shared_tag::       # how std::shared_ptr counts
    | __(asan|ubsan|tsan|hwasan|sanitizer|sancov|llvm|start|stop|gcov)_\w+
    )""",
    re.VERBOSE,
)


def nm(*arguments):
    output = subprocess.run(["nm", *arguments], check=True, capture_output=True, text=True).stdout
    return [line.split(maxsplit=2) for line in output.splitlines() if line and not line.endswith(":")]


def demangled(names):
    result = subprocess.run(
        ["c++filt"], input="\n".join(names), check=True, capture_output=True, text=True
    )
    return result.stdout.splitlines()


def not_allowed(library, also_allowed=None):
    defined = {fields[-1] for fields in nm("--defined-only", library)}
    # Weak undefined symbols (w, v) need nobody; U is what the linker must find elsewhere.
    needed = {fields[-1] for fields in nm("--undefined-only", library) if fields[0] == "U"}
    names = demangled(sorted(needed - defined))
    def is_allowed(name):
        return ALLOWED.match(name) or (also_allowed and re.match(also_allowed, name))

    return [name for name in names if not is_allowed(name)], len(names)


def main(library, also_allowed=None):
    found, count = not_allowed(library, also_allowed)
    for name in found:
        print(f"{library} needs {name}")
    if not found:
        print(f"{count} undefined symbols, all of them allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
