"""What mkdocs does besides: the search finds names of the reference as well, and works in pages that were opened as files."""

import importlib.util
import json
import pathlib


def reference_entries(parts):
    """An entry of the search for each public name that has a text, with the address of its place in the reference."""
    spec = importlib.util.spec_from_file_location("names", pathlib.Path(__file__).parent / "names.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.places(parts / "xml")


def on_post_build(config):
    site = pathlib.Path(config["site_dir"])
    index = site / "search" / "search_index.json"
    search = json.loads(index.read_text(encoding="utf-8"))
    for address, title, text in reference_entries(pathlib.Path(config["docs_dir"]).parent):
        search["docs"].append({"location": "reference/" + address, "title": title, "text": text})
    said = json.dumps(search, ensure_ascii=False, separators=(",", ":"))
    index.write_text(said, encoding="utf-8")
    # A page that is a file may load a script, and no JSON.
    (site / "search" / "search_index.js").write_text(f"var __search = {{index: Promise.resolve({said})}};\n", encoding="utf-8")
