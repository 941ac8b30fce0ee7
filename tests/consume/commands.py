#!/usr/bin/env python3
"""Holds CMake's build of the library against Meson's: both have to compile the same sources with the same arguments.

commands.py compare MESON_FOLDER CMAKE_FOLDER    prints commands that one of them has alone; exits 1 if there are any
commands.py take MESON_FOLDER COMPILER ARGUMENT...
    goes before the compiler in another build: a source of ours that Meson has compiled by the same command is not compiled again, but
    gets Meson's object. Any other is an error. What is not ours, as a program that uses the library, is compiled.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import sys

root = pathlib.Path(__file__).resolve().parents[2]
ours = [root / "autodiff", root / "nn"]
generated = "page_text.cpp"

# The first goes with a word that follows. Include folders of the tree are the same for every source; which warnings there are is for
# those who work on the library. The last two change nothing of what is compiled here: CMake's fmt says one, and Boost the other.
left_out = re.compile(r"-(c|I.*|M.*|W(?!no-).*|f(diagnostics-color|color-diagnostics).*|DFMT_SHARED|DBOOST_ALL_NO_LIB)$")


def essence(words: list[str], folder: pathlib.Path) -> tuple[str, frozenset[str]] | None:
    """The source, and the arguments that decide what is made of it; None for what is not ours."""
    words = [w.replace('\\"', '"') for w in words]
    arguments, source, previous = set(), None, ""
    for word in words:
        if previous in ("-o", "-MF", "-MQ", "-MT"):
            pass
        elif previous == "-isystem":
            arguments.add("-isystem" + word)
        elif previous == "-c" or (word.endswith(".cpp") and not word.startswith("-")):
            source = (folder / word).resolve()
        elif word.startswith("-") and word not in ("-o", "-isystem") and not left_out.match(word):
            arguments.add(word)
        previous = word
    if source is None:
        return None
    if source.name == generated:
        return generated, frozenset(arguments)
    if not any(source.is_relative_to(top) for top in ours):
        return None
    return source.relative_to(root).as_posix(), frozenset(arguments)


def commands(folder: pathlib.Path, name: str = "") -> dict[tuple[str, frozenset[str]], pathlib.Path]:
    """The commands of a build folder, for sources of this name or for all, with the objects that they make."""
    found = {}
    for entry in json.loads((folder / "compile_commands.json").read_text()):
        if not entry["file"].endswith(name):
            continue
        words = shlex.split(entry["command"])
        what = essence(words, pathlib.Path(entry["directory"]))
        if what:
            found[what] = pathlib.Path(entry["directory"]) / words[words.index("-o") + 1]
    return found


def compare(meson: pathlib.Path, cmake: pathlib.Path) -> int:
    by_meson, by_cmake = commands(meson), commands(cmake)
    for name, alone in ("Meson", by_meson.keys() - by_cmake.keys()), ("CMake", by_cmake.keys() - by_meson.keys()):
        for source, arguments in sorted(alone, key=lambda what: what[0])[:5]:
            print(f"{name} alone compiles {source} with {' '.join(sorted(arguments))}")
    print(f"{len(by_meson)} commands of Meson, {len(by_cmake)} of CMake")
    return int(by_meson.keys() != by_cmake.keys() or len(by_meson) < 100)


def take(meson: pathlib.Path, words: list[str]) -> None:
    what = essence(words, pathlib.Path.cwd())
    if what is None:
        os.execvp(words[0], words)
    object_of = commands(meson, pathlib.Path(what[0]).name)
    if what not in object_of:
        sys.exit(f"Meson does not compile {what[0]} with {' '.join(sorted(what[1]))}")
    shutil.copyfile(object_of[what], words[words.index("-o") + 1])
    if "-MF" in words:
        pathlib.Path(words[words.index("-MF") + 1]).touch()


if sys.argv[1] == "compare":
    sys.exit(compare(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
take(pathlib.Path(sys.argv[2]), sys.argv[3:])
