# install(): relocatable; find_package(clicklens) and pkg-config both work from any prefix. Components: runtime (what a
# program needs to run), dev (what a build needs), tools (the command line).
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/clicklens)

install(TARGETS clicklens clicklens_static EXPORT clicklensTargets
        LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev ARCHIVE COMPONENT dev)
install(DIRECTORY capi/include/clicklens DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(EXPORT clicklensTargets NAMESPACE clicklens:: DESTINATION ${package_folder} COMPONENT dev)
if(TARGET clicklens_cli)
  install(TARGETS clicklens_cli RUNTIME COMPONENT tools)
endif()

configure_package_config_file(cmake/clicklens-config.cmake.in clicklens-config.cmake
                              INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(clicklens-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clicklens-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/clicklens-config-version.cmake DESTINATION ${package_folder} COMPONENT dev)

# The prefix relative to the .pc file: the depth of LIBDIR differs between distributions.
file(RELATIVE_PATH CLICKLENS_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/clicklens.pc.in clicklens.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clicklens.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
