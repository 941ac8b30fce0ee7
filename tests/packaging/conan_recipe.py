"""Conan's recipe, run with stand-ins for Conan's own modules."""

import importlib.util
import pathlib
import sys
import types

from build import faults, looked_for, needed, options, root, same, version


class anything:
    """Stands in for an object of Conan's: has every attribute, and every call gives another such."""

    def __init__(self, *_: object) -> None:
        self.__dict__["kept"] = {}

    def __getattr__(self, name: str) -> object:
        return self.__dict__["kept"].setdefault(name, anything())

    def __setattr__(self, name: str, value: object) -> None:
        self.__dict__["kept"][name] = value

    def __call__(self, *_: object, **__: object) -> "anything":
        return anything()


class toolchain(anything):
    made: list["toolchain"] = []

    def __init__(self, *_: object) -> None:
        super().__init__()
        self.cache_variables = {}
        toolchain.made.append(self)


class recipe_base:
    recipe_folder = ""


class chosen(dict):
    __getattr__ = dict.get
    get_safe = dict.get


for name in ("conan", "conan.errors", "conan.tools", "conan.tools.build", "conan.tools.cmake", "conan.tools.files", "conan.tools.gnu"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__getattr__ = lambda _: anything
sys.modules["conan"].ConanFile = recipe_base
sys.modules["conan.tools.cmake"].CMakeToolchain = toolchain
sys.modules["conan.tools.files"].load = lambda _, file: pathlib.Path(file).read_text()
copied: list[str] = []
sys.modules["conan.tools.files"].copy = lambda _, pattern, source, target: copied.append(pattern)


def recipe(file: str, class_name: str) -> recipe_base:
    spec = importlib.util.spec_from_file_location("recipe", root / file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = getattr(module, class_name)()
    made.recipe_folder = str((root / file).parent)
    return made


recipe("packaging/conan/test_package/conanfile.py", "SeegradTestConan")
conan = recipe("packaging/conan/conanfile.py", "SeegradConan")
conan.export_sources_folder = ""
conan.set_version()
if conan.version != version:
    faults.append(f"Conan's recipe has the version {conan.version}, and meson.build {version}")
conan.export_sources()
for pattern in copied:
    if not list(root.glob(pattern)):
        faults.append(f"Conan's recipe takes {pattern}, which is not there")
conan.options = chosen({name: values[0] for name, values in conan.options.items()})
of_conan = {"boost": "Boost", "eigen": "Eigen3", "fmt": "fmt", "nlohmann_json": "nlohmann_json", "onetbb": "TBB", "xsimd": "xsimd", "zlib": "ZLIB"}
of_conan |= {"xbyak": "xbyak", "cli11": "CLI11", "libpng": "libpng"}
required: dict[str, str] = {}
conan.requires = lambda reference, **_: required.update([reference.split("/")])
conan.requirements()
same("Conan's recipe", {of_conan.get(n, n) for n in required}, needed - {"libgvc"})
for name, bounds in required.items():
    least = looked_for.get(of_conan.get(name, name), "0")
    if least != "0" and bounds != f"[>={least}]":
        faults.append(f"Conan's recipe takes {name}/{bounds}, and cmake/dependencies.cmake {least} or newer")
conan.generate()
given = set(toolchain.made[-1].cache_variables)
same("Conan's recipe, options that it gives to CMake", given, options)
wanted_by_conan = {"SEEGRAD_" + name.upper() for name in conan.options} - {"SEEGRAD_SHARED", "SEEGRAD_FPIC"}
same("Conan's recipe, options", wanted_by_conan, options - {"SEEGRAD_INSTALL"})
components: dict[str, anything] = {}
conan.cpp_info = anything()
conan.cpp_info.components = type("components", (dict,), {"__missing__": lambda self, key: self.setdefault(key, anything())})(components)
conan.package_info()
for component in conan.cpp_info.components.values():
    for reference in component.requires:
        if reference.split("::")[0] not in required and reference not in conan.cpp_info.components:
            faults.append(f"Conan's recipe: a component needs {reference}, which the recipe does not require")
