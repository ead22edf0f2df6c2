# Compiler settings of our own targets.

# Same bits whatever the host project's flags: no contraction, no fast-math, no link-time optimisation but our own.
set(CLICKLENS_NUMERIC_FLAGS -fno-fast-math -ffp-contract=off -fno-lto)

# Unique symbols cannot be made local in libclicklens.a, and keep a library loaded for ever.
list(APPEND CLICKLENS_NUMERIC_FLAGS $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)

# Optimised once more as a whole, the shared library is 6 % smaller. Kernels keep out of it, so that each keeps to its
# instruction set, and are called through tables: no arithmetic crosses a change of the floating-point environment. Objects
# have ordinary code too, which the archive, tests and benches are linked from.
option(CLICKLENS_LINK_TIME "Optimise the shared library when it is linked (g++): smaller, half a minute a link" ON)
set(CLICKLENS_WHOLE_OBJECTS)
set(CLICKLENS_WHOLE_LIBRARY -fno-fast-math -fno-lto)
if(CLICKLENS_LINK_TIME AND CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CLICKLENS_SANITIZE)
  set(CLICKLENS_WHOLE_OBJECTS $<$<CONFIG:Release>:-flto> $<$<CONFIG:Release>:-ffat-lto-objects>)
  set(whole -flto -flto-partition=one -Os -fno-fast-math -ffp-contract=off -fno-gnu-unique -ffunction-sections -fdata-sections)
  set(CLICKLENS_WHOLE_LIBRARY "$<IF:$<CONFIG:Release>,${whole},-fno-fast-math;-fno-lto>")
endif()

set(CLICKLENS_WARNINGS -Wall -Wextra -Wpedantic -Wconversion)
if(CLICKLENS_WERROR)
  list(APPEND CLICKLENS_WARNINGS -Werror)
endif()
# g++ 12 sees an overlap in "literal" + std::string where there is none.
list(APPEND CLICKLENS_WARNINGS
     $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)

if(CLICKLENS_SANITIZE)
  set(sanitize -fsanitize=${CLICKLENS_SANITIZE})
  add_compile_options(${sanitize} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  string(REPLACE fuzzer-no-link "" linked "${CLICKLENS_SANITIZE}")
  string(REGEX REPLACE "(^,|,$)" "" linked "${linked}")
  add_link_options(-fsanitize=${linked})
endif()

# clicklens_settings(<target>): what every compiled target of ours has in common.
function(clicklens_settings target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
                        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON INTERPROCEDURAL_OPTIMIZATION OFF)
  target_compile_options(${target} PRIVATE ${CLICKLENS_WARNINGS} ${CLICKLENS_NUMERIC_FLAGS})
  target_link_options(${target} PRIVATE -fno-lto)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/runtime ${PROJECT_BINARY_DIR}/generated)
endfunction()
