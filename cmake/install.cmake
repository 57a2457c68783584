# `cmake --install`: the library, the test kit, their headers, what find_package(stentor CONFIG) needs, and the server if it is built.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/stentor)

install(TARGETS stentor stentor_test_kit EXPORT stentor-targets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/stentor DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT stentor-targets NAMESPACE stentor:: DESTINATION ${package_folder})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/stentor-config.cmake.in
  ${PROJECT_BINARY_DIR}/stentor-config.cmake INSTALL_DESTINATION ${package_folder})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/stentor-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/stentor-config.cmake ${PROJECT_BINARY_DIR}/stentor-config-version.cmake
  DESTINATION ${package_folder})

if(TARGET stentor_server)
  install(TARGETS stentor_server)
  configure_file(${PROJECT_SOURCE_DIR}/packaging/stentor.service.in ${PROJECT_BINARY_DIR}/stentor.service @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/stentor.service DESTINATION lib/systemd/system)
endif()
