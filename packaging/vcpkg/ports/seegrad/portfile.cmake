# A port that builds the sources it lies in:  vcpkg install seegrad --overlay-ports=FOLDER/packaging/vcpkg/ports

get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

# The installed package names one library for every configuration of a program, which is the optimised one.
set(VCPKG_BUILD_TYPE release)

vcpkg_check_features(
  OUT_FEATURE_OPTIONS FEATURE_OPTIONS
  FEATURES
    cli SEEGRAD_CLI
    compression SEEGRAD_COMPRESSION
    machine-code SEEGRAD_MACHINE_CODE
    nn SEEGRAD_NN
    pictures SEEGRAD_PICTURES
    png SEEGRAD_PNG
    threads SEEGRAD_THREADS
)
vcpkg_find_acquire_program(PYTHON3) # writes the page into a source
if("pictures" IN_LIST FEATURES OR "png" IN_LIST FEATURES)
  vcpkg_find_acquire_program(PKGCONFIG)
  list(APPEND FEATURE_OPTIONS "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}")
endif()

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    ${FEATURE_OPTIONS}
    -DSEEGRAD_INSTALL=ON
    "-DPython3_EXECUTABLE=${PYTHON3}"
)
vcpkg_cmake_install()

# The package finds its way back from its own folder, which vcpkg wants to be share/seegrad.
file(MAKE_DIRECTORY "${CURRENT_PACKAGES_DIR}/share")
file(RENAME "${CURRENT_PACKAGES_DIR}/lib/cmake/seegrad" "${CURRENT_PACKAGES_DIR}/share/seegrad")
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/lib/cmake")
vcpkg_replace_string("${CURRENT_PACKAGES_DIR}/share/seegrad/seegrad-config.cmake" "{CMAKE_CURRENT_LIST_DIR}/../../.." "{CMAKE_CURRENT_LIST_DIR}/../..")
vcpkg_fixup_pkgconfig()

if("cli" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES seegrad AUTO_CLEAN)
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/man")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
