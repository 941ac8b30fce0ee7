#!/usr/bin/env python3
"""The headers as Doxygen should read them; those in the repository stay as people read them.

The comment at the top becomes the text of the header's page. A function that applies an operation and has no text of its own gets the help of that
operation, which its paragraph says; an overload gets that of the one before it. Where a comment has a word in backquotes, Doxygen's commands
and HTML mean nothing, and neither do they elsewhere: signs that would be taken for them are escaped.

    docs/site/headers.py ROOT FOLDER
"""

import pathlib
import re
import sys

BEGIN = re.compile(r"^( {0,2})(?:template|auto|inline|constexpr|consteval|static|friend|explicit|virtual|\[\[|class \w|struct \w|enum |using |requires)")
NAME = re.compile(r"(?:auto|void|bool)(?: \w+::)? (operator ?(?:\(\)|\[\]|[^\s(]+)|\w+)\(")
APPLIED = re.compile(r"\b(?:apply|structured|structured_list|unary|binary)<(?:\w+::)*(\w+_op)\b")
# What works behind the public names and stands beside them, since operators and functions have to find it by its type.
BEHIND = {
    *("autodiff/ops/definition/" + name for name in ("complex_step.hpp", "formula.hpp", "passage.hpp", "written.hpp")),
    *("autodiff/trace/" + name for name in ("deferred.hpp", "expression.hpp", "statement_shape.hpp", "statement_sweep.hpp")),
    "autodiff/ops/pointwise/cpp_source.hpp",
    "autodiff/run/program_parts.hpp",
    "autodiff/run/arrays/array_program_parts.hpp",
}
PUBLIC_SPACE = re.compile(r"^namespace seegrad(::nn|::fused)? \{$", re.M)
PARAGRAPH = re.compile(r"^struct (\w+_op)\b(.*?)^\};", re.M | re.S)


def helps(text):
    """What each operation says of itself, by the name of its struct."""
    found = {}
    for name, body in PARAGRAPH.findall(text):
        if match := re.search(r'\bhelp\s*=\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', body):
            said = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[1])).replace('\\"', '"')
            found[name] = said
    return found


def escaped(said):
    """Text in which nothing is a command of Doxygen's or HTML; between backquotes nothing is one anyway."""
    parts = said.split("`")
    parts[::2] = (re.sub(r"[@\\<>#%&]", lambda m: "\\" + m[0], part) for part in parts[::2])
    return "`".join(parts)


def sentence(said):
    """Help as a sentence; a formula at its beginning stays as it is."""
    said = said[:1].upper() + said[1:] if re.match(r"[a-z]+\b(?! = |[(\[.²])", said) else said
    return escaped(said if said.endswith(".") else said + ".")


def comment(lines):
    """The comment at the top as text for Doxygen, with what is indented as code; and the number of the line behind it."""
    end = 1
    while end < len(lines) and lines[end].startswith("//"):
        end += 1
    out, code = [], False
    for line in lines[1:end]:
        said = line[2:].removeprefix(" ")
        indented = said.startswith("  ")
        if indented and not code:
            out.append("@code{.cpp}")
        if code and said and not indented:
            out.append("@endcode")
        code = indented or (code and not said)
        out.append(said[2:] if code else escaped(said).replace("*/", "* /"))
    if code:
        out.append("@endcode")
    # The first sentence is what lists of headers show.
    if out:
        end_of_first = out.index("") if "" in out else len(out)
        first, dot, more = " ".join(out[:end_of_first]).partition(". ")
        out = ["@brief " + first + dot, "", more, *out[end_of_first:]]
    return out, end


def room_of(path):
    """The nearest folder around a header that rooms.dox knows."""
    known = set(re.findall(r"@defgroup (\w+)", (pathlib.Path(__file__).parent / "rooms.dox").read_text(encoding="utf-8")))
    return next(name for n in range(len(path.parts) - 1, 0, -1) if (name := "room_" + "_".join(path.parts[:n])) in known)


def name_of(lines, i):
    """The function that is declared from line i on, and the text of it up to its end."""
    text = ""
    for line in lines[i : i + 14]:
        text += line + "\n"
        if re.search(r"[;}]\s*(//.*)?$", line) and text.count("{") <= text.count("}") or line == "}":
            break
    match = NAME.search(text)
    return (match[1] if match else None), text


def filtered(text, path, said):
    lines = text.split("\n")
    about, start = comment(lines) if lines[0] == "#pragma once" else ([], 0)
    group = re.sub(r"\W", "_", path.as_posix())
    out = [f"/** @defgroup {group} {path.as_posix()}", f"@ingroup {room_of(path)}", *about, "*/"]
    has_text, last, named, in_class, in_table, head, friend, public_spaces = False, None, set(), False, False, False, "", 0
    for i in range(start, len(lines)):
        line = lines[i]
        bare = line.strip()
        # What is laid out by hand is a table whose first row has the text.
        if bare in ("// clang-format off", "// clang-format on"):
            in_table = bare.endswith("off")
            if not has_text:
                last = None
        if PUBLIC_SPACE.match(line):
            public_spaces += 1
            out += [line, f"/** @addtogroup {group} */", "/** @{ */"]
            continue
        if public_spaces and line.startswith("}  // namespace seegrad") and not line.endswith("detail"):
            public_spaces -= 1
            out += ["/** @} */", line]
            continue
        # Friends are there to be found by their operands' types; those without a text, and those that are only let in, have no place of their own.
        if friend or (bare.startswith("friend ") and not has_text):
            friend += line + "\n"
            if re.search(r"[;}]$", bare) and friend.count("{") == friend.count("}"):
                friend = ""
            continue
        # What every module has.
        if not has_text and "///" not in line:
            if re.match(r"  static auto fields\(", line) or (re.match(r"  template <class Self>", line) and "auto fields(" in lines[i + 1]):
                out.append("  /// Its fields by name, for functions on whole modules (nn/module/fields.hpp).")
                has_text = True
            elif re.match(r"  (nn::)?label label\b", line):
                out.append("  /// What pictures, summaries and errors call it.")
        if bare.startswith("///"):
            indent, mark, rest = re.match(r"(\s*)(///<?)(.*)", line).groups()
            out.append(indent + mark + escaped(rest))
            has_text, head = True, False
            continue
        if match := re.match(r"(?:class|struct|enum(?: class)?) (\w+)\b.*\{$", line):
            in_class = True
            named = {entry for entry in named if entry[0] == ""}
            # What a header is named after is what its comment is about.
            if not has_text and (shape := re.fullmatch(r"(\w+)_options", match[1])):
                out.append(f"/// Options of {shape[1]}, given by name.")
                has_text = True
            if match[1] == path.stem and not has_text:
                at = len(out) - 1 if out[-1].startswith("template") else len(out)
                out[at:at] = ["/**", *about, "*/"]
                has_text = True
        # A module that is the function of its name.
        if (match := re.match(r"(?:class|struct) (\w+)\b.*\{", line)) and not has_text and match[1] + "_op" in said:
            out.append("/// As a module: " + sentence(said[match[1] + "_op"]))
        if line.startswith("};"):
            in_class = False
        begins = BEGIN.match(line)
        # The second line of a declaration begins like one.
        if begins and (begins[1] == "" or in_class) and not head:
            name, whole = name_of(lines, i)
            trailing = "///<" in whole
            if name and not has_text and not trailing:
                applied = APPLIED.search(whole)
                if name == last or (begins[1], name) in named:
                    out.append(begins[1] + "/// As above, of other arguments.")
                    has_text = True
                elif name and in_table and last:
                    out.append(begins[1] + "/// As the one above.")
                    has_text = True
                elif applied and applied[1] in said:
                    out.append(begins[1] + "/// " + sentence(said[applied[1]]))
                    has_text = True
            if has_text or trailing:
                last = name
                named.add((begins[1], name))
            elif name or not bare.startswith("template"):
                last = None
            head = not re.search(r"[;{}]\s*(//.*)?$", line)
        elif re.search(r"[;{}]\s*(//.*)?$", line):
            head = False
        # Doxygen makes no place for a friend.
        line = re.sub(r"^( *)friend ", r"\1", line)
        if "///<" in line:
            before, after = line.split("///<", 1)
            line = before + "///<" + escaped(after)
        out.append(line)
        if not head and bare:
            has_text = False
    return "\n".join(out)


def main():
    root, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    said = {}
    for header in (root / "autodiff" / "ops").rglob("*.hpp"):
        said |= helps(header.read_text(encoding="utf-8"))
    for top in ("autodiff", "nn", "seegrad"):
        for header in sorted((root / top).rglob("*.hpp")):
            path = header.relative_to(root)
            text = header.read_text(encoding="utf-8")
            # What is inside has spaces of its own; the faces of the library, which include the rest, have none.
            if "namespace seegrad::" in text and not PUBLIC_SPACE.search(text) or path.as_posix() in BEHIND or "ops/kernels" in path.as_posix():
                continue
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_text(filtered(text, path, said), encoding="utf-8")


if __name__ == "__main__":
    main()
