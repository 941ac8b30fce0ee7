#!/usr/bin/env python3
"""Reads the sources: which rooms include which, and whether a rule looks at values.

A room is a folder. An include may only point down the list of rooms, rooms of one line do not know each other, and no rooms include
each other in a circle. A rule that asked a recorded operand for its value would freeze in the record what it decided at one point.
Prints each fault; exits 1 if there is one. With --dot it prints the rooms and their includes for Graphviz instead.

    tests/sources.py ROOT [--dot]
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])

# From the bottom to the top.
levels = [
    ["autodiff/array"],
    ["autodiff/graph"],
    ["autodiff/ops/definition"],
    ["autodiff/ops/pointwise"],
    ["autodiff/ops/kernels"],
    ["autodiff/trace"],
    ["autodiff/ops/structural"],
    ["autodiff/ops/shape", "autodiff/ops/random"],
    ["autodiff/ops/reduction"],
    ["autodiff/ops/linear_algebra"],
    ["autodiff/ops/window"],
    ["autodiff/ops/table"],
    ["autodiff/derive"],
    ["autodiff/run"],
    ["autodiff/check", "autodiff/see", "autodiff/view", "autodiff/plot"],
    ["autodiff"],
    ["nn/module", "nn/metric"],
    ["nn/init"],
    ["nn/data", "nn/optimise", "nn/loss"],
    ["nn/layer"],
    ["nn/save"],
    ["nn/see"],
    ["nn/train"],
    ["nn"],
    ["seegrad"],
    ["cli", "examples", "python"],
]
level_of = {room: i for i, rooms in enumerate(levels) for room in rooms}


def room_of(path: str) -> str:
    folder = str(pathlib.PurePosixPath(path).parent)
    while folder not in level_of:
        folder = str(pathlib.PurePosixPath(folder).parent)
        if folder == ".":
            sys.exit(f"{path} is in no room of the list")
    return folder


faults = []
arrows: dict[str, set[str]] = {room: set() for room in level_of}
sources = [f for top in ("autodiff", "nn", "seegrad", "cli", "examples", "python") for f in sorted((root / top).rglob("*")) if f.suffix in (".hpp", ".cpp", ".inl")]
for file in sources:
    name = file.relative_to(root).as_posix()
    text = file.read_text()
    here = room_of(name)
    for target in re.findall(r"^\s*#\s*include\s*<((?:autodiff|nn|seegrad|cli)/[^>]+)>", text, re.M):
        there = room_of(target)
        if there == here:
            continue
        arrows[here].add(there)
        if level_of[there] >= level_of[here]:
            faults.append(f"{name} includes {target}: {there} is above {here}, or beside it and apart")
    # The text of each rule up to the end of its function, and all that is a template over array_like.
    if here.startswith("autodiff/ops") and file.suffix == ".hpp":
        for match in re.finditer(r"auto (?:\w+::)?vjp\(.*?\n  ?\}|template <array_like.*?\n\}", text, re.S):
            if re.search(r"\bvalue_of\(|\.value\(\)|\.item\(\)", match.group()):
                line = text[: match.start()].count("\n") + 1
                faults.append(f"{name}:{line}: a rule looks at a value")

if sys.argv[2:] == ["--dot"]:
    print("digraph rooms {\n  rankdir=BT\n  node [shape=box]")
    print("\n".join(f'  "{a}" -> "{b}"' for a in arrows for b in sorted(arrows[a])))
    print("}")
    sys.exit()
if len(sources) < 100:
    faults.append(f"only {len(sources)} sources were found in {root}")
print("\n".join(faults) or f"{len(sources)} sources: no include points up, and no rule looks at a value")
sys.exit(bool(faults))
