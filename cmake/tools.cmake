# The command line and the benches.
file(GLOB_RECURSE cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bindings/cli/*.cpp)
set(cli_main ${PROJECT_SOURCE_DIR}/bindings/cli/main.cpp)
if(CLICKLENS_CLI AND cli_main IN_LIST cli_sources AND TARGET clicklens_static)
  if(TARGET ZLIB::ZLIB)
    # Everything but main() and what names options apart, so that tests can link it. It sees the public headers alone.
    # CLI11 is most of what compilers and clang-tidy do with the options: one unit has it.
    file(GLOB cli_options CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bindings/cli/*.cpp)
    list(REMOVE_ITEM cli_sources ${cli_options})
    # What reads data is optimised like the runtime; what prints reports waits for others, and is most.
    set(cli_data ${cli_sources})
    list(FILTER cli_data INCLUDE REGEX "/(data|engine|synth)/")
    list(REMOVE_ITEM cli_sources ${cli_data})
    add_library(clicklens_cli_data OBJECT ${cli_data})
    # The page of `report`, as bytes.
    set(page ${PROJECT_BINARY_DIR}/report/page.cpp)
    file(GLOB_RECURSE page_parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bindings/cli/report/*)
    add_custom_command(
      OUTPUT ${page} VERBATIM
      COMMAND ${CMAKE_COMMAND} -DFOLDER=${PROJECT_SOURCE_DIR}/bindings/cli/report -DOUT=${page}
              -P ${PROJECT_SOURCE_DIR}/cmake/report_page.cmake
      DEPENDS ${page_parts} ${PROJECT_SOURCE_DIR}/cmake/report_page.cmake)
    set_source_files_properties(${page} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    add_library(clicklens_cli_parts OBJECT ${cli_sources} ${page})
    foreach(target clicklens_cli_data clicklens_cli_parts)
      target_link_libraries(${target} PUBLIC clicklens_static clicklens_dep_fmt clicklens_dep_json ZLIB::ZLIB)
      target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/bindings/cli)
    endforeach()
    add_executable(clicklens_cli ${cli_options})
    target_link_libraries(clicklens_cli PRIVATE clicklens_cli_parts clicklens_cli_data clicklens_dep_cli11)
    set_target_properties(clicklens_cli PROPERTIES OUTPUT_NAME clicklens)
    foreach(target clicklens_cli_parts clicklens_cli)
      target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endforeach()
    foreach(target clicklens_cli_data clicklens_cli_parts clicklens_cli)
      set_target_properties(${target} PROPERTIES UNITY_BUILD ${CLICKLENS_UNITY} UNITY_BUILD_BATCH_SIZE 24)
      target_compile_features(${target} PRIVATE cxx_std_20)
      target_compile_options(${target} PRIVATE ${CLICKLENS_WARNINGS} ${CLICKLENS_NUMERIC_FLAGS})
      set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    endforeach()
  else()
    message(STATUS "clicklens: no zlib for this target, the command line is left out")
  endif()
endif()

# clicklens_bench(<folder> <topmost layer> [<sources of other folders>...])
function(clicklens_bench folder layer)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/${folder}/*.cpp)
  list(APPEND sources ${ARGN})
  clicklens_objects(objects ${layer})
  if(NOT sources OR NOT objects)
    return()
  endif()
  add_executable(bench_${folder} ${sources})
  clicklens_settings(bench_${folder})
  if(NOT folder STREQUAL gate)  # whose instructions are counted
    set_target_properties(bench_${folder} PROPERTIES UNITY_BUILD ${CLICKLENS_UNITY} UNITY_BUILD_BATCH_SIZE 24)
  endif()
  target_include_directories(bench_${folder} PRIVATE ${PROJECT_SOURCE_DIR}/capi/include ${PROJECT_SOURCE_DIR})
  target_compile_definitions(bench_${folder} PRIVATE CLENS_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ${isa_definitions})
  target_link_libraries(bench_${folder} PRIVATE ${objects} clicklens_schemas benchmark::benchmark
                        benchmark::benchmark_main Threads::Threads m)
endfunction()

if(CLICKLENS_BENCH)
  clicklens_bench(kernels kernels)
  clicklens_bench(models capi ${PROJECT_SOURCE_DIR}/bench/kernels/measure.cpp)
  clicklens_bench(gate capi ${PROJECT_SOURCE_DIR}/bench/models/network.cpp)  # run by bench/gate/compare.py
  clicklens_bench(delta capi ${PROJECT_SOURCE_DIR}/bench/models/network.cpp ${PROJECT_SOURCE_DIR}/bench/kernels/measure.cpp)
  clicklens_bench(probe_fit lens)  # run by bench/probe_fit/compare.py
  clicklens_bench(swaps capi ${PROJECT_SOURCE_DIR}/bench/models/network.cpp)
  # What a call costs a host, which links the shared library: run by bench/overhead/run.py.
  foreach(language c cpp)
    if(TARGET clicklens)
      add_executable(overhead_${language} ${PROJECT_SOURCE_DIR}/bench/overhead/overhead.${language})
      target_compile_options(overhead_${language} PRIVATE ${CLICKLENS_WARNINGS})
      target_link_libraries(overhead_${language} PRIVATE clicklens)
    endif()
  endforeach()
endif()
