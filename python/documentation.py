#!/usr/bin/env python3
"""Writes a C++ table of what the headers say: the comment in front of each function, by its name, for the docstrings of the Python module.

    python/documentation.py OUTPUT HEADER…
"""

import pathlib
import re
import sys

# What an operation says of itself, for functions that say nothing more.
operation = re.compile(r'name = "(\w+)",[^;]*?help =\s*"([^"]*)"')

# A comment of ///, then perhaps what a template needs, then the declaration.
declaration = re.compile(
    r"((?:^[ \t]*///.*\n)+)"
    r"(?:^[ \t]*(?:template|requires)\b.*\n)*"
    r"^[ \t]*(?:inline |static |explicit )*(?:auto|class|struct)\s+(?:operator\S+|(?P<name>\w+))",
    re.M,
)


def texts(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in declaration.finditer(source):
        name = match["name"]
        if name is None:
            continue
        lines = [line.strip().removeprefix("///").strip() for line in match[1].splitlines()]
        text = " ".join(line for line in lines if line)
        # "The same, …" of a second function of a name says nothing without the first.
        found.setdefault(name, text)
    return found


def literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> None:
    output, *headers = sys.argv[1:]
    table: dict[str, str] = {}
    for header in headers:
        # In nn/ a name stands behind nn::, as nn::linear and linear differ.
        prefix = "nn::" if "nn" in pathlib.PurePath(header).parts else ""
        for name, text in texts(pathlib.Path(header).read_text()).items():
            table.setdefault(prefix + name, text)
    for header in headers:
        for name, text in operation.findall(pathlib.Path(header).read_text()):
            table.setdefault(name, text)
    rows = "".join(f"    {{{literal(name)}, {literal(text)}}},\n" for name, text in sorted(table.items()))
    pathlib.Path(output).write_text(
        "// Written by python/documentation.py.\n"
        "#include <cstring>\n#include <utility>\n\nnamespace seegrad::python {\n\n"
        "auto documentation(const char* name) -> const char* {\n"
        f"  static constexpr std::pair<const char*, const char*> all[] = {{\n{rows}  }};\n"
        "  for (const auto& [known, text] : all)\n"
        "    if (std::strcmp(known, name) == 0) return text;\n"
        '  return "";\n'
        "}\n\n}  // namespace seegrad::python\n"
    )


main()
