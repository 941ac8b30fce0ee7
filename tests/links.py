#!/usr/bin/env python3
"""Checks the links of the Markdown pages: the files, folders, pictures and headings that they name are there.

Links that leave the repository are not followed; nothing may be linked that git does not know. Prints each fault; exits 1 if there is one.

    tests/links.py ROOT
"""

import pathlib
import re
import shutil
import subprocess
import sys
import unicodedata
import urllib.parse

FENCE = re.compile(r"^\s*(```+|~~~+)")
CODE = re.compile(r"(`+)(?:.*?)\1")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
INNER = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
DEFINED = re.compile(r"^\[[^\]]+\]:\s+(\S+)")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
HTML_ANCHOR = re.compile(r"<[^>]+\b(?:id|name)=\"([^\"]+)\"")


def prose(text):
    """The lines that are not code, each with its number, and code in a line taken out where links are looked for."""
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := FENCE.match(line):
            mark = match[1]
            if not fence:
                fence = mark
            elif mark.startswith(fence):
                fence = ""
            continue
        if not fence and not line.startswith("    "):
            yield number, line


def slug(heading):
    """The anchor that a heading gets where pages of a repository are shown, and from mkdocs as the site sets it up."""
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    words = unicodedata.normalize("NFC", words).strip().lower()
    return "".join(c for c in words if c.isalnum() or c in " -_" or unicodedata.category(c).startswith("M")).replace(" ", "-")


def anchors_of(text):
    found, seen = set(), {}
    for _, line in prose(text):
        if match := HEADING.match(line):
            name = slug(match[2])
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
        found.update(HTML_ANCHOR.findall(line))
    return found


def links_of(text):
    for number, line in prose(text):
        plain = CODE.sub(lambda m: "x" * len(m[0]), line)
        for pattern in (LINK, INNER, DEFINED):
            for match in pattern.finditer(plain):
                yield number, match[1]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    known = None
    if (root / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
        if listed.returncode == 0:
            known = {(root / name) for name in listed.stdout.split("\0") if name}
            known |= {folder for name in known for folder in name.parents}
    # Without git, as from an archive of the sources, what is there is known.
    pages = [p for p in (known or root.rglob("*.md")) if p.suffix == ".md" and p.is_file() and not re.match(r"build", p.relative_to(root).parts[0])]
    texts = {page: page.read_text(encoding="utf-8") for page in sorted(pages)}
    anchors = {page: anchors_of(text) for page, text in texts.items()}
    faults, count = [], 0
    for page, text in texts.items():
        for line, link in links_of(text):
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            place = f"{page.relative_to(root)}:{line}: {link}"
            there = (page.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else page
            if not there.is_relative_to(root):
                faults.append(f"{place} leads out of the repository")
            elif not there.exists():
                faults.append(f"{place} is not there")
            elif known is not None and there not in known:
                faults.append(f"{place} is not in git")
            elif parts.fragment and there in anchors and urllib.parse.unquote(parts.fragment) not in anchors[there]:
                faults.append(f"{place}: the page has no such heading")
    if len(texts) < 20 or count < 50:
        faults.append(f"only {len(texts)} pages with {count} links were found in {root}")
    print("\n".join(faults) if faults else f"{len(texts)} pages, {count} links: all lead somewhere")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
