# Libraries of other projects as targets, and peal_library(), which makes a part of Peal from its directory.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(libuv REQUIRED IMPORTED_TARGET libuv>=1.44)
pkg_check_modules(libsodium REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
pkg_check_modules(libedit REQUIRED IMPORTED_TARGET libedit)

# The msgpack package's own CMake config drags Boost in; the headers alone do not.
find_path(MSGPACK_INCLUDE_DIR msgpack.hpp REQUIRED)
add_library(peal_msgpack INTERFACE)
target_include_directories(peal_msgpack SYSTEM INTERFACE ${MSGPACK_INCLUDE_DIR})
target_compile_definitions(peal_msgpack INTERFACE MSGPACK_NO_BOOST MSGPACK_DEFAULT_API_VERSION=3)

# Compiles a target's sources eight at a time, as what they include costs more than what they say: names in the unnamed
# namespaces of one target's sources differ.
function(peal_in_batches target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  # Of a batch, each source takes the others for its own: what is private to one is no header's, and hides nothing.
  target_compile_options(${target} PRIVATE $<IF:$<CXX_COMPILER_ID:GNU>,-Wno-subobject-linkage,-Wno-shadow>)
endfunction()

# peal_library(<name> [PUBLIC <targets>] [PRIVATE <targets>] [EXCLUDE <files>] [FUZZED])
#
# A static library of every .cpp in the current directory. Its headers are included from the root of the repository
# (`#include "core/ids.hpp"`); those without a .cpp are a verified header set. While a directory holds headers only, it is
# an INTERFACE library.
# With PEAL_QUICK_BUILD its sources are compiled in batches.
# FUZZED: with PEAL_FUZZ, libFuzzer sees which of its branches an input takes.
function(peal_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "FUZZED" "" "PUBLIC;PRIVATE;EXCLUDE")
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB headers CONFIGURE_DEPENDS *.hpp)
  foreach(file IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()

  if(sources)
    set(scope PUBLIC)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(PEAL_FUZZ AND arg_FUZZED)
      target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
  else()
    set(scope INTERFACE)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_PUBLIC} ${arg_PRIVATE})
  endif()
  if(sources AND PEAL_QUICK_BUILD)
    peal_in_batches(${name})
  endif()
  target_compile_features(${name} ${scope} cxx_std_20)
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR})
  # A header that has a source is the first that it includes, so compiling the source by itself (preset debug) shows
  # whether it stands alone. Compiling the others alone takes minutes, which is enough.
  foreach(header IN LISTS headers)
    cmake_path(REPLACE_EXTENSION header LAST_ONLY cpp OUTPUT_VARIABLE source)
    if(NOT source IN_LIST sources)
      target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${header})
    endif()
  endforeach()
endfunction()
