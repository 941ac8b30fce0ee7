#!/usr/bin/env python3
"""The tutorial's pages are programs: this takes one out of its page, or holds what it prints against what the page says it prints.

page.py extract PAGE OUTPUT.cpp
page.py compare PAGE PROGRAM
"""

import os
import re
import subprocess
import sys


def blocks(page, kind):
    with open(page, encoding="utf-8") as file:
        return "".join(re.findall(rf"^```{kind}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL))


def main(verb, page, other):
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
