#!/usr/bin/env python3
"""Holds the Chinese pages against the English ones: headings, whose English text stands behind them in a comment, the order of paragraphs, lists
and tables, each block of code to the byte, and of all other text the numbers, the code in it, the images and where links lead. Prints what has
to be translated again; exits 1 if there is something.

    tests/translation.py ROOT [--take]

With --take it first writes the English code, and table cells that have no letters, into those Chinese pages whose blocks still are of the same
kinds in the same order: for these nobody has to know the language.
"""

import collections
import os
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
take = sys.argv[2:] == ["--take"]

tutorial = sorted(page.name for page in (root / "docs/tutorial").glob("*.md"))
pages = {"README.md": "README.zh-CN.md"} | {f"docs/tutorial/{name}": f"docs/zh/tutorial/{name}" for name in tutorial}
glossary = ("docs/glossary.md", "docs/zh/glossary.md")
chinese_of = pages | {glossary[0]: glossary[1]}

Block = collections.namedtuple("Block", "kind first lines")  # the kind in words, where it begins in the file from 0, and its lines
faults = []


def blocks(lines):
    """What the lines of a page are, one after the other."""
    found = []
    fenced = False
    for number, line in enumerate(lines):
        last = found[-1] if found else None
        goes_on = last is not None and last.first + len(last.lines) == number
        if fenced:
            last.lines.append(line)
            fenced = line != "```"
            continue
        if not line:
            continue
        if line.startswith("```"):
            kind, fenced = "code", True
        elif heading := re.match("(#+) ", line):
            kind = f"heading of level {len(heading[1])}"
        elif line.startswith("|"):
            kind = "table"
        elif line.startswith("- "):
            kind, goes_on = "list item", False
        elif line.startswith("    ") and not (goes_on and last.kind in ("paragraph", "list item")):
            kind = "code"
        else:
            kind = "list item" if goes_on and last.kind == "list item" else "paragraph"
        if goes_on and not fenced and kind == last.kind and not kind.startswith("heading"):
            last.lines.append(line)
        else:
            found.append(Block(kind, number, [line]))
    return found


def cells(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def place(page, target):
    """Where a link of a page leads: a place in the tree, that of the Chinese page if there is one, and of other pages the heading too."""
    if "://" in target:
        return target
    path, _, anchor = target.partition("#")
    path = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
    there = chinese_of.get(path, path)
    return f"{there}#{anchor}" if anchor and there not in chinese_of.values() else there


def content(page, text):
    """What a translation keeps of a text, by what it is called."""
    codes = re.findall("`[^`]+`", text)
    text = re.sub("`[^`]+`", "", text)
    image, link = r"!\[([^]]*)\]\(([^)]*)\)", r"\[([^]]*)\]\(([^)]*)\)"
    images = [place(page, target) for _, target in re.findall(image, text)]
    text = re.sub(image, r"\1", text)
    links = [place(page, target) for _, target in re.findall(link, text)]
    numbers = re.findall("[0-9]+(?:[.,][0-9]+)*|[⁰¹²³⁴-⁹]+|[¼½¾]", re.sub(link, r"\1", text))
    return {"code": codes, "numbers": numbers, "images": images, "links": links}


def differences(here, text, there, translated):
    """In words, what a translation has not kept of a text."""
    for what, kept in content(here, text).items():
        wanted, found = collections.Counter(kept), collections.Counter(content(there, translated)[what])
        if wanted != found:
            only = [" ".join((a - b).elements()) or "nothing" for a, b in ((wanted, found), (found, wanted))]
            yield f"{what}: {only[0]} in English, {only[1]} in Chinese"


def without_link(page, lines, language, other):
    """The blocks of a page but for the second, which leads to the page in the other language."""
    found = blocks(lines)
    wanted = f"[{language}]({os.path.relpath(other, os.path.dirname(page) or '.')})"
    if len(found) > 1 and found[1].lines == [wanted]:
        return found[:1] + found[2:]
    faults.append(f"{page}: below the first heading there should be {wanted}")
    return found


def table_differences(english, rows, chinese, translated):
    """The same of two tables, row by row and cell by cell."""
    grid, other = ([cells(row) for row in table] for table in (rows, translated))
    if [len(row) for row in grid] != [len(row) for row in other]:
        yield "the table has other rows or columns"
        return
    for number, pairs in enumerate(map(zip, grid, other), 1):
        for mine, yours in pairs:
            yield from (f"row {number}: {text}" for text in differences(english, mine, chinese, yours))


def compare(english, mine, chinese, yours):
    """Two pages of the same structure, block by block."""
    for a, b in zip(mine, yours):
        if a.kind.startswith("heading"):
            found = [] if b.lines[0].endswith(f" <!-- {a.lines[0].lstrip('# ')} -->") else [f"its comment is not: {a.lines[0].lstrip('# ')}"]
        elif a.kind == "code":
            found = [] if a.lines == b.lines else ["it is not the same to the byte"]
        elif a.kind == "table":
            found = table_differences(english, a.lines, chinese, b.lines)
        else:
            found = differences(english, " ".join(a.lines), chinese, " ".join(b.lines))
        faults.extend(f"{english}:{a.first + 1}, {chinese}:{b.first + 1}: translate this {a.kind} again: {text}" for text in found)


def taken_row(row, other):
    """A row of a Chinese table with the English figures."""
    if len(cells(row)) != len(cells(other)) or re.fullmatch("[| -]+", row):
        return other
    letter = re.compile(r"[^\W\d_]")
    return "| " + " | ".join(y if letter.search(x + y) else x for x, y in zip(cells(row), cells(other))) + " |"


def taken(mine, yours, lines):
    """The lines of a Chinese page with the English code and figures."""
    for a, b in reversed(list(zip(mine, yours))):
        if a.kind == "code":
            lines[b.first : b.first + len(b.lines)] = a.lines
        elif a.kind == "table" and len(a.lines) == len(b.lines):
            lines[b.first : b.first + len(b.lines)] = map(taken_row, a.lines, b.lines)
    return lines


def read(page):
    path = root / page
    if path.exists():
        return path.read_text(encoding="utf-8").splitlines()
    faults.append(f"{page} is missing")
    return []


compared = 0
for english, chinese in pages.items():
    lines = read(chinese)
    mine = without_link(english, read(english), "中文", chinese)
    yours = without_link(chinese, lines, "English", english)
    kinds = [[block.kind for block in page] for page in (mine, yours)]
    compared += len(mine)
    if kinds[0] != kinds[1]:
        same = next((i for i, (x, y) in enumerate(zip(*kinds)) if x != y), min(map(len, kinds)))
        ends = [f"has a {found[same].kind} in line {found[same].first + 1}" if same < len(found) else "ends" for found in (mine, yours)]
        faults.append(f"{english} {ends[0]} where {chinese} {ends[1]}: translate what is new from here on")
        continue
    if take:
        lines = taken(mine, yours, lines)
        (root / chinese).write_text("\n".join(lines) + "\n", encoding="utf-8")
        yours = without_link(chinese, lines, "English", english)
    compare(english, mine, chinese, yours)
strays = {page.relative_to(root).as_posix() for page in (root / "docs/zh").rglob("*.md")} - set(chinese_of.values())
faults.extend(f"{page} translates no English page" for page in sorted(strays))

# Of the glossary every word has its row, in the order of the English page.
words = []
for page, other, language in ((*glossary, "中文"), (*reversed(glossary), "English")):
    tables = [block for block in without_link(page, read(page), language, other) if block.kind == "table"]
    words.append([cells(row)[0] for row in tables[0].lines[2:]] if tables else [])
faults.extend(f"{glossary[1]}: there is no row for: {word}" for word in words[0] if word not in words[1])
faults.extend(f"{glossary[1]}: {glossary[0]} does not have: {word}" for word in words[1] if word not in words[0])
if words[0] != words[1] and sorted(words[0]) == sorted(words[1]):
    faults.append(f"{glossary[1]}: the words are not in the order of {glossary[0]}")

if compared < 100 or not words[0]:
    faults.append(f"only {compared} blocks and {len(words[0])} words were found in {root}")
print("\n".join(faults) or f"{compared} blocks and {len(words[0])} words: the Chinese pages say what the English ones do")
sys.exit(bool(faults))
