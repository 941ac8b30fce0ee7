#!/usr/bin/env python3
"""Reads what the headers say of deprecated names, and has a compiler warn of one.

Each attribute has to say since when and what to use, and CHANGELOG.md has to name what is deprecated; docs/versions.md has the rules.
The declaration that stands there is compiled with a call of it, which has to be an error under -Werror=deprecated-declarations, and
without one, which has to pass.

    tests/deprecated.py ROOT COMPILER...
"""

import pathlib
import re
import subprocess
import sys

root, compiler = pathlib.Path(sys.argv[1]), sys.argv[2:]
faults = []

version = re.search(r"\n  version: '(\d+)\.(\d+)", (root / "meson.build").read_text())
assert version, "meson.build has no version"
changes = (root / "CHANGELOG.md").read_text()
attribute = re.compile(r"\[\[\s*deprecated\s*(?:\((.*?)\)\s*)?\]\]\s*([^;{]*)", re.S)


def faults_of(where: str, message: str | None, declared: str) -> list[str]:
    """What is wrong with an attribute: the text in its brackets, and the declaration behind it."""
    said = re.fullmatch(r'"since (\d+)\.(\d+): use \S.*"', message or "", re.S)
    if not said:
        return [f'{where}: a deprecated name says [[deprecated("since 0.2: use that")]], and this one ({message})']
    found = []
    if (int(said[1]), int(said[2])) > (int(version[1]), int(version[2])):
        found.append(f"{where}: deprecated since {said[1]}.{said[2]}, which is later than this version")
    name = re.search(r"(\w+)\s*(?:\(|=|$)", declared)
    if not name or not re.search(rf"\b{name[1]}\b", changes):
        found.append(f"{where}: CHANGELOG.md does not name {name[1] if name else declared}, which is deprecated")
    return found


count = 0
for folder in "autodiff", "nn", "seegrad":
    for file in sorted((root / folder).rglob("*.hpp")):
        text = file.read_text()
        for found in attribute.finditer(text):
            count += 1
            line = text[: found.start()].count("\n") + 1
            faults += faults_of(f"{file.relative_to(root)}:{line}", found[1], found[2])

# What must not pass does not.
for message, declared in ((None, "auto f() -> int"), ('"use g"', "auto f() -> int"), ('"since 99.0: use g"', "auto f() -> int"), ('"since 0.1: use g"', "auto no_such_name() -> int")):
    if not faults_of("", message, declared):
        faults.append(f"an attribute ({message}) of {declared} passes, and should not")

example = re.search(r"```cpp\n(\[\[deprecated.*?)```", (root / "docs/versions.md").read_text(), re.S)
assert example, "docs/versions.md shows no deprecated declaration"
declared = f"#include <cstdint>\nstruct array {{}};\n{example[1]}\n"
called = re.search(r"auto (\w+)\(", example[1])[1]


def compiles(program: str) -> tuple[bool, str]:
    options = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror=deprecated-declarations", "-x", "c++", "-"]
    done = subprocess.run([*compiler, *options], input=program, text=True, capture_output=True, check=False)
    return done.returncode == 0, done.stderr


fine, said = compiles(declared + "int main() {}\n")
if not fine:
    faults.append(f"a deprecated name that nobody uses does not compile:\n{said}")
fine, said = compiles(f"{declared}int main() {{ return static_cast<int>({called}(array{{}}, 0)); }}\n")
if fine or "since 0.2: use a.extent(axis)" not in said:
    faults.append(f"a deprecated name is used and the compiler does not say what to use:\n{said}")

print("\n".join(faults) or f"{count} deprecated names, each of which says since when and what to use")
sys.exit(bool(faults))
