# The page of peal trace view as a C++ source: cmake -DFROM=<folder> -DTO=<file.cpp> -P EmbedPage.cmake
#
# Puts page.html together with style.css and the scripts that order.txt lists; what is left open is the run, on a line
# of its own. The same as tests/view/assemble.mjs does.
file(READ "${FROM}/page.html" page)
file(READ "${FROM}/style.css" style)
file(STRINGS "${FROM}/order.txt" names)
set(script "")
foreach(name IN LISTS names)
  file(READ "${FROM}/${name}" part)
  string(APPEND script "${part}\n")
endforeach()
string(REPLACE "/*STYLE*/" "${style}" page "${page}")
string(REPLACE "/*SCRIPT*/" "${script}" page "${page}")
file(WRITE "${TO}.html" "${page}")
file(READ "${TO}.html" hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE "${TO}" "// Made from cli/view by cmake/EmbedPage.cmake.
#include \"cli/view_page.hpp\"

namespace peal::cli {
namespace {
constexpr unsigned char bytes[] = {
${hex}
};
}  // namespace
std::string_view view_page() {
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}
}  // namespace peal::cli
")
