#!/usr/bin/env python3
"""Reads the sources: which rooms include which, and whether a rule looks at values.

An include may only point down the list of rooms, and the wings `check` and `see` do not know each other. A rule that asked a recorded
operand for its value would freeze in the record what it decided at one point. Prints each fault; exits 1 if there is one.
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])

# Rooms of one line may include each other. A room may include those above it.
levels = [
    ["autodiff/array"],
    ["autodiff/graph"],
    ["autodiff/ops", "autodiff/write"],  # operations over handles, and handles that record operations
    ["autodiff/derive"],
    ["autodiff/run"],
    ["autodiff/check", "autodiff/see"],
    ["autodiff"],
    ["nn"],
    ["cli", "examples"],
]
apart = {("autodiff/check", "autodiff/see"), ("autodiff/see", "autodiff/check")}
level_of = {room: i for i, rooms in enumerate(levels) for room in rooms}


def room_of(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "autodiff" and len(parts) > 2 else parts[0]


faults = []
sources = [f for top in ("autodiff", "nn", "cli", "examples") for f in sorted((root / top).rglob("*")) if f.suffix in (".hpp", ".cpp", ".inl")]
for file in sources:
    name = file.relative_to(root).as_posix()
    text = file.read_text()
    here = room_of(name)
    for target in re.findall(r"^\s*#\s*include\s*<((?:autodiff|nn|cli)/[^>]+)>", text, re.M):
        there = room_of(target)
        if level_of[there] > level_of[here] or (here, there) in apart:
            faults.append(f"{name} includes {target}: {there} is above {here}, or beside it and apart")
    # The text of each pull-back up to the end of its function, and all that is a template over array_like.
    if here == "autodiff/ops" and file.suffix == ".hpp":
        for match in re.finditer(r"auto (?:\w+::)?pull\(.*?\n  ?\}|template <array_like.*?\n\}", text, re.S):
            if re.search(r"\bvalue_of\(|\.value\(\)|\.item\(\)", match.group()):
                line = text[: match.start()].count("\n") + 1
                faults.append(f"{name}:{line}: a rule looks at a value")

if len(sources) < 100:
    faults.append(f"only {len(sources)} sources were found in {root}")
print("\n".join(faults) or f"{len(sources)} sources: no include points up, and no rule looks at a value")
sys.exit(bool(faults))
