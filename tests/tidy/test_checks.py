#!/usr/bin/env python3
# The checks of this directory catch what they are for: each rule, broken once.
import pathlib
import subprocess
import tempfile
import unittest

import includes
import sources
import symbols


def include_violations(path, text):
    return list(includes.violations_in(path, text))


class Includes(unittest.TestCase):
    def test_core_may_use_pure_headers(self):
        self.assertEqual(include_violations("core/a.cpp", '#include "core/a.hpp"\n#include <map>\n'), [])

    def test_core_may_not_use_impure_headers(self):
        for header in ("random", "thread", "iostream", "fstream", "unordered_map", "mutex", "ctime", "uv.h"):
            self.assertTrue(include_violations("core/a.cpp", f"#include <{header}>\n"), header)

    def test_core_may_not_use_the_codec(self):
        self.assertTrue(include_violations("core/a.cpp", '#include "core/codec/encode.hpp"\n'))

    def test_core_may_not_use_clocks_or_floating_point(self):
        self.assertTrue(include_violations("core/a.cpp", "auto t = std::chrono::steady_clock::now();"))
        self.assertTrue(include_violations("core/a.cpp", "double mean = 0;"))

    def test_comments_and_strings_are_free(self):
        text = '// rand and double\n/* float\n*/ auto s = "steady_clock // double";\n'
        self.assertEqual(include_violations("core/a.cpp", text), [])

    def test_runtime_and_sim_do_not_see_each_other(self):
        self.assertTrue(include_violations("runtime/a.cpp", '#include "sim/world.hpp"\n'))
        self.assertTrue(include_violations("sim/a.cpp", '#include "runtime/host.hpp"\n'))

    def test_libraries_stay_in_their_homes(self):
        self.assertEqual(include_violations("core/codec/a.cpp", "#include <msgpack.hpp>\n"), [])
        self.assertTrue(include_violations("runtime/a.cpp", "#include <msgpack.hpp>\n"))
        for header in ("uv.h", "sqlite3.h", "sodium.h"):
            self.assertEqual(include_violations("runtime/a.cpp", f"#include <{header}>\n"), [])
            self.assertTrue(include_violations("sim/a.cpp", f"#include <{header}>\n"), header)
            self.assertTrue(include_violations("cli/a.cpp", f"#include <{header}>\n"), header)

    def test_the_secure_part_is_pure_and_may_use_sodium(self):
        self.assertEqual(include_violations("core/secure/a.cpp", "#include <sodium.h>\n#include <array>\n"), [])
        self.assertTrue(include_violations("core/a.cpp", "#include <sodium.h>\n"))
        for line in ("#include <random>", '#include "core/codec/decoder.hpp"', "double mean = 0;"):
            self.assertTrue(include_violations("core/secure/a.cpp", line + "\n"), line)

    def test_own_headers_come_from_the_root(self):
        self.assertTrue(include_violations("core/a.cpp", '#include "ids.hpp"\n'))


class Sources(unittest.TestCase):
    def violations(self, name, text):
        return list(sources.violations_in(pathlib.Path(name), text))

    def test_a_file_starts_by_saying_what_it_is(self):
        self.assertEqual(self.violations("core/a.cpp", "// Votes.\n"), [])
        self.assertTrue(self.violations("core/a.cpp", "#pragma once\n"))
        self.assertTrue(self.violations("scripts/a", "#!/bin/sh\nset -e\n"))
        self.assertTrue(self.violations("core/CMakeLists.txt", "add_library(a)\n"))

    def test_a_long_file_is_split(self):
        self.assertTrue(self.violations("core/a.cpp", "// Long.\n" * (sources.LINES_MAX + 1)))

    def test_a_file_that_nobody_listed_at_the_top(self):
        self.assertEqual(list(sources.strangers(["core/a.cpp", "README.md"])), [])
        for name in ("-", "trace.txt", "scratch/a.cpp"):
            self.assertTrue(list(sources.strangers(["core/a.cpp", name])), name)

    def test_no_file_names_a_path_of_one_machine(self):
        self.assertTrue(self.violations("a.md", "see /" + "home/ann/notes\n"))
        self.assertTrue(self.violations("a.md", "see /" + "work/x\n"))
        self.assertEqual(self.violations("a.md", "docs/work/x and $ROOT/" + "work/x\n"), [])


class Symbols(unittest.TestCase):
    def violations(self, text):
        with tempfile.TemporaryDirectory() as directory:
            source = pathlib.Path(directory, "a.cpp")
            source.write_text(text, encoding="utf-8")
            library = source.with_suffix(".o")
            subprocess.run(["g++", "-std=c++20", "-c", source, "-o", library], check=True)
            return symbols.not_allowed(str(library))[0]

    def test_memory_and_containers_are_allowed(self):
        self.assertEqual(self.violations(
            "#include <map>\n#include <string>\n"
            "int f() { std::map<std::string, int> m; m[\"a\"] = 1; return m.at(\"b\"); }"), [])

    def test_clocks_are_not(self):
        self.assertTrue(self.violations(
            "#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }"))

    def test_sockets_files_randomness_and_exit_are_not(self):
        for call in ("socket(0,0,0)", "open(\"a\",0)", "getrandom(0,0,0)", "rand()", "(exit(1),0)"):
            self.assertTrue(self.violations(
                "#include <sys/socket.h>\n#include <fcntl.h>\n#include <stdlib.h>\n#include <sys/random.h>\n"
                f"long f() {{ return {call}; }}"), call)


if __name__ == "__main__":
    unittest.main()
