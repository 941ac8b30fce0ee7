#!/usr/bin/env python3
"""Copies the pages of the repository, and what they show, to where mkdocs finds them, and writes its list of pages.

Paths stay, so that links between pages do. A source that a page links to becomes a page, and so do the pictures of a gallery, if there is
one. In Python's Markdown a list needs an empty line before it, which it gets.

    docs/site/pages.py ROOT FOLDER [GALLERY]
"""

import html
import pathlib
import re
import shutil
import subprocess
import sys

LINK = re.compile(r"(!?\[(?:[^\]`]|`[^`]*`)*\]\()([^)\s]+)(\))")
FENCE = re.compile(r"^\s*(```|~~~)")
ITEM = re.compile(r"^\s*([-*+]|\d+\.)\s")
# What a source is coloured as, by its suffix; files of these kinds become pages.
LANGUAGES = {".hpp": "cpp", ".cpp": "cpp", ".py": "python", ".build": "meson", ".sh": "bash", "": "bash"}


def spaced(text):
    """The same with an empty line before each list."""
    out, fenced = [], False
    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
        before = out[-1] if out else ""
        if not fenced and ITEM.match(line) and before.strip() and not ITEM.match(before) and not before.startswith(" "):
            out.append("")
        out.append(line)
    return "\n".join(out)


class Pages:
    def __init__(self, root, folder):
        self.root, self.folder, self.sources, self.folders = root, folder, set(), set()

    def target(self, page, link):
        """Where a link of a page leads on the site. One to a source leads to the page made of it, one to a folder to a list of those in it."""
        path, _, anchor = link.partition("#")
        if not path or re.match(r"\w+:", path):
            return link
        there = (self.root / page.parent / path).resolve()
        if there.is_dir() and not (there / "README.md").is_file():
            self.folders.add(there.relative_to(self.root))
            return path.rstrip("/") + "/index.md"
        if there.is_dir():
            there = there / "README.md"
        if not there.is_file() or there.suffix not in LANGUAGES:
            return link
        self.sources.add(there.relative_to(self.root))
        return path + ".md" + ("#" + anchor if anchor else "")

    def write(self, page, text):
        path = self.folder / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def copy(self, page):
        text = (self.root / page).read_text(encoding="utf-8")
        parts, fenced = [], False
        for line in text.split("\n"):
            if FENCE.match(line):
                fenced = not fenced
            # Code in a line, too, may look like a link.
            pieces = [line] if fenced else re.split(r"(`[^`]+`)", line)
            if not fenced and len(pieces) > 1 and not LINK.search(re.sub(r"`[^`]+`", "", line)):
                pieces = [line]
            elif not fenced:
                pieces = [LINK.sub(lambda m: m[1] + self.target(page, m[2]) + m[3], line)]
            parts.append("".join(pieces))
        self.write(page, spaced("\n".join(parts)))

    def write_sources(self):
        for folder in self.folders:
            inside = sorted(f for f in (self.root / folder).iterdir() if f.suffix in LANGUAGES)
            self.sources.update(f.relative_to(self.root) for f in inside)
            self.write(folder / "index.md", f"# {folder}\n\n" + "".join(f"- [`{f.name}`]({f.name}.md)\n" for f in inside))
        for source in sorted(self.sources):
            text = (self.root / source).read_text(encoding="utf-8")
            fence = "`" * (4 if "```" in text else 3)
            self.write(
                pathlib.PurePosixPath(source.as_posix() + ".md"),
                f"# {source.as_posix()}\n\n{fence}{LANGUAGES[source.suffix]}\n{text.rstrip()}\n{fence}\n",
            )

    def write_gallery(self, gallery):
        """A page with every picture of a folder, each with the page that plays it."""
        (self.folder / "gallery").mkdir(parents=True, exist_ok=True)
        lines = [
            "# Gallery",
            "",
            "Graphs of many kinds as `picture` draws them, by `scripts/pictures`. A click opens the [page](docs/page.md) that plays the sweep.",
            "",
        ]
        titles = {}
        table = gallery / "table.md"
        for row in table.read_text(encoding="utf-8").splitlines()[2:] if table.exists() else []:
            name, nodes = (cell.strip() for cell in row.split("|")[1:3])
            titles[re.sub(r"[^A-Za-z0-9]", "_", name)] = (name, int(nodes))
        # From the smallest graph to the largest, and then trainings.
        for page in sorted(gallery.glob("*.html"), key=lambda p: (titles[p.stem][1] if p.stem in titles else sys.maxsize, p.stem)):
            name, nodes = titles.get(page.stem, (page.stem.replace("_", " "), None))
            said = f"{nodes} nodes" if nodes else "a training, epoch by epoch"
            shutil.copy(page, self.folder / "gallery" / page.name)
            lines += [f"## {name}", "", said + f": [the page](gallery/{page.name})", ""]
            if (picture := page.with_suffix(".svg")).exists():
                shutil.copy(picture, self.folder / "gallery" / picture.name)
                lines += [f"[![{html.escape(name)}](gallery/{picture.name}){{ loading=lazy }}](gallery/{page.name})", ""]
        self.write("gallery.md", "\n".join(lines))


# The list of pages: those that are not named here follow in the order of their folders.
FIRST = [
    ("Tutorial", "docs/tutorial/*.md"),
    ("Coming from another library", "docs/coming-from.md docs/coming-from/*.md"),
    ("How to", "docs/install.md docs/python.md docs/how-to/*.md"),
    ("Topics", "docs/tensors.md docs/fused.md docs/networks.md docs/pictures.md docs/page.md docs/checking.md docs/mistakes.md"
               " docs/command-line.md docs/boost.md docs/operations.md docs/*.md"),
    ("中文", "README.zh-CN.md docs/zh/tutorial/*.md docs/zh/*.md"),
    ("Inside", "docs/data-flow.md docs/design.md docs/glossary.md docs/accuracy.md docs/speed.md CONTRIBUTING.md CHANGELOG.md"),
]


def navigation(root, pages, gallery):
    """The list of pages as YAML: every page once."""
    known = {p.as_posix() for p in pages}
    # A page that a later heading names is not for the pattern of an earlier one.
    named = {word for _, words in FIRST for word in words.split() if "*" not in word}
    lines, seen = ["nav:", "  - seegrad: README.md"], {"README.md"}
    for title, words in FIRST:
        lines.append(f"  - {title}:")
        for word in words.split():
            found = sorted(p.relative_to(root).as_posix() for p in root.glob(word)) if "*" in word else [word]
            for path in found:
                if path in known and path not in seen and ("*" not in word or path not in named):
                    seen.add(path)
                    lines.append(f"      - {path}")
        if title == "Topics" and gallery:
            lines.append("      - gallery.md")
    if left := known - seen:
        sys.exit(f"these pages are in no list of docs/site/pages.py: {', '.join(sorted(left))}")
    # Beside the pages, by Doxygen.
    return "\n".join([*lines, "  - Reference: reference/index.html", ""])


def main():
    root, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    gallery = pathlib.Path(sys.argv[3]) if sys.argv[3:] else None
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True)
    files = [pathlib.PurePosixPath(f) for f in listed.stdout.split("\0") if f and (root / f).exists()]
    pages = [f for f in files if f.suffix == ".md" and (len(f.parts) == 1 or f.parts[0] == "docs")]
    out = Pages(root, folder)
    for page in pages:
        out.copy(page)
    for file in files:
        if file.parts[0] == "docs" and file.suffix in (".svg", ".png", ".html", ".js", ".wasm", ".css") and file.parts[1] != "site":
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / file, folder / file)
    out.write_sources()
    if gallery:
        out.write_gallery(gallery)
    shutil.copy(root / "docs" / "site" / "site.css", folder / "site.css")
    settings = (root / "docs" / "site" / "mkdocs.yml").read_text(encoding="utf-8")
    (folder.parent / "mkdocs.yml").write_text(settings + navigation(root, pages, gallery), encoding="utf-8")


if __name__ == "__main__":
    main()
