#!/usr/bin/env python3
"""The public names of the headers, and those of them that have no text.

Public is what stands in the namespaces seegrad and seegrad::nn and is no detail, with the public members of classes. What an operation is made
of is public by its function alone, and members that the language gives (copies, destructors, comparisons by default) say all by their
declaration. Values of an enumeration may be said in its text, and so may what makes an object of a class and what its call does in that of the class.

    docs/site/names.py ROOT [FOLDER_WITH_XML]       prints names without a text, with their place; exits 77 if Doxygen is not installed
    docs/site/names.py ROOT --at-most N             fails if there are more, and also if there are fewer, so that N only falls
    docs/site/names.py ROOT --all                   prints every public name, with the beginning of its text
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree


# What the standard library and Boost.Graph ask classes for, by these names.
TRAITS = set(
    "value_type difference_type reference key_type category edge_descriptor directed_category traversal_category"
    " out_edge_iterator in_edge_iterator edge_iterator adjacency_iterator".split()
)


def write_xml(root, folder):
    """What Doxygen knows of the headers, as XML below the folder."""
    here = root / "docs" / "site"
    subprocess.run([sys.executable, here / "headers.py", root, folder / "headers"], check=True)
    settings = (here / "Doxyfile").read_text() + (
        f"OUTPUT_DIRECTORY = {folder}\nGENERATE_HTML = NO\nINPUT = {folder}/headers\nLAYOUT_FILE =\nHTML_HEADER =\n"
        f"STRIP_FROM_PATH = {folder}/headers\nWARN_LOGFILE = {folder}/doxygen.log\n"
    )
    subprocess.run(["doxygen", "-"], input=settings, text=True, check=True, cwd=root, stdout=subprocess.DEVNULL)
    return folder / "xml"


def text_of(element):
    parts = [part for tag in ("briefdescription", "detaileddescription") for part in element.findall(tag)]
    # In code every space is an element.
    for space in (space for part in parts for space in part.iter("sp")):
        space.text = " "
    said = " ".join("".join(part.itertext()) for part in parts)
    return re.sub(r"\s+", " ", said).strip()


def says_itself(member, owner, said_of_owner):
    """Members whose declaration says all, or the text of their class."""
    name = member.findtext("name")
    arguments = member.findtext("argsstring") or ""
    last = owner.rsplit("::", 1)[-1].split("<")[0]
    if name in TRAITS and member.get("kind") in ("typedef", "class", "struct"):
        return True
    if name.startswith("~") or name.startswith("@") or not name:
        return True
    if re.search(r"=\s*(default|delete)$", arguments):
        return True
    if said_of_owner and name in (last, "operator()"):
        return True
    by_itself = re.search(rf"\((?:const )?{re.escape(last)} ?(?:<[^>]*>)? ?&{{1,2}}(?: ?\w+)?\)", arguments)
    return bool(by_itself and name in (last, "operator="))


def names(xml):
    """Each public name once: (file, line, name, text)."""
    found = {}
    for file in sorted(xml.glob("*.xml")):
        if file.name == "index.xml":
            continue
        for compound in ElementTree.parse(file).getroot().findall("compounddef"):
            kind, owner = compound.get("kind"), compound.findtext("compoundname")
            if kind not in ("class", "struct", "union", "concept", "namespace", "group"):
                continue
            if compound.get("prot", "public") != "public" or "detail" in owner or owner.endswith("_op"):
                continue
            # What a trait says of one type is said where the trait is.
            if kind == "struct" and "<" in owner:
                continue
            if kind in ("class", "struct", "union", "concept") and (place := compound.find("location")) is not None:
                if owner.startswith("seegrad") and owner.rsplit("::", 1)[-1] not in TRAITS:
                    found[compound.get("id")] = (place.get("file"), int(place.get("line")), owner, text_of(compound))
            for member in compound.iter("memberdef"):
                if member.get("prot") != "public" or member.get("kind") in ("friend", "define"):
                    continue
                qualified = member.findtext("qualifiedname") or f"{owner}::{member.findtext('name')}"
                if "detail" in qualified or not qualified.startswith("seegrad"):
                    continue
                if says_itself(member, owner if kind != "group" else "", kind in ("class", "struct") and text_of(compound)):
                    continue
                said = text_of(member)
                if member.get("kind") == "enum" and not said:
                    said = " ".join(filter(None, map(text_of, member.findall("enumvalue"))))
                place = member.find("location")
                arguments = member.findtext("argsstring") or ""
                found[member.get("id")] = (place.get("file"), int(place.get("line")), qualified + arguments, said)
    # What is declared in one line has one text.
    said_there = {(file, line): said for file, line, _, said in found.values() if said}
    return sorted((file, line, name, said or said_there.get((file, line), "")) for file, line, name, said in found.values())


def places(xml):
    """For the search: address in the HTML, name and text of each class and of each header's functions that have one, overloads together."""
    entries = {}
    for file in sorted(xml.glob("*.xml")):
        if file.name == "index.xml":
            continue
        for compound in ElementTree.parse(file).getroot().findall("compounddef"):
            kind = compound.get("kind")
            if kind in ("class", "struct", "concept", "group"):
                name = compound.findtext("title") if kind == "group" else compound.findtext("compoundname")
                entries[compound.get("id") + ".html"] = (name, text_of(compound))
            if kind != "group":
                continue
            for member in compound.iter("memberdef"):
                if not (said := text_of(member)) or member.get("prot") != "public":
                    continue
                whole, _, anchor = member.get("id").rpartition("_1")
                name = member.findtext("qualifiedname") or member.findtext("name")
                known = next((a for a, (n, _) in entries.items() if n == name and a.startswith(whole + ".html")), None)
                if known is None:
                    entries[f"{whole}.html#{anchor}"] = (name, said)
                elif said != "As above, of other arguments.":
                    entries[known] = (name, entries[known][1] + " " + said)
    return [(address, name, said) for address, (name, said) in entries.items() if said]


def main():
    root, options = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    if options and not options[0].startswith("--"):
        all_names = names(pathlib.Path(options.pop(0)))
    elif shutil.which("doxygen"):
        with tempfile.TemporaryDirectory() as folder:
            all_names = names(write_xml(root, pathlib.Path(folder)))
    else:
        print("Doxygen is not installed")
        return 77
    if options == ["--all"]:
        for file, line, name, said in all_names:
            print(f"{file}:{line}: {name}: {said[:80]}")
        return 0
    without = [entry for entry in all_names if not entry[3]]
    for file, line, name, _ in without:
        print(f"{file}:{line}: {name}")
    print(f"{len(all_names)} public names, {len(without)} without a text")
    if len(all_names) < 1000:
        print("so few names cannot be all")
        return 1
    if options[:1] == ["--at-most"]:
        bound = int(options[1])
        if len(without) < bound:
            print(f"fewer than the {bound} that are allowed: lower that number")
        return len(without) != bound
    return 0


if __name__ == "__main__":
    sys.exit(main())
