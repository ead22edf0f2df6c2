# Libraries we stand on: the system's first, else upstream's sources pinned by hash.
include(FetchContent)

# clicklens_fetch(<name> <url> <sha256>): unpacks the sources; sets <name>_SOURCE_DIR, <name>_BINARY_DIR.
function(clicklens_fetch name url sha256)
  message(STATUS "clicklens: fetching ${name}")
  FetchContent_Declare(${name} URL "${url}" URL_HASH SHA256=${sha256})
  FetchContent_Populate(${name})
  set(${name}_SOURCE_DIR "${${name}_SOURCE_DIR}" PARENT_SCOPE)
  set(${name}_BINARY_DIR "${${name}_BINARY_DIR}" PARENT_SCOPE)
endfunction()

# clicklens_headers(<name> <header> <folder in the sources> <url> <sha256>): a header-only library as
# target clicklens_dep_<name>. Plain find_path: config files of some versions pull in link libraries
# that are not there, and name /usr/include in cross builds.
function(clicklens_headers name header folder url sha256)
  find_path(CLICKLENS_${name}_INCLUDE ${header})
  mark_as_advanced(CLICKLENS_${name}_INCLUDE)
  set(include "${CLICKLENS_${name}_INCLUDE}")
  if(NOT include)
    clicklens_fetch(${name} "${url}" ${sha256})
    set(include "${${name}_SOURCE_DIR}/${folder}")
  endif()
  add_library(clicklens_dep_${name} INTERFACE)
  target_include_directories(clicklens_dep_${name} SYSTEM INTERFACE "${include}")
endfunction()

set(github https://github.com)
set(flatbuffers_url ${github}/google/flatbuffers/archive/refs/tags/v2.0.8.tar.gz)
set(flatbuffers_sha f97965a727d26386afaefff950badef2db3ab6af9afe23ed6d94bfb65f95f37e)

clicklens_headers(xsimd xsimd/xsimd.hpp include ${github}/xtensor-stack/xsimd/archive/refs/tags/8.1.0.tar.gz
                  d52551360d37709675237d2a0418e28f70995b5b7cdad7c674626bcfbbf48328)
clicklens_headers(flatbuffers flatbuffers/flatbuffers.h include ${flatbuffers_url} ${flatbuffers_sha})
clicklens_headers(xxhash xxhash.h . ${github}/Cyan4973/xxHash/archive/refs/tags/v0.8.1.tar.gz
                  3bb6b7d6f30c591dd65aaaff1c8b7a5b94d81687998ca9400082c739a690436c)

find_program(CLICKLENS_FLATC flatc)
mark_as_advanced(CLICKLENS_FLATC)
if(NOT CLICKLENS_FLATC)
  clicklens_fetch(flatbuffers ${flatbuffers_url} ${flatbuffers_sha})
  set(FLATBUFFERS_BUILD_TESTS OFF CACHE BOOL "" FORCE)
  set(FLATBUFFERS_INSTALL OFF CACHE BOOL "" FORCE)
  add_subdirectory(${flatbuffers_SOURCE_DIR} ${flatbuffers_BINARY_DIR} EXCLUDE_FROM_ALL SYSTEM)
  set(CLICKLENS_FLATC $<TARGET_FILE:flatc>)
endif()

find_package(Threads REQUIRED)

if(CLICKLENS_CLI)
  clicklens_headers(cli11 CLI/CLI.hpp include ${github}/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
                    26291377e892ba0e5b4972cdfd4a2ab3bf53af8dac1f4ea8fe0d1376b625c8cb)
  clicklens_headers(fmt fmt/format.h include ${github}/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
                    5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2)
  target_compile_definitions(clicklens_dep_fmt INTERFACE FMT_HEADER_ONLY=1)
  clicklens_headers(json nlohmann/json.hpp include ${github}/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz
                    d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273)
  find_package(ZLIB)
endif()

# Cross builds compile the distribution's googletest sources: its library is the host's.
if(CLICKLENS_TESTS)
  if(NOT CMAKE_CROSSCOMPILING)
    find_package(GTest 1.12 CONFIG QUIET)
  endif()
  if(NOT TARGET GTest::gmock_main)
    set(googletest_SOURCE_DIR /usr/src/googletest)
    set(googletest_BINARY_DIR ${PROJECT_BINARY_DIR}/googletest)
    if(NOT EXISTS ${googletest_SOURCE_DIR}/CMakeLists.txt)
      clicklens_fetch(googletest ${github}/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
                      81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2)
    endif()
    set(INSTALL_GTEST OFF CACHE BOOL "" FORCE)
    add_subdirectory(${googletest_SOURCE_DIR} ${googletest_BINARY_DIR} EXCLUDE_FROM_ALL SYSTEM)
  endif()
endif()

if(CLICKLENS_BENCH)
  find_package(benchmark 1.7 CONFIG QUIET)
  if(NOT TARGET benchmark::benchmark)
    clicklens_fetch(benchmark ${github}/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
                    6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7)
    set(BENCHMARK_ENABLE_TESTING OFF CACHE BOOL "" FORCE)
    set(BENCHMARK_ENABLE_INSTALL OFF CACHE BOOL "" FORCE)
    add_subdirectory(${benchmark_SOURCE_DIR} ${benchmark_BINARY_DIR} EXCLUDE_FROM_ALL SYSTEM)
  endif()
endif()
