#!/usr/bin/env python3
"""Writes the stubs of the package from the module itself: every name that it has, with the signature that it says.

    python/stub.py MODULE.so __init__.pyi nn.pyi
"""

import ast
import importlib.machinery
import importlib.util
import inspect
import pathlib
import re
import sys
from types import ModuleType
from typing import Any

head = '''# Written by python/stub.py from the module.
import os
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, Union, overload

import numpy
from numpy.typing import ArrayLike, DTypeLike
'''
aliases = '''
Operand = Union["scalar", "tensor", "nn.parameter", float, ArrayLike]
Axes = Union[None, int, Sequence[int]]
Shape = Union[int, Sequence[int]]
Sides = Union[int, Tuple[int, int]]
DType = DTypeLike
Path = Union[str, "os.PathLike[str]"]
'''
# What pybind11 calls a type, and what it is in a stub.
types = [
    (r"_seegrad\.nn\.", "nn."),
    (r"_seegrad\.", ""),
    (r"\bos\.PathLike\b", "Path"),
    (r"\bobject\b", "Any"),
    (r"\bhandle\b", "Any"),
    (r"\bfunction\b", "Callable[..., Any]"),
    (r"\bCallable\b(?!\[)", "Callable[..., Any]"),
    (r"\bnumpy\.dtype(\[\w+\])?", "DType"),
    (r"\bcapsule\b", "Any"),
    (r"\bargs\b(?!:)", "args"),
    (r"List\[", "Sequence["),
]


def translated(signature: str) -> str:
    """The signature as Python's grammar has it: what is no expression becomes …"""
    for pattern, by in types:
        signature = re.sub(pattern, by, signature)
    signature = signature.replace("*args, *, ", "*args, ")
    before, arrow, result = signature.rpartition(" -> ")
    result = result.replace("ArrayLike", "numpy.ndarray").replace("Sequence[", "List[").replace("Shape", "Tuple[int, ...]").replace("Path", "str")
    result = re.sub(r"\bDType\b", "numpy.dtype[Any]", result)
    before = re.sub(r"= (<[^>]*(<[^>]*>[^>]*)*>|dtype\([^)]*\)|inf|nan)", "= ...", before)
    return before + arrow + result


def signatures(text: str | None, name: str) -> list[str]:
    lines = (text or "").splitlines()
    found = [re.sub(r"^\d+\. ", "", line) for line in lines if re.match(rf"(\d+\. )?{re.escape(name)}\(.* -> ", line)]
    if len(found) > 1:
        found = found[1:] if "Overloaded function." in lines[1] and "*args, **kwargs" in found[0] else found
    return [translated(line) for line in found]


def said(text: str | None, name: str) -> str:
    """The text without its signatures, in one paragraph."""
    lines = [line for line in (text or "").splitlines() if not re.match(rf"(\d+\. )?{re.escape(name)}\(", line) and line != "Overloaded function."]
    return " ".join(line.strip() for line in lines if line.strip())


def function(name: str, value: Any, indent: str = "", decorator: str = "") -> str:
    text = value.__doc__
    all_signatures = signatures(text, name) or [f"{name}(*args: Any, **options: Any) -> Any"]
    out = ""
    for signature in all_signatures:
        body = f"def {signature}: ..."
        try:
            ast.parse(body)
        except SyntaxError:
            body = f"def {name}(*args: Any, **options: Any) -> Any: ..."
        if len(all_signatures) > 1:
            out += f"{indent}@overload\n"
        out += (f"{indent}{decorator}\n" if decorator else "") + indent + body + "\n"
    return out


def class_stub(name: str, value: type) -> str:
    bases = [b.__name__ for b in value.__bases__ if b.__name__ not in ("object", "pybind11_object")]
    out = f"\nclass {name}{'(' + ', '.join(bases) + ')' if bases else ''}:\n"
    body = ""
    if value.__doc__ and issubclass(value, Exception):
        body += f"    {value.__doc__!r}\n"
    for member, what in sorted(vars(value).items()):
        special = member.startswith("__") and member.endswith("__")
        if member in ("__doc__", "__module__", "__weakref__", "__dict__", "__new__", "__qualname__") or member.startswith("_pybind11"):
            continue
        if isinstance(what, property):
            given = re.search(r"-> (.+)$", (what.fget.__doc__ or "").splitlines()[0]) if what.fget and what.fget.__doc__ else None
            kind = translated(f"f() -> {given[1]}").partition(" -> ")[2] if given else "Any"
            try:
                ast.parse(kind)
            except SyntaxError:
                kind = "Any"
            body += f"    @property\n    def {member}(self) -> {kind}: ...\n"
            if what.fset:
                body += f"    @{member}.setter\n    def {member}(self, value: Any) -> None: ...\n"
        elif callable(what) and not isinstance(what, type):
            body += function(member, what, "    ")
        elif special:
            body += f"    {member}: Any\n"
    return out + (body or "    ...\n")


def names(module: ModuleType) -> list[str]:
    return sorted(name for name in vars(module) if not name.startswith("_"))


def module_stub(module: ModuleType, leave_out: tuple[str, ...] = ()) -> str:
    classes = functions = others = ""
    for name in names(module):
        value = getattr(module, name)
        if name in leave_out:
            continue
        if inspect.isclass(value):
            # A second name of a class is that class.
            classes += class_stub(name, value) if value.__name__ == name else f"\n{name} = {value.__name__}\n"
        elif isinstance(value, ModuleType):
            classes += f"\nclass {name}:\n" + "".join(function(n, getattr(value, n), "    ", "@staticmethod") for n in names(value))
        else:
            functions += function(name, value)
    return classes + "\n" + functions + others


def main() -> None:
    binary, package, networks = sys.argv[1:]
    loader = importlib.machinery.ExtensionFileLoader("_seegrad", binary)
    module = importlib.util.module_from_spec(importlib.machinery.ModuleSpec("_seegrad", loader, origin=binary))
    loader.exec_module(module)
    pathlib.Path(package).write_text(
        head
        + "\nfrom . import nn as nn\n"
        + aliases
        + "\n__version__: str\n"
        + module_stub(module, ("nn", "operations", "structural_operations"))
    )
    pathlib.Path(networks).write_text(
        head
        + "\nfrom . import Axes, DType, Operand, Path, Shape, Sides, generator, picture, scalar, tensor\n"
        + re.sub(r"\bnn\.", "", module_stub(module.nn))
        + '''
class sequential:
    def __init__(self, *layers: Any) -> None: ...
    def __call__(self, x: Any) -> Any: ...
    def __getitem__(self, number: int) -> Any: ...
    def __len__(self) -> int: ...

class residual:
    inner: Any
    def __init__(self, inner: Any) -> None: ...
    def __call__(self, x: Any) -> Any: ...
'''
    )


main()
