#!/usr/bin/env python3
"""Holds the recipes of packaging/ and debian/, and pyproject.toml, against the build that they call, without the programs that read them.

Versions, options and dependencies have to be those of CMakeLists.txt, cmake/dependencies.cmake and meson.build. Prints each fault; exits
1 if there is one.

    tests/packaging/run.py ROOT
"""

import sys

sys.dont_write_bytecode = True
import build
import conan_recipe
import debian
import python_module
import vcpkg

print("\n".join(build.faults) or "the recipes of vcpkg, Conan, Debian and pip agree with the build")
sys.exit(bool(build.faults))
