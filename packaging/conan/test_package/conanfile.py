"""Builds and runs the programs of tests/consume with the package, by CMake."""

import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout


class SeegradTestConan(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for option in ("nn", "pictures"):
            toolchain.cache_variables[f"WITH_{option.upper()}"] = "ON" if self.dependencies["seegrad"].options.get_safe(option) else "OFF"
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if can_run(self):
            for name in ("trivial", "consume", "network"):
                program = os.path.join(self.cpp.build.bindir, name)
                if os.path.exists(os.path.join(self.build_folder, program)):
                    self.run(program, env="conanrun")
