# cpack -G DEB: a package for each component of install.cmake. Configured with CMAKE_INSTALL_PREFIX=/usr (the preset
# `package`), else libraries do not go to the folder of their architecture.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR clicklens)
set(CPACK_PACKAGE_CONTACT "the clicklens developers <noreply@clicklens.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/debs)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime dev tools)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(library libclicklens${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME ${library})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libclicklens-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${library} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME clicklens-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION science)
set(about "clicklens opens models that predict clicks on ads, scores candidates with them and says why.")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "see-through runtime for click models (library)\n${about}")
set(CPACK_COMPONENT_DEV_DESCRIPTION "see-through runtime for click models (headers)\n${about}")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "see-through runtime for click models (command line)\n${about}")

# Where Debian looks for a package's licence.
foreach(part runtime:${library} dev:libclicklens-dev tools:clicklens-tools)
  string(REPLACE ":" ";" part ${part})
  list(GET part 0 component)
  list(GET part 1 name)
  install(FILES LICENSE DESTINATION share/doc/${name} RENAME copyright COMPONENT ${component})
endforeach()

if(TARGET clicklens_cli)
  set(page ${PROJECT_BINARY_DIR}/clicklens.1)
  add_custom_command(
    OUTPUT ${page} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DTOOL=$<TARGET_FILE:clicklens_cli> -DVERSION=${PROJECT_VERSION} -DOUT=${page}
            -P ${PROJECT_SOURCE_DIR}/cmake/man_page.cmake
    DEPENDS clicklens_cli ${PROJECT_SOURCE_DIR}/cmake/man_page.cmake)
  add_custom_target(clicklens_man_page DEPENDS ${page})
  install(FILES ${page} DESTINATION share/man/man1 COMPONENT tools)
endif()
include(CPack)
