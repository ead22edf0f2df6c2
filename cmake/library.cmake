# libclicklens.so and libclicklens.a: nothing but clens_* is visible in either.
clicklens_objects(objects capi)
set(object_files)
foreach(target IN LISTS objects)
  list(APPEND object_files $<TARGET_OBJECTS:${target}>)
endforeach()
set(export_map ${PROJECT_SOURCE_DIR}/capi/abi/clicklens.map)

function(clicklens_public_headers target)
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/capi/include>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

add_library(clicklens SHARED ${object_files})
add_library(clicklens::clicklens ALIAS clicklens)
clicklens_public_headers(clicklens)
set_target_properties(clicklens PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
                      LINKER_LANGUAGE CXX LINK_DEPENDS ${export_map})
target_link_libraries(clicklens PRIVATE Threads::Threads m)
target_link_options(clicklens PRIVATE -Wl,--version-script=${export_map} -fno-lto)
if(NOT CLICKLENS_SANITIZE)
  target_link_options(clicklens PRIVATE -static-libstdc++ -static-libgcc -Wl,--no-undefined -Wl,-z,relro -Wl,-z,now)
endif()

# One relocatable object whose other symbols are local, and no section groups: a host may hold another
# version of FlatBuffers, and the linker would merge groups of equal names even when they are local.
set(one_object ${PROJECT_BINARY_DIR}/clicklens.o)
add_custom_command(
  OUTPUT ${one_object}
  DEPENDS ${objects} ${object_files}
  COMMENT "Linking one relocatable object"
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${one_object} ${object_files}
  COMMAND ${CMAKE_OBJCOPY} --wildcard "--keep-global-symbol=clens_*" ${one_object}
  COMMAND_EXPAND_LISTS VERBATIM)
set_source_files_properties(${one_object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
add_library(clicklens_static STATIC ${one_object})
add_library(clicklens::clicklens_static ALIAS clicklens_static)
clicklens_public_headers(clicklens_static)
# LINKER_LANGUAGE C: programs in C link it too, so the C++ library is named here.
set_target_properties(clicklens_static PROPERTIES OUTPUT_NAME clicklens LINKER_LANGUAGE C)
target_link_libraries(clicklens_static INTERFACE stdc++ m Threads::Threads)
