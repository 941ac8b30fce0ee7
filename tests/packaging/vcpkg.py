"""vcpkg's port: its manifest, and its script, which CMake runs with stand-ins for vcpkg's functions where CMake is there."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from build import faults, needed, optional, options, root, same, version

port = root / "packaging/vcpkg/ports/seegrad"
manifest = json.loads((port / "vcpkg.json").read_text())
of_vcpkg = {"eigen3": "Eigen3", "fmt": "fmt", "nlohmann-json": "nlohmann_json", "tbb": "TBB", "xsimd": "xsimd", "zlib": "ZLIB"}
of_vcpkg |= {"cli11": "CLI11", "xbyak": "xbyak", "graphviz": "libgvc", "libpng": "libpng"}
if manifest["version-semver"] != version:
    faults.append(f"vcpkg.json has the version {manifest['version-semver']}, and meson.build {version}")


def names(listed: list) -> list[str]:
    """What a manifest needs, without what only helps to build it."""
    return [d if isinstance(d, str) else d["name"] for d in listed if isinstance(d, str) or not d.get("host")]


of_features = [n for feature in manifest["features"].values() for n in names(feature.get("dependencies", []))]
known = {n: "Boost" if n.startswith("boost-") else of_vcpkg.get(n, n) for n in names(manifest["dependencies"]) + of_features}
same("vcpkg.json", set(known.values()), needed)
same("features of vcpkg.json that are left out unless asked for", {known[n] for n in of_features}, optional)
if names(manifest["dependencies"]) != sorted(names(manifest["dependencies"])):
    faults.append("vcpkg.json: dependencies are not in the order of the alphabet")
boost = {n for n in known if n.startswith("boost-")}
sources = [f for top in ("autodiff", "nn", "cli") for f in (root / top).rglob("*.[chi][pn][pl]")]
included = {h for f in sources for h in re.findall(r"#include <boost/([a-z_]+)/", f.read_text())}
same("Boost's libraries in vcpkg.json", boost, {"boost-" + name.replace("_", "-") for name in included})

stand_ins = """
cmake_minimum_required(VERSION 3.22)
set(FEATURES cli compression machine-code nn pictures png threads)
set(PORT seegrad)
set(CURRENT_PACKAGES_DIR "@PACKAGES@")
function(vcpkg_check_features)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUT_FEATURE_OPTIONS" "FEATURES")
  while(arg_FEATURES)
    list(POP_FRONT arg_FEATURES feature option)
    message(STATUS "feature ${feature} ${option}")
    list(APPEND options -D${option}=ON)
  endwhile()
  set(${arg_OUT_FEATURE_OPTIONS} ${options} PARENT_SCOPE)
endfunction()
function(vcpkg_find_acquire_program name)
  set(${name} "/where/it/is" PARENT_SCOPE)
endfunction()
function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  message(STATUS "source ${arg_SOURCE_PATH}")
  foreach(option IN LISTS arg_OPTIONS)
    message(STATUS "option ${option}")
  endforeach()
endfunction()
function(vcpkg_cmake_install)
  file(WRITE "${CURRENT_PACKAGES_DIR}/lib/cmake/seegrad/seegrad-config.cmake" "")
endfunction()
function(vcpkg_replace_string file from to)
  message(STATUS "replaced ${from}")
endfunction()
function(vcpkg_fixup_pkgconfig)
endfunction()
function(vcpkg_copy_tools)
endfunction()
function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  file(SIZE "${arg_FILE_LIST}" size)
endfunction()
include("@PORT@/portfile.cmake")
"""
if shutil.which("cmake"):
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "port.cmake"
        script.write_text(stand_ins.replace("@PACKAGES@", folder + "/packages").replace("@PORT@", port.as_posix()))
        done = subprocess.run(["cmake", "-P", script], capture_output=True, text=True, check=False)
        said = done.stdout
        if done.returncode or not (pathlib.Path(folder) / "packages/share/seegrad/usage").is_file():
            faults.append(f"the port does not run:\n{done.stderr}")
    same("features of the port", set(re.findall(r"feature (\S+) ", said)), set(manifest["features"]))
    for name in re.findall(r"option -D(SEEGRAD_\w+)=", said):
        if name not in options:
            faults.append(f"the port gives {name}, which CMakeLists.txt does not know")
    source = re.search(r"source (.*)", said)
    if not source or pathlib.Path(source[1]).resolve() != root.resolve():
        faults.append("the port does not build the sources it lies in")
    way = "/".join([".."] * len("lib/cmake/seegrad".split("/")))
    if f"replaced {{CMAKE_CURRENT_LIST_DIR}}/{way}\n" not in said:
        faults.append("the port does not mend the way back that CMake's package takes")
