#!/usr/bin/env python3
"""Writes the files of a page as C++: page.html with the style and the scripts in it, in pieces that every compiler takes.

embed.py BROWSER_FOLDER OUTPUT
"""

import pathlib
import sys

browser, output = map(pathlib.Path, sys.argv[1:])
page = (browser / "page.html").read_text()
order = (browser / "script" / "order.txt").read_text().split()
page = page.replace("@STYLE@", (browser / "page.css").read_text())
page = page.replace("@SCRIPT@", "\n".join((browser / "script" / name).read_text() for name in order))

piece = 4000  # characters; a literal may not be much longer
pieces = [page[i : i + piece] for i in range(0, len(page), piece)]
assert ')page"' not in page
literals = "\n".join(f'    R"page({p})page",' for p in pieces)
output.write_text(f"""// Made by embed.py.
#include <array>
#include <autodiff/see/page/page_text.hpp>

namespace seegrad::detail::see {{
namespace {{

constexpr std::array<std::string_view, {len(pieces)}> pieces{{{{
{literals}
}}}};

}}  // namespace

auto page_text() -> std::span<const std::string_view> {{ return pieces; }}

}}  // namespace seegrad::detail::see
""")
