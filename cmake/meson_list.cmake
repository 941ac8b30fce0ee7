# What CMake's build and Meson's have in common is written once, in the files named meson.build. These functions read it from there, so that
# a source that is added, or an argument, is added to both. What they look for and do not find is an error.

# Sets `result` to the texts in quotes between `opening`, which ends with a bracket, and the next bracket that closes.
function(seegrad_meson_list result file opening)
  file(READ "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../${file}" text)
  # CMake reads file again, and so its lists, when Meson's has changed.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../${file}")
  string(FIND "${text}" "${opening}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "${file} has no list that begins with '${opening}'")
  endif()
  string(LENGTH "${opening}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(REGEX REPLACE "#[^\n]*" "" text "${text}") # a comment may have brackets
  string(REGEX MATCH "^[^])]*[])]" text "${text}")
  string(REGEX MATCHALL "'[^']*'" list "${text}")
  if(NOT list)
    message(FATAL_ERROR "the list of ${file} that begins with '${opening}' is empty")
  endif()
  string(REPLACE "'" "" list "${list}")
  set(${result} "${list}" PARENT_SCOPE)
endfunction()

# The same for sources, which Meson names from the folder of its file: with their full paths.
function(seegrad_meson_sources result folder opening)
  seegrad_meson_list(list "${folder}/meson.build" "${opening}")
  list(TRANSFORM list PREPEND "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../${folder}/")
  set(${result} "${list}" PARENT_SCOPE)
endfunction()

# The version, as the first lines of meson.build have it.
function(seegrad_meson_version result)
  file(READ "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../meson.build" text)
  if(NOT text MATCHES "\n  version: '([0-9.]+)'")
    message(FATAL_ERROR "meson.build has no line with the version")
  endif()
  set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()
