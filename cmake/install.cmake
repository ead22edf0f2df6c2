# install(): relocatable; find_package(clicklens) and pkg-config both work from any prefix.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/clicklens)

install(TARGETS clicklens clicklens_static EXPORT clicklensTargets)
install(DIRECTORY capi/include/clicklens DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h"
        PATTERN "*.hpp")
install(EXPORT clicklensTargets NAMESPACE clicklens:: DESTINATION ${package_folder})
if(TARGET clicklens_cli)
  install(TARGETS clicklens_cli)
endif()

configure_package_config_file(cmake/clicklens-config.cmake.in clicklens-config.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(clicklens-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clicklens-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/clicklens-config-version.cmake DESTINATION ${package_folder})

# The prefix relative to the .pc file: the depth of LIBDIR differs between distributions.
file(RELATIVE_PATH CLICKLENS_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/clicklens.pc.in clicklens.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clicklens.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
