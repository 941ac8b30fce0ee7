#!/usr/bin/env python3
"""Joins the page from its parts: join.py CASE.json PICTURE.svg > PAGE.html

CASE.json is {"data": …, "functions": "{mul: {…}}"}; the C++ build does the same with what it has.
"""
import html
import json
import pathlib
import re
import sys

here = pathlib.Path(__file__).resolve().parents[2] / "autodiff/see/page/browser"


def page(data, functions, svg):
    order = (here / "script" / "order.txt").read_text().split()
    svg = svg[svg.index("<svg"):]
    parts = {
        "TITLE": html.escape(data.get("title") or "seegrad"),
        "STYLE": (here / "page.css").read_text(),
        "SVG": svg,
        "DRAWINGS": "",
        "DATA": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "FUNCTIONS": functions,
        "SCRIPT": "\n".join((here / "script" / name).read_text() for name in order),
    }
    return re.sub("@(" + "|".join(parts) + ")@", lambda m: parts[m[1]], (here / "page.html").read_text())


if __name__ == "__main__":
    case = json.loads(pathlib.Path(sys.argv[1]).read_text())
    sys.stdout.write(page(case["data"], case["functions"], pathlib.Path(sys.argv[2]).read_text()))
