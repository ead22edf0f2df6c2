# libclicklens.so and libclicklens.a: nothing but clens_* is visible in either.
set(export_map ${PROJECT_SOURCE_DIR}/capi/abi/clicklens.map)

function(clicklens_public_headers target)
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/capi/include>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# Relative relocations take a bit instead of 24 bytes each. Loaders know them since glibc 2.36, which the library then asks
# for; without them it asks for 2.35 (built on Debian 12), as for all else.
option(CLICKLENS_RELATIVE_RELOCATIONS "A smaller library, which loaders from glibc 2.36 on take" ON)
include(CheckCXXSourceCompiles)
include(CheckLinkerFlag)
check_cxx_source_compiles("#include <features.h>
#if !__GLIBC_PREREQ(2, 36)
#error
#endif
int main() {}" CLICKLENS_GLIBC_2_36)
check_linker_flag(CXX "-Wl,-z,pack-relative-relocs" CLICKLENS_HAS_RELATIVE_RELOCATIONS)
set(relative_relocations)
if(CLICKLENS_RELATIVE_RELOCATIONS AND CLICKLENS_GLIBC_2_36 AND CLICKLENS_HAS_RELATIVE_RELOCATIONS)
  set(relative_relocations -Wl,-z,pack-relative-relocs)
endif()

option(CLICKLENS_STATIC_CXX "Within the shared library what it takes of libstdc++; OFF: smaller, and needs the system's" OFF)

# clicklens_shared_library(<target> <has the C++ library within> <object files>...)
function(clicklens_shared_library target static_cxx)
  add_library(${target} SHARED ${ARGN})
  clicklens_public_headers(${target})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME clicklens VERSION ${PROJECT_VERSION}
                        SOVERSION ${PROJECT_VERSION_MAJOR} LINKER_LANGUAGE CXX LINK_DEPENDS ${export_map})
  target_link_libraries(${target} PRIVATE Threads::Threads m)
  target_link_options(${target} PRIVATE -Wl,--version-script=${export_map} "${CLICKLENS_WHOLE_LIBRARY}")
  if(NOT CLICKLENS_SANITIZE)
    if(static_cxx)
      target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/capi/src/shared/terminate.cpp)
      target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
    endif()
    target_link_options(${target} PRIVATE -Wl,--gc-sections ${relative_relocations})
    target_link_options(${target} PRIVATE -Wl,--no-undefined -Wl,-z,relro -Wl,-z,now)
  endif()
endfunction()

# clicklens_object_files(<variable> <topmost layer>)
macro(clicklens_object_files variable layer)
  clicklens_objects(objects ${layer})
  set(${variable})
  foreach(target IN LISTS objects)
    list(APPEND ${variable} $<TARGET_OBJECTS:${target}>)
  endforeach()
endmacro()

# What a library without lenses is made of, for its tests; hosts load it in the other's place.
if(CLICKLENS_LENSES AND TARGET clicklens_capi_without_lenses)
  clicklens_object_files(object_files capi_without_lenses)
  clicklens_shared_library(clicklens_without_lenses ${CLICKLENS_STATIC_CXX} ${object_files})
  set_target_properties(clicklens_without_lenses PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                        ${PROJECT_BINARY_DIR}/without_lenses)
endif()

if(CLICKLENS_LENSES)
  clicklens_object_files(object_files capi)
else()
  clicklens_object_files(object_files capi_without_lenses)
endif()
clicklens_shared_library(clicklens ${CLICKLENS_STATIC_CXX} ${object_files})
add_library(clicklens::clicklens ALIAS clicklens)

# For wheels: an interpreter may have loaded an older C++ library before.
clicklens_shared_library(clicklens_own_cxx ON ${object_files})
set_target_properties(clicklens_own_cxx PROPERTIES EXCLUDE_FROM_ALL ON LIBRARY_OUTPUT_DIRECTORY
                      ${PROJECT_BINARY_DIR}/own_cxx)

# One relocatable object whose other symbols are local, and no section groups: a host may hold another
# version of FlatBuffers, and the linker would merge groups of equal names even when they are local.
set(one_object ${PROJECT_BINARY_DIR}/clicklens.o)
add_custom_command(
  OUTPUT ${one_object}
  DEPENDS ${objects} ${object_files}
  COMMENT "Linking one relocatable object"
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${one_object} ${object_files}
  COMMAND ${CMAKE_OBJCOPY} --wildcard "--keep-global-symbol=clens_*" "--remove-section=.gnu.lto_*" ${one_object}
  COMMAND_EXPAND_LISTS VERBATIM)
set_source_files_properties(${one_object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
add_library(clicklens_static STATIC ${one_object})
add_library(clicklens::clicklens_static ALIAS clicklens_static)
clicklens_public_headers(clicklens_static)
# LINKER_LANGUAGE C: programs in C link it too, so the C++ library is named here.
set_target_properties(clicklens_static PROPERTIES OUTPUT_NAME clicklens LINKER_LANGUAGE C)
target_link_libraries(clicklens_static INTERFACE stdc++ m Threads::Threads)
