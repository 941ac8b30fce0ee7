"""What the build says of itself: its version, its options, and what it looks for; and where faults are gathered."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
faults: list[str] = []


def text_of(name: str) -> str:
    return (root / name).read_text()


def same(what: str, have: set[str], want: set[str]) -> None:
    """Two sets of names that have to agree."""
    for name in sorted(have - want):
        faults.append(f"{what}: {name} is more than what the build knows")
    for name in sorted(want - have):
        faults.append(f"{what}: {name} is missing")


version = re.search(r"\n  version: '([0-9.]+)'", text_of("meson.build"))[1]
options = set(re.findall(r"^(?:set|option)\((SEEGRAD_\w+) ", text_of("CMakeLists.txt"), re.M))

# What cmake/dependencies.cmake looks for, with the least version; and what may be left out, each for a feature of its own.
_dependencies = text_of("cmake/dependencies.cmake")
looked_for = dict(re.findall(r"seegrad_find\((\w+) ([0-9.]+)", _dependencies))
optional = set(re.findall(r"^seegrad_optional\(\w+ (\w+) ", _dependencies, re.M))
optional |= set(re.findall(r"^ *seegrad_optional_module\(\w+ (\w+) ", _dependencies, re.M))
optional |= set(re.findall(r"find_path\(\w+ (\w+)/", _dependencies))
needed = set(looked_for) | optional
if len(options) < 9 or len(looked_for) < 5 or len(optional) < 6:
    faults.append(f"CMake's files were not understood: {options}, {looked_for}, {optional}")
