#!/usr/bin/env python3
"""Writes the fixtures that can be drawn by the command line tool, and the large ones: make_fixtures.py SEEGRAD FOLDER

Each is CASE.json (data and functions) and CASE.svg. Only needed when a case is added: the results are kept, but for the large one, which
--chain in the place of SEEGRAD writes alone.
"""
import json
import pathlib
import re
import subprocess
import sys

FUNCTIONS = """{
add: {value: (a, b) => a + b, slopes: [(a, b, y) => 1, (a, b, y) => 1]},
sub: {value: (a, b) => a - b, slopes: [(a, b, y) => 1, (a, b, y) => -1]},
mul: {value: (a, b) => a * b, slopes: [(a, b, y) => b, (a, b, y) => a]},
div: {value: (a, b) => a / b, slopes: [(a, b, y) => 1 / b, (a, b, y) => -y / b]},
neg: {value: a => -a, slopes: [(a, y) => -1]},
sin: {value: a => m.sin(a), slopes: [(a, y) => m.cos(a)]},
exp: {value: a => m.exp(a), slopes: [(a, y) => y]},
log: {value: a => m.log(a), slopes: [(a, y) => 1 / a]},
sqrt: {value: a => m.sqrt(a), slopes: [(a, y) => 0.5 / y]},
tanh: {value: a => m.tanh(a), slopes: [(a, y) => 1 - y * y]},
sigmoid: {value: a => 1 / (1 + m.exp(-a)), slopes: [(a, y) => y * (1 - y)]},
relu: {value: a => a > 0 ? a : 0, slopes: [(a, y) => a > 0 ? 1 : 0]},
max: {value: (a, b) => a > b ? a : b, slopes: [(a, b, y) => a > b ? 1 : a < b ? 0 : 0.5, (a, b, y) => a > b ? 0 : a < b ? 1 : 0.5]}
}"""
OPERATIONS = [("add", "+", 2, False), ("sub", "−", 2, True), ("mul", "×", 2, False), ("div", "/", 2, True), ("neg", "−", 1, False), ("sin", "", 1, False),
              ("exp", "", 1, False), ("log", "", 1, False), ("sqrt", "√", 1, False), ("tanh", "", 1, False), ("sigmoid", "σ", 1, False), ("relu", "", 1, False), ("max", "", 2, False)]
INDEX = {o[0]: i for i, o in enumerate(OPERATIONS)}

# name: (expression, inputs, rows, other data). A row is [operation, name, operands, value, gradient].
CASES = {
    "chain_rule": ("u = b*c; v = a + u; J = 3*v", "a=7 b=4 c=2", [["in", "a", [], 7, 3], ["in", "b", [], 4, 6], ["in", "c", [], 2, 12], ["mul", "u", [1, 2], 8, 3],
                   ["add", "v", [0, 3], 15, 3], ["const", "", [], 3, None], ["mul", "J", [5, 4], 45, 1]], {"title": "J = 3(a + bc)"}),
    "two_uses": ("y = x*x + 5*x", "x=3", [["in", "x", [], 3, 11], ["mul", "", [0, 0], 9, 1], ["const", "", [], 5, None], ["mul", "", [2, 0], 15, 1], ["add", "y", [1, 3], 24, 1]], {}),
    "sigmoid": ("z = w*x + b; y = sigmoid(z)", "w=0.5 x=-1 b=0.3", [["in", "w", [], .5, -0.24751657271185995], ["in", "x", [], -1, 0.12375828635592998], ["in", "b", [], .3, 0.24751657271185995],
                ["mul", "", [0, 1], -.5, 0.24751657271185995], ["add", "z", [3, 2], -.2, 0.24751657271185995], ["sigmoid", "y", [4], 0.45016600268752215, 1]], {}),
    "relu_off": ("h = relu(w*x)*k; y = h + x", "w=-2 x=3 k=5", [["in", "w", [], -2, 0], ["in", "x", [], 3, 1], ["in", "k", [], 5, 0], ["mul", "", [0, 1], -6, 0], ["relu", "", [3], 0, 5],
                 ["mul", "h", [4, 2], 0, 1], ["add", "y", [5, 1], 3, 1]], {"notes": {"3": ["bad", "FAIL: 0 ≠ 4"], "6": ["good", "PASS"]}}),
    "not_finite": ("p=log(a-b); q = sqrt(c); y=p*q", "a=1 b=2 c=4", [["in", "a", [], 1, -2], ["in", "b", [], 2, 2], ["in", "c", [], 4, "NaN"], ["sub", "", [0, 1], -1, -2],
                   ["log", "p", [3], "NaN", 2], ["sqrt", "q", [2], 2, "NaN"], ["mul", "y", [4, 5], "NaN", 1]], {}),
    "max": ("m = max(a,b); y=m*m+a", "a=2 b=1.5", [["in", "a", [], 2, 5], ["in", "b", [], 1.5, 0], ["max", "m", [0, 1], 2, 4], ["mul", "", [2, 2], 4, 1], ["add", "y", [3, 0], 6, 1]], {}),
    "guard": ("y = x*x", "x=0.5", [["in", "x", [], .5, 1], ["mul", "y", [0, 0], .25, 1]], {"guards": [{"question": "<", "a": 0, "b": 1, "bNode": None, "answer": 1, "place": "main.cpp:12"}]}),
    "quotient": ("q = a/b; y = tanh(q)*a", "a=2 b=4", [["in", "a", [], 2, 0.8553410237429735], ["in", "b", [], 4, -0.19661193324148185], ["div", "q", [0, 1], .5, 1.5728954659318548],
                 ["tanh", "", [2], 0.46211715726000973, 2], ["mul", "y", [3, 0], 0.9242343145200195, 1]], {"claims": [{"node": 1, "value": 0.39322386648296370}]}),
    "cancel": ("u = x + x; v = 2*x; s = u - v; y = s + z", "x=2 z=1", [["in", "x", [], 2, 0], ["in", "z", [], 1, 1], ["add", "u", [0, 0], 4, 1], ["const", "", [], 2, None], ["mul", "v", [3, 0], 4, -1],
               ["sub", "s", [2, 4], 0, 1], ["add", "y", [5, 1], 1, 1]], {}),
}


def data_of(title, rows, other):
    code = lambda op: {"in": -1, "const": -2}.get(op, INDEX.get(op))
    d = {"version": 1, "title": title, "digits": 4, "direction": "left_to_right", "outputs": [len(rows) - 1], "seeds": [1],
         "operations": [{"name": n, "sign": s, "arity": a, "ordered": o, "f": True} for n, s, a, o in OPERATIONS], "scopes": [["", 0]],
         "nodes": [[i, code(op), name, operands, value, gradient, 0, -1] for i, (op, name, operands, value, gradient) in enumerate(rows)],
         "boxes": [], "guards": [], "notes": {}, "claims": [], "hidden": 0}
    d.update(other)
    return d


def chain(n):
    """x, then n sines, with a synthetic picture like Graphviz's."""
    import math
    values, rows, nodes, edges = [1.0], [["in", "x", [], 1.0, None]], [], []
    for i in range(1, n):
        values.append(math.sin(values[-1]))
        rows.append(["sin", "", [i - 1], values[-1], None])
    g = 1.0
    for i in range(n - 1, -1, -1):
        rows[i][4] = g
        if i:
            g *= math.cos(values[i - 1])
    text = '<text text-anchor="start" x="%s" y="%s" font-family="Helvetica,Arial,sans-serif" font-size="%s" fill="#1a1a1a">%s</text>'
    for i in range(n):
        x, y = (i % 100) * 130, (i // 100) * 90
        x = 99 * 130 - x if (i // 100) % 2 else x
        nodes.append(f'<g id="node{i + 1}" class="node"><title>n{i}</title><g><a xlink:title="node {i}"><path fill="#d5e7f5" stroke="#5f6670" d="M{x},{y - 50}C{x},{y - 50} {x + 80},{y - 50} {x + 80},{y - 50} {x + 80},{y} {x},{y} {x},{y - 50}"/>'
                     + text % (x + 30, y - 36, "14.00", "sin" if i else "x") + text % (x + 4, y - 20, "10.00", "value ") + text % (x + 40, y - 20, "11.00", f"{values[i]:.4g}")
                     + text % (x + 4, y - 8, "10.00", "grad ") + text % (x + 40, y - 8, "11.00", f"{rows[i][4]:.4g}".replace("e-", "e−")) + "</a></g></g>")
        if i:
            edges.append(f'<g id="edge{i}" class="edge"><title>n{i - 1}&#45;&gt;n{i}</title><path fill="none" stroke="#4292c6" stroke-width="2.2" d="M{x - 50},{y - 25}C{x - 40},{y - 25} {x - 20},{y - 25} {x - 6},{y - 25}"/>'
                         f'<polygon fill="#4292c6" stroke="#4292c6" points="{x - 6},{y - 28} {x},{y - 25} {x - 6},{y - 22}"/>' + text % (x - 40, y - 40, "10.00", "∂ 1") + text % (x - 40, y - 30, "10.00", "← 1") + "</g>")
    w, h = 100 * 130, (n // 100 + 1) * 90
    svg = f'<svg viewBox="0 0 {w} {h}" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><g id="graph0" class="graph" transform="scale(1 1) rotate(0) translate(10 60)"><title>seegrad</title>' + "\n".join(edges + nodes) + "</g></svg>"
    return data_of("A chain of %d" % n, rows, {}), svg


def hidden(seegrad, n=400):
    """A chain of which the picture hides most, and a box of 20 of its nodes."""
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "h.svg"
        subprocess.run([seegrad, "sin(" * n + "x" + ")" * n, "x=1", "--picture", file], check=True, stdout=subprocess.DEVNULL)
        svg = file.read_text()
    drawn = {int(i) for i in re.findall(r"<title>n(\d+)</title>", svg)}
    data, _ = chain(n + 1)
    for row in data["nodes"]:
        row[7] = -1 if row[0] in drawn else -2
    last = n
    svg = svg.replace(f"<title>n{last - 1}</title>", "<title>s7</title>").replace(f"n{last - 1}&#45;", "s7&#45;").replace(f"&gt;n{last - 1}<", "&gt;s7<")
    data["nodes"][last - 1][7] = 0
    data.update({"title": "Hidden", "boxes": [{"id": "s7", "name": "tail", "copies": 2, "scope": 0}], "hidden": 3})
    return data, svg


def loose():
    """y = 0.1 z + … with x of twelve uses, k of none, r whose uses cancel but for rounding; drawn by hand."""
    rows = [["in", "one", [], 1, None], ["in", "k", [], 5, "zero"], ["in", "x", [], 1, 78], ["in", "r", [], 1, 2.7755575615628914e-17]]
    total = None
    rows[0] = ["const", "", [], 0.1, None]

    def add(*row):
        rows.append(list(row))
        return len(rows) - 1
    for i in range(1, 13):
        c = add("const", "", [], i, None)
        t = add("mul", "", [c, 2], i, 1)
        total = t if total is None else add("add", "", [total, t], i * (i + 1) / 2, 1)
    for factor in (0.1, 0.2, -0.3):
        c = add("const", "", [], factor, None)
        t = add("mul", "", [c, 3], factor, 1)
        total = add("add", "y" if factor < 0 else "", [total, t], 78, 1)
    text = '<text text-anchor="%s" x="%s" y="%s" font-size="%s" fill="#1a1a1a">%s</text>'
    nodes = []
    for i, (op, name, *_rest) in enumerate(rows):
        x, y = (i % 8) * 130, (i // 8) * 80
        if op == "const":
            continue
        nodes.append(f'<g id="node{i + 1}" class="node"><title>n{i}</title><g><a xlink:title="n"><polygon fill="#ffffff" stroke="#5f6670" points="{x},{y} {x + 100},{y} {x + 100},{y + 50} {x},{y + 50}"/>'
                     + text % ("middle", x + 50, y + 16, "14.00", name or op) + text % ("start", x + 6, y + 30, "10.00", "value") + text % ("start", x + 60, y + 30, "11.00", "1")
                     + text % ("start", x + 6, y + 43, "10.00", "grad") + text % ("start", x + 60, y + 43, "11.00", "∅" if rows[i][4] == "zero" else "1") + "</a></g></g>")
    svg = ('<svg viewBox="0 0 1100 700" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><g id="graph0" class="graph" transform="scale(1 1) rotate(0) translate(10 10)">'
           + "\n".join(nodes) + "</g></svg>")
    return data_of("Loose ends", rows, {}), svg


if __name__ == "__main__":
    seegrad, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for name, (expression, inputs, rows, other) in CASES.items() if seegrad != "--chain" else []:
        file = folder / (name + ".svg")
        subprocess.run([seegrad, expression, *inputs.split(), "--picture", file], check=False, stdout=subprocess.DEVNULL)
        drawn = set(re.findall(r"<title>n(\d+)</title>", file.read_text()))
        assert drawn | {str(i) for i, r in enumerate(rows) if r[0] == "const"} == {str(i) for i in range(len(rows))}, (name, drawn)
        (folder / (name + ".json")).write_text(json.dumps({"functions": FUNCTIONS, "data": data_of(other.get("title", expression), rows, other)}, ensure_ascii=False, indent=1))
    data, svg = chain(10000)
    (folder / "chain.json").write_text(json.dumps({"functions": FUNCTIONS, "data": data}, ensure_ascii=False))
    (folder / "chain.svg").write_text(svg)
    if seegrad == "--chain":
        sys.exit()
    data, svg = hidden(seegrad)
    (folder / "hidden.json").write_text(json.dumps({"functions": FUNCTIONS, "data": data}, ensure_ascii=False))
    (folder / "hidden.svg").write_text(svg)
    data, svg = loose()
    (folder / "loose.json").write_text(json.dumps({"functions": FUNCTIONS, "data": data}, ensure_ascii=False, indent=1))
    (folder / "loose.svg").write_text(svg)
