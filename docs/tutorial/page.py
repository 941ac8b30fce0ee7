#!/usr/bin/env python3
"""Pages are programs: this takes one out of its page, or holds what it prints against what the page says it prints. And calls that stand in a
table, in the column `seegrad`, stand in a source that is compiled.

page.py extract PAGE OUTPUT.cpp
page.py compare PAGE PROGRAM
page.py calls PAGE SOURCE.cpp
"""

import os
import re
import subprocess
import sys


def blocks(page, kind):
    with open(page, encoding="utf-8") as file:
        return "".join(re.findall(rf"^```{kind}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL))


def calls(page):
    """The code in the cells of the column `seegrad`."""
    column = None
    with open(page, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not line.startswith("|"):
                column = None
            elif "seegrad" in cells:
                column = cells.index("seegrad")
            elif column is not None and column < len(cells):
                yield from re.findall(r"`([^`]+)`", cells[column])


def main(verb, page, other):
    if verb == "calls":
        with open(other, encoding="utf-8") as file:
            source = file.read()
        found = list(calls(page))
        missing = [call for call in found if call not in source]
        for call in missing:
            print(f"{page}: {other} does not have `{call}`")
        return 0 if found and not missing else 1
    if verb == "extract":
        with open(other, "w", encoding="utf-8") as file:
            file.write(blocks(page, "cpp"))
        return 0
    run = subprocess.run([os.path.abspath(other)], capture_output=True, text=True, check=False)
    if "dataset-fashion-mnist" in run.stderr:
        print("skipped: the pictures are not installed")
        return 77
    wanted = blocks(page, "text")
    if run.returncode == 0 and run.stdout == wanted:
        return 0
    print(f"exit {run.returncode}\n--- the page says\n{wanted}--- the program says\n{run.stdout}{run.stderr}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
