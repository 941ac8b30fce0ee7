# What seegrad uses of others, as targets. A program that has one of them in its own build already, as by FetchContent, keeps that one.
# Versions are asked for afterwards, since most packages refuse to serve who asks for an older major number, and seegrad takes newer ones.

# Finds a package of at least a version, 0 for any, unless its target is there.
macro(seegrad_find package version target)
  if(NOT TARGET ${target})
    find_package(${package} REQUIRED ${ARGN})
    if("${${package}_VERSION}" VERSION_LESS "${version}")
      message(FATAL_ERROR "seegrad needs ${package} ${version}, and this is ${${package}_VERSION}")
    endif()
  endif()
endmacro()

seegrad_find(fmt 9 fmt::fmt)
seegrad_find(xsimd 8.1 xsimd) # the same formula over several numbers at once
seegrad_find(Eigen3 3.4 Eigen3::Eigen CONFIG) # factorisations of matrices
seegrad_find(nlohmann_json 0 nlohmann_json::nlohmann_json) # headers of saved models
seegrad_find(Boost 1.74 Boost::headers CONFIG)
find_package(Python3 REQUIRED COMPONENTS Interpreter) # writes the page into a source

# What is missing for a feature is an error, unless the option is AUTO: then the feature is left out. To if(), AUTO is as true as ON.
macro(seegrad_feature option found what)
  if(NOT ${option} STREQUAL "AUTO" AND NOT ${found})
    message(FATAL_ERROR "${option} is ${${option}} and ${what} was not found")
  endif()
endmacro()

# Sets `result` to whether the module of pkg-config is there, as a target PkgConfig::${prefix}, where the option does not say that it should be left out.
macro(seegrad_optional_module option module prefix result)
  set(${result} FALSE)
  if(${option})
    find_package(PkgConfig)
    if(PkgConfig_FOUND)
      pkg_check_modules(${prefix} IMPORTED_TARGET ${module})
      set(${result} ${${prefix}_FOUND})
    endif()
    seegrad_feature(${option} ${result} "${module}")
  endif()
endmacro()
seegrad_optional_module(SEEGRAD_PICTURES libgvc SEEGRAD_GVC seegrad_pictures) # Graphviz draws in process
set(seegrad_png FALSE)
if(SEEGRAD_NN)
  seegrad_optional_module(SEEGRAD_PNG libpng SEEGRAD_LIBPNG seegrad_png) # pictures in PNG files
endif()

# Sets `result` to whether the package is there, where the option does not say that it should be left out.
macro(seegrad_optional option package target result)
  set(${result} FALSE)
  if(${option})
    if(NOT TARGET ${target})
      find_package(${package})
    endif()
    if(TARGET ${target})
      set(${result} TRUE)
    endif()
    seegrad_feature(${option} ${result} "${package}")
  endif()
endmacro()
seegrad_optional(SEEGRAD_THREADS TBB TBB::tbb seegrad_threads)
seegrad_optional(SEEGRAD_COMPRESSION ZLIB ZLIB::ZLIB seegrad_compression) # packed entries of .npz files, and gzip
seegrad_optional(SEEGRAD_CLI CLI11 CLI11::CLI11 seegrad_cli)

# Programs become machine code by xbyak, which is headers alone, on x86-64.
set(seegrad_machine_code FALSE)
if(SEEGRAD_MACHINE_CODE)
  find_path(SEEGRAD_XBYAK_FOLDER xbyak/xbyak.h)
  mark_as_advanced(SEEGRAD_XBYAK_FOLDER)
  if(seegrad_x86_64 AND SEEGRAD_XBYAK_FOLDER)
    set(seegrad_machine_code TRUE)
  endif()
  seegrad_feature(SEEGRAD_MACHINE_CODE seegrad_machine_code "x86-64 with xbyak/xbyak.h")
endif()
