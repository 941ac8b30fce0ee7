"""Conan 2's recipe, which builds the sources it lies in:  conan create packaging/conan"""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir
from conan.tools.gnu import PkgConfigDeps

required_conan_version = ">=2.0"


class SeegradConan(ConanFile):
    name = "seegrad"
    description = "Automatic differentiation on a recorded graph that can be seen and checked"
    license = "MIT"
    topics = ("automatic-differentiation", "gradient", "neural-network", "visualization")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "cli": [True, False],
        "compression": [True, False],
        "machine_code": [True, False],
        "native": [True, False],
        "nn": [True, False],
        "pictures": [True, False],
        "png": [True, False],
        "threads": [True, False],
    }
    default_options = {
        "shared": False,
        "fPIC": True,
        "cli": False,
        "compression": True,
        "machine_code": True,
        "native": False,
        "nn": True,
        # Graphviz has no recipe for Conan 2; with True it is the system's, found by pkg-config.
        "pictures": False,
        "png": True,
        "threads": True,
        # Headers are all that is used of Boost.
        "boost/*:header_only": True,
    }
    implements = ["auto_shared_fpic"]

    @property
    def _sources(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._sources, "meson.build"))
        self.version = re.search(r"\n  version: '([0-9.]+)'", text).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "meson.build", "LICENSE", "autodiff/*", "nn/*", "seegrad/*", "cli/*", "cmake/*", "scripts/seal"):
            copy(self, pattern, self._sources, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        # fmt is in the headers; of the others nothing is.
        self.requires("fmt/[>=9]", transitive_headers=True, transitive_libs=True)
        self.requires("boost/[>=1.74]")
        self.requires("eigen/[>=3.4]")
        self.requires("nlohmann_json/[>=3]")
        self.requires("xsimd/[>=8.1]")
        if self.options.threads:
            self.requires("onetbb/[>=2021]")
        if self.options.compression:
            self.requires("zlib/[>=1.2]")
        if self.options.nn and self.options.png:
            self.requires("libpng/[>=1.6]")
        if self.options.machine_code:
            self.requires("xbyak/[>=6]")
        if self.options.cli:
            self.requires("cli11/[>=2]")

    def validate(self):
        check_min_cppstd(self, 20)
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("seegrad has been built on Linux alone")

    def generate(self):
        toolchain = CMakeToolchain(self)
        for option in ("cli", "compression", "machine_code", "native", "nn", "pictures", "png", "threads"):
            toolchain.cache_variables[f"SEEGRAD_{option.upper()}"] = "ON" if self.options.get_safe(option) else "OFF"
        toolchain.cache_variables["SEEGRAD_INSTALL"] = "ON"
        toolchain.generate()
        CMakeDeps(self).generate()
        if self.options.pictures or self.options.png:
            PkgConfigDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        # Conan writes what finds the package, with the places of what it depends on.
        rmdir(self, os.path.join(self.package_folder, "lib", "cmake"))
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))
        rmdir(self, os.path.join(self.package_folder, "share"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "seegrad")
        self.cpp_info.set_property("cmake_target_name", "seegrad::all")
        core = self.cpp_info.components["seegrad"]
        core.set_property("cmake_target_name", "seegrad::seegrad")
        core.set_property("pkg_config_name", "seegrad")
        core.libs = ["seegrad"]
        core.includedirs = [os.path.join("include", "seegrad")]
        core.requires = ["fmt::fmt", "boost::headers", "eigen::eigen", "nlohmann_json::nlohmann_json", "xsimd::xsimd"]
        if self.options.threads:
            core.requires.append("onetbb::onetbb")
        if self.options.compression:
            core.requires.append("zlib::zlib")
        if self.options.machine_code:
            core.requires.append("xbyak::xbyak")
        if self.options.cli:
            core.requires.append("cli11::cli11")
        if self.options.native:
            core.cxxflags = ["-march=native"]
        if self.options.pictures and not self.options.shared:
            core.system_libs = ["gvc", "cgraph", "cdt"]
        if self.options.nn:
            networks = self.cpp_info.components["nn"]
            networks.set_property("cmake_target_name", "seegrad::nn")
            networks.set_property("pkg_config_name", "seegrad-nn")
            networks.libs = ["seegrad_nn"]
            networks.includedirs = [os.path.join("include", "seegrad")]
            networks.requires = ["seegrad", "nlohmann_json::nlohmann_json"]
            if self.options.png:
                networks.requires.append("libpng::libpng")
