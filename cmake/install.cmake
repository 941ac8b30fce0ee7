# Installs what Meson installs, in the same places below the prefix: libraries, headers, and what pkg-config and find_package read.

set(seegrad_installed seegrad)
set(seegrad_header_folders autodiff seegrad)
set(seegrad_header_left_out browser)
if(SEEGRAD_NN)
  list(APPEND seegrad_installed seegrad_nn)
  list(APPEND seegrad_header_folders nn)
else()
  list(APPEND seegrad_header_left_out seegrad/nn.hpp)
endif()
list(TRANSFORM seegrad_header_left_out REPLACE "(.+)" "PATTERN;\\1;EXCLUDE")
install(TARGETS ${seegrad_installed})
if(seegrad_cli)
  install(TARGETS seegrad_program)
  install(FILES "${PROJECT_SOURCE_DIR}/cli/seegrad.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()
foreach(folder IN LISTS seegrad_header_folders)
  install(
    DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/seegrad"
    FILES_MATCHING PATTERN "*.hpp"
    ${seegrad_header_left_out}
  )
endforeach()

# A shared library brings what it uses; a static one leaves it to be linked by the program.
get_target_property(seegrad_type seegrad TYPE)
set(LINKED fmt::fmt)
set(REQUIRES "fmt >=  9")
set(NN_REQUIRES seegrad)
set(NN_LINKED seegrad::seegrad)
if(seegrad_type STREQUAL "STATIC_LIBRARY")
  if(seegrad_pictures)
    list(APPEND LINKED gvc cgraph cdt)
    string(APPEND REQUIRES ", libgvc")
  endif()
  if(seegrad_threads)
    list(APPEND LINKED tbb)
    string(APPEND REQUIRES ", tbb")
  endif()
  if(seegrad_compression)
    list(APPEND LINKED z)
    string(APPEND REQUIRES ", zlib")
  endif()
  if(seegrad_png)
    list(APPEND NN_LINKED png)
    string(APPEND NN_REQUIRES ", libpng")
  endif()
endif()

set(seegrad_package "${CMAKE_INSTALL_LIBDIR}/cmake/seegrad")
string(REGEX REPLACE "[^/]+" ".." WAY_BACK "${seegrad_package}")
set(VERSION ${PROJECT_VERSION})
set(LIBDIR "${CMAKE_INSTALL_LIBDIR}")
set(INCLUDEDIR "${CMAKE_INSTALL_INCLUDEDIR}/seegrad")
set(OPTIONS "${seegrad_processor_arguments}")
string(REGEX REPLACE "(.+)" " \\1" PC_OPTIONS "${OPTIONS}")
set(seegrad_named "${CMAKE_INSTALL_LIBDIR}/${CMAKE_${seegrad_type}_PREFIX}%${CMAKE_${seegrad_type}_SUFFIX}")
string(REPLACE "%" seegrad LIBRARY "${seegrad_named}")
string(REPLACE "%" seegrad_nn NN_LIBRARY "${seegrad_named}")

# Fills in a file of cmake/ and installs it.
function(seegrad_install_filled file destination)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${file}.in" "${PROJECT_BINARY_DIR}/installed/${file}" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/installed/${file}" DESTINATION "${destination}")
endfunction()
seegrad_install_filled(seegrad-config.cmake "${seegrad_package}")
seegrad_install_filled(seegrad-config-version.cmake "${seegrad_package}")
seegrad_install_filled(seegrad.pc "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(SEEGRAD_NN)
  seegrad_install_filled(seegrad-nn.pc "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()

# A static library cannot hide anything from the linker, so that what it has of others gets names of its own.
if(seegrad_type STREQUAL "STATIC_LIBRARY")
  set(seegrad_sealed "\"${LIBRARY}\"")
  if(SEEGRAD_NN)
    string(APPEND seegrad_sealed " \"${NN_LIBRARY}\"")
  endif()
  # The prefix is known when it is installed, by the name that Meson has for it.
  install(
    CODE "set(ENV{MESON_INSTALL_DESTDIR_PREFIX} \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    execute_process(COMMAND \"${PROJECT_SOURCE_DIR}/scripts/seal\" ${seegrad_sealed} COMMAND_ERROR_IS_FATAL ANY)"
  )
endif()
