# What is compiled with which arguments. They are read from meson.build, where it stands why each is there.

include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

seegrad_meson_list(seegrad_wanted meson.build "\narguments = [")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  seegrad_meson_list(seegrad_for_old_compilers meson.build "  arguments += [")
  list(APPEND seegrad_wanted ${seegrad_for_old_compilers})
endif()
seegrad_meson_list(seegrad_kernel_wanted autodiff/meson.build "cpp_args: cpp.get_supported_arguments(")

# Sets `result` to those of the arguments that follow which the compiler knows.
function(seegrad_supported result)
  set(supported)
  foreach(argument IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "SEEGRAD_TAKES${argument}" known)
    check_cxx_compiler_flag(${argument} ${known})
    if(${known})
      list(APPEND supported ${argument})
    endif()
  endforeach()
  set(${result} "${supported}" PARENT_SCOPE)
endfunction()
seegrad_supported(seegrad_arguments ${seegrad_wanted})
seegrad_supported(seegrad_kernel_arguments ${seegrad_kernel_wanted})

# Loops for newer processors are for optimised builds, and not for sanitizers; the processor's own set is for the former, too.
set(seegrad_optimised "$<CONFIG:Release,RelWithDebInfo,MinSizeRel>")
set(seegrad_sets)
get_directory_property(seegrad_inherited COMPILE_OPTIONS)
if(seegrad_x86_64 AND NOT SEEGRAD_NATIVE AND NOT "${CMAKE_CXX_FLAGS} ${seegrad_inherited}" MATCHES "-fsanitize=")
  set(seegrad_sets avx2 avx512)
endif()
set(seegrad_processor_arguments)
if(SEEGRAD_NATIVE)
  set(seegrad_processor_arguments -march=native)
endif()

# What every target of ours is compiled with; programs get the include folder, C++20, fmt and the processor.
function(seegrad_compile target)
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
  target_compile_features(${target} PUBLIC cxx_std_20)
  # A project around us may hide its own names, or put its own sources together; ours stay as they are.
  set_target_properties(
    ${target}
    PROPERTIES
      CXX_EXTENSIONS OFF
      POSITION_INDEPENDENT_CODE ON
      VISIBILITY_INLINES_HIDDEN OFF
      UNITY_BUILD OFF
  )
  set_property(TARGET ${target} PROPERTY CXX_VISIBILITY_PRESET)
  # Debian's xsimd would have xtl linked, which is not needed and need not be there.
  target_include_directories(${target} SYSTEM PRIVATE "$<TARGET_PROPERTY:xsimd,INTERFACE_INCLUDE_DIRECTORIES>")
  target_compile_options(${target} PRIVATE ${seegrad_arguments})
  target_compile_options(${target} PUBLIC "$<${seegrad_optimised}:${seegrad_processor_arguments}>")
  # Meson says of its own accord that files may be large.
  target_compile_definitions(${target} PRIVATE "SEEGRAD_VERSION=\"${PROJECT_VERSION}\"" _FILE_OFFSET_BITS=64)
  if(seegrad_pictures)
    target_compile_definitions(${target} PRIVATE SEEGRAD_PICTURES=1)
  endif()
  if(seegrad_threads)
    target_compile_definitions(${target} PRIVATE SEEGRAD_THREADS=1)
  endif()
  if(seegrad_compression)
    target_compile_definitions(${target} PRIVATE SEEGRAD_COMPRESSION=1)
  endif()
  if(seegrad_sets)
    target_compile_definitions(${target} PRIVATE "$<${seegrad_optimised}:SEEGRAD_SETS>")
  endif()
endfunction()

# As in meson.build.
set(seegrad_soversion ${PROJECT_VERSION_MAJOR})
if(seegrad_soversion EQUAL 0)
  set(seegrad_soversion 0.${PROJECT_VERSION_MINOR})
endif()

# A library for others: a shared one shows only what is ours.
set(seegrad_only_ours "LINKER:--version-script=${PROJECT_SOURCE_DIR}/autodiff/exports.map")
check_linker_flag(CXX "${seegrad_only_ours}" SEEGRAD_LINKS_ONLY_OURS)
function(seegrad_library target name)
  seegrad_compile(${target})
  add_library(seegrad::${name} ALIAS ${target})
  set_target_properties(
    ${target}
    PROPERTIES
      VERSION ${PROJECT_VERSION}
      SOVERSION ${seegrad_soversion}
      DEFINE_SYMBOL ""
      LINK_DEPENDS "${PROJECT_SOURCE_DIR}/autodiff/exports.map"
  )
  if(SEEGRAD_LINKS_ONLY_OURS)
    target_link_options(${target} PRIVATE "${seegrad_only_ours}")
  endif()
endfunction()
