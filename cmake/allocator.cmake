# CLENS_ALLOCATOR: mimalloc (static, hidden, never overriding the host's malloc) or system.
# Sanitizers see nothing inside mimalloc's blocks, so they always get the system's.
set(CLENS_ALLOCATOR mimalloc CACHE STRING "Allocator of model and session blocks: mimalloc or system")
set_property(CACHE CLENS_ALLOCATOR PROPERTY STRINGS mimalloc system)

# Sets `variable` to a folder with mimalloc's sources, or to nothing where they cannot be had.
function(clicklens_find_mimalloc variable)
  set(fetched ${PROJECT_BINARY_DIR}/mimalloc)
  foreach(folder "${FETCHCONTENT_SOURCE_DIR_MIMALLOC}" ${PROJECT_SOURCE_DIR}/build/mimalloc ${fetched})
    if(folder AND EXISTS ${folder}/src/static.c)
      set(${variable} ${folder} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  execute_process(COMMAND sh ${PROJECT_SOURCE_DIR}/cmake/fetch_mimalloc.sh ${fetched} RESULT_VARIABLE status
                  OUTPUT_QUIET ERROR_QUIET TIMEOUT 120)
  if(status EQUAL 0)
    set(${variable} ${fetched} PARENT_SCOPE)
  else()
    set(${variable} "" PARENT_SCOPE)
  endif()
endfunction()

set(allocator ${CLENS_ALLOCATOR})
if(CLICKLENS_SANITIZE)
  set(allocator system)
endif()
if(allocator STREQUAL mimalloc)
  clicklens_find_mimalloc(mimalloc_folder)
  if(NOT mimalloc_folder)
    message(STATUS "clicklens: mimalloc's sources cannot be fetched")
    set(allocator system)
  endif()
endif()
message(STATUS "clicklens: allocator ${allocator}")

if(allocator STREQUAL mimalloc)
  # static.c is all of mimalloc in one unit. Local-dynamic TLS: the library may be loaded by dlopen, where
  # static TLS space is scarce.
  add_library(clicklens_mimalloc OBJECT ${mimalloc_folder}/src/static.c)
  target_include_directories(clicklens_mimalloc SYSTEM PRIVATE ${mimalloc_folder}/include)
  # For size: sessions and models are a few blocks each.
  target_compile_options(clicklens_mimalloc PRIVATE -w -ftls-model=local-dynamic -fno-lto -ffunction-sections
                         -fdata-sections $<$<CONFIG:Release>:-Os -fno-asynchronous-unwind-tables>)
  target_compile_definitions(clicklens_mimalloc PRIVATE MI_STATIC_LIB NDEBUG)
  set_target_properties(clicklens_mimalloc PROPERTIES C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  if(TARGET clicklens_base)
    target_include_directories(clicklens_base SYSTEM PRIVATE ${mimalloc_folder}/include)
    target_compile_definitions(clicklens_base PRIVATE CLENS_HAVE_MIMALLOC=1)
  endif()
endif()
