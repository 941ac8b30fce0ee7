#!/usr/bin/env python3
"""Doxygen's layout of pages, changed so that what a class, a header or a room is stands before the list of what is in it.

    docs/site/layout.py LAYOUT_FILE
"""

import sys
import xml.etree.ElementTree as ElementTree

tree = ElementTree.parse(sys.argv[1])
for kind in ("class", "namespace", "concept", "group", "file"):
    for page in tree.getroot().findall(kind):
        brief, detailed = page.find("briefdescription"), page.find("detaileddescription")
        if brief is None or detailed is None:
            sys.exit(f"{sys.argv[1]} has another form than Doxygen 1.9's")
        page.remove(detailed)
        page.insert(list(page).index(brief), detailed)
        page.remove(brief)
for spaces in tree.getroot().iterfind("group/memberdecl/namespaces"):
    spaces.set("visible", "no")
for nested in tree.getroot().iterfind("group/memberdecl/nestedgroups"):
    nested.set("title", "What is in it")
# By room and by name; headers are in their rooms, and there is one namespace.
tabs = tree.getroot().find("navindex")
tabs.insert(0, ElementTree.Element("tab", type="user", url="../index.html", title="Pages"))
for tab in tabs:
    if tab.get("type") == "mainpage":
        tab.set("title", "Reference")
    if tab.get("type") in ("pages", "namespaces", "files", "examples", "concepts"):
        tab.set("visible", "no")
    if tab.get("type") == "modules":
        tab.set("title", "By topic")
tree.write(sys.argv[1])
