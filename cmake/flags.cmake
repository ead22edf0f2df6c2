# Compiler settings of our own targets.

# Same bits whatever the host project's flags: no contraction, no fast-math, no link-time optimisation.
set(CLICKLENS_NUMERIC_FLAGS -fno-fast-math -ffp-contract=off -fno-lto)

# Unique symbols cannot be made local in libclicklens.a, and keep a library loaded for ever.
list(APPEND CLICKLENS_NUMERIC_FLAGS $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)

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
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/runtime ${PROJECT_BINARY_DIR}/generated)
endfunction()
