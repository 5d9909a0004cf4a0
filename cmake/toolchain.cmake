# Language, warnings, sanitizers, linker and compiler cache: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# Checks of impossible states are part of the program: nothing here defines NDEBUG.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

find_program(PEAL_CCACHE ccache)
if(PEAL_CCACHE)
  # Paths are hashed from the root of the repository, so that every checkout shares the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${PEAL_CCACHE})
  if(PEAL_QUICK_BUILD)
    # What ccache needs to take precompiled headers in.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      add_compile_options(-fpch-preprocess)
    else()
      add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()
endif()
find_program(PEAL_MOLD mold)
if(PEAL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Messages of CHECK name files from the root of the repository, wherever it was built.
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
add_compile_options(
  -Wall -Wextra -Wpedantic -Werror
  -Wshadow -Wconversion -Wold-style-cast -Wcast-align -Wcast-qual -Wnon-virtual-dtor -Woverloaded-virtual
  -Wextra-semi -Wformat=2 -Wunused -Wvla
  # Designated initializers name the fields that matter; the others have defaults.
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op
    # Wrong about std::string, std::optional and std::variant in g++ 12 (GCC bugs 105651, 105593, 80635).
    -Wno-restrict -Wno-maybe-uninitialized
    -fdiagnostics-color=always)
else()
  add_compile_options(
    -Wunreachable-code-aggressive -Wloop-analysis -Wcomma
    # g++ keeps the conversions of sign out of -Wconversion for C++; so do we.
    -Wno-sign-conversion
    -fcolor-diagnostics)
endif()

if(PEAL_MUTANTS)
  add_compile_definitions(PEAL_MUTANTS)
endif()
if(PEAL_SANITIZE)
  add_compile_options(-fsanitize=${PEAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PEAL_SANITIZE})
endif()
if(PEAL_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "PEAL_FUZZ needs clang: libFuzzer comes with it.")
endif()
