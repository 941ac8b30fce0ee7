"""What type checkers are told is what there is."""

import ast
import inspect
import pathlib

import pytest

import seegrad as sg
from seegrad import nn

folder = pathlib.Path(sg.__file__).parent


def declared(file):
    tree = ast.parse((folder / file).read_text())
    names = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign):
            names[node.targets[0].id] = [node]
    return names


@pytest.mark.parametrize("module, file", [(sg, "__init__.pyi"), (nn, "nn.pyi")])
def test_every_name_is_declared(module, file):
    names = declared(file)
    there = {name for name in module.__all__ if name != "nn"}
    types = {"Operand", "Axes", "Shape", "Sides", "DType", "Path"}
    assert set(names) - types == there
    for name in there:
        value = getattr(module, name)
        if not inspect.isclass(value):
            continue
        [node] = names[name]
        if isinstance(node, ast.Assign):
            continue
        members = {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef)}
        public = {m for m in vars(value) if not m.startswith("_")}
        assert public <= members | {n.target.id for n in ast.walk(node) if isinstance(n, ast.AnnAssign)}, name


def test_few_signatures_are_left_open():
    text = (folder / "__init__.pyi").read_text()
    open_ones = [line for line in text.splitlines() if line.startswith("def ") and "(*args: Any, **options: Any)" in line]
    assert len(open_ones) == 0, open_ones
    assert "def reshape(x: Operand, shape: Shape)" in text
    assert (folder / "py.typed").exists()
