#!/usr/bin/env python3
"""Makes the page of a made-up example and reads it: gallery_test.py GALLERY."""

import html.parser
import pathlib
import subprocess
import sys
import tempfile

source = """// E7. A title: what it shows, with q = x / 2 in it,
// in two lines.
//
//   forward    z = a + b,   c = d
//
// And more.
#include <a & b>
// No opening.
"""
plot = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100"><title>apples &lt; pears</title>'
    '<style>@media (prefers-color-scheme: dark) { [fill="#ffffff"] { fill: #181818 } }</style><g id="a"><title>no</title></g></svg>'
)
picture = '<svg xmlns="http://www.w3.org/2000/svg"><g id="graph0" class="graph"><title>the whole</title><g><title>n1</title></g></g></svg>'
nameless = '<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><title>a curve</title></g></svg>'


class Reader(html.parser.HTMLParser):
    """Every id, every link to one, and every element that would run or load something."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.bad = [], [], []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name == "href" and value.startswith("#"):
                self.links.append(value[1:])
            if name.startswith("on") or (name in ("src", "href") and not value.startswith("#")):
                self.bad.append((tag, name, value))
        if tag == "script":
            self.bad.append(tag)


with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    for name, code in {"e7_one": "0\n", "e8_two": "77\n", "e9_three": "1\n"}.items():
        (root / f"{name}.cpp").write_text(source)
        (root / name).mkdir()
        (root / name / "exit_code").write_text(code)
        (root / name / "output.txt").write_text("it printed <this>\n")
    for name, svg in {"c_plot": plot, "a_picture": picture, "b_nameless": nameless}.items():
        (root / "e7_one" / f"{name}.svg").write_text(svg)
    run = [sys.argv[1], folder, folder, "e7_one", "e8_two", "e9_three"]
    subprocess.run(run, check=True)
    page = (root / "gallery.html").read_text()
    subprocess.run(run, check=True)
    assert page == (root / "gallery.html").read_text(), "the same bytes every time"

reader = Reader()
reader.feed(page)
assert len(reader.ids) == len(set(reader.ids)), "every id is there once"
assert reader.links and set(reader.links) <= set(reader.ids), "every link leads somewhere"
assert reader.bad == [], reader.bad
assert len([x for x in reader.links if x == "index"]) == 3, "each example leads back"
for text in [
    '<a href="#section-1">E7. A title</a> <span>3 figures</span>',
    "<span>no figures, skipped</span>",
    "<span>no figures, FAILED</span>",
    "in it, in two lines.</p>",
    "<p>And more.</p>",
    "Figure 1. the whole<",
    "Figure 2. b_nameless<",
    "Figure 3. apples &lt; pears<",
    "<summary>Source: examples/e7_one.cpp</summary>",
    "#include &lt;a &amp; b&gt;\n// No opening.\n</code>",
    "it printed &lt;this&gt;",
]:
    assert text in page, text
assert page.count("<mfrac>") == 3, "q = x / 2 is a formula, in each of the three"
assert page.count("<p>forward \u2003 <span class=\"formula\"><math>") == 3, "what is set in is a paragraph of its own"
