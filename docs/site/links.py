#!/usr/bin/env python3
"""Checks the links of a site that was built: every page, picture, script and anchor that a page of it asks for is there.

Links that leave the site are not followed. Prints each that is broken; exits 1 if there is one.

    docs/site/links.py FOLDER
"""

import html.parser
import pathlib
import sys
import urllib.parse

# Attributes that name another file.
LINKS = {"a": "href", "link": "href", "area": "href", "img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "object": "data"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.anchors, self.links = {"", "top"}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        if (link := attributes.get(LINKS.get(tag, ""))) is not None:
            self.links.append((link, self.getpos()[0]))


def main():
    site = pathlib.Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    faults, count = [], 0
    for path, page in pages.items():
        # It is shown for any address, and so names everything from the root of the server.
        if path == site / "404.html":
            continue
        for link, line in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            there = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            if there.is_dir():
                there = there / "index.html"
            anchor = urllib.parse.unquote(parts.fragment)
            if not there.is_relative_to(site) or not there.exists():
                faults.append(f"{path.relative_to(site)}:{line}: {link} is not there")
            # Scripts of a page may read what follows the sign, and pages of pictures do.
            elif there in pages and anchor not in pages[there].anchors and "=" not in anchor:
                faults.append(f"{path.relative_to(site)}:{line}: {link}: the page has no such place")
    if len(pages) < 10:
        faults.append(f"only {len(pages)} pages were found in {site}")
    print("\n".join(faults) if faults else f"{len(pages)} pages, {count} links: all lead somewhere")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
