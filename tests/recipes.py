#!/usr/bin/env python3
"""Changes that a how-to shows still fit the sources: the blocks `diff` of each page, as one change after those of the pages before it.

    tests/recipes.py ROOT PAGE...       exits 77 if git is not installed
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```diff\n(.*?)^```$", re.M | re.S)


def main():
    root, pages = pathlib.Path(sys.argv[1]), sys.argv[2:]
    if not shutil.which("git"):
        print("git is not installed")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for page in pages:
            blocks = BLOCK.findall((root / page).read_text(encoding="utf-8"))
            if not blocks:
                print(f"{page} shows no change")
                failed += 1
            for change in blocks:
                name = re.search(r"^\+\+\+ b/(\S+)$", change, re.M)[1]
                if not (copy / name).exists():
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(root / name, copy / name)
                # In a folder that is no repository, git changes files as they are; one line around a change has to be as it was.
                done = subprocess.run(["git", "apply", "-C1", "-"], input=change, text=True, cwd=copy, capture_output=True)
                if done.returncode != 0 or change.splitlines()[3:] == []:
                    print(f"{page}: the change of {name} does not fit: {done.stderr.strip()}")
                    failed += 1
    print(f"{len(pages)} pages, {failed} changes that do not fit")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
