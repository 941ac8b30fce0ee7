#!/usr/bin/env python3
"""Writes the fixture of arrays: a frame "hidden" with W, x and z = W × x, then relu and a sum; laid out by hand.

make_arrays.py FOLDER
"""
import json
import math
import pathlib
import sys

from make_fixtures import FUNCTIONS, data_of

FONT = 'font-family="Helvetica,Arial,DejaVu Sans,sans-serif"'


def array(shape, of):
    low, high = min(of), max(of)
    spread = [0] * 20
    for v in of:
        if v:
            spread[min(19, int((v - low) / (high - low or 1) * 20))] += 1
    return {"shape": shape, "type": "float64", "min": low, "max": high, "mean": sum(of) / len(of), "norm": math.sqrt(sum(v * v for v in of)),
            "zeros": sum(v == 0 for v in of), "nan": 0, "inf": 0, "spread": spread, "of": of}


def text(x, y, words, size="11.00", fill="#1a1a1a", bold=False):
    weight = ' font-weight="bold"' if bold else ""
    return f'<text text-anchor="start" x="{x}" y="{y}" {FONT}{weight} font-size="{size}" fill="{fill}">{words}</text>\n'


def node(id, x, y, heading, kind, value, gradient, corners=False):
    f = lambda v: f"{v:.4g}".replace("-", "−")
    w, h = 200, 84
    s = f'<g id="node{id}" class="node"><title>n{id}</title><g><a xlink:title="node {id}"><polygon fill="white" stroke="#5f6670" points="{x + w},{y} {x},{y} {x},{y + h} {x + w},{y + h} {x + w},{y}"/>'
    s += text(x + 8, y + 17, heading, "16.00", bold=True) + text(x + 8, y + 31, kind, "10.00", "#3d3d3d")
    s += text(x + 60, y + 46, "  ") + text(x + 80, y + 46, "value", "10.00", "#3d3d3d") + text(x + 122, y + 46, "  ") + text(x + 150, y + 46, "grad", "10.00", "#3d3d3d")
    for i, key in enumerate(("max", "norm")):
        at = y + 60 + 14 * i
        s += text(x + 8, at, key, "10.00", "#3d3d3d") + text(x + 40, at, "  ") + text(x + 70, at, "  " + f(value[key])) + text(x + 122, at, "  ") + text(x + 135, at, f(gradient[key]), fill="#08458a", bold=True)
    return s + "</a></g></g>\n"


def main(folder):
    W = [math.sin(3 * i + 1) for i in range(24)]
    x = [0.5, -1, 2, 0.25]
    z = [sum(W[4 * i + j] * x[j] for j in range(4)) for i in range(6)]
    gz = [1.0 if v > 0 else 0.0 for v in z]
    gW = [gz[i] * x[j] for i in range(6) for j in range(4)]
    gx = [sum(gz[i] * W[4 * i + j] for i in range(6)) for j in range(4)]
    h = [max(0, v) for v in z]
    total = sum(h)
    vs = [array([6, 4], W), array([4], x), array([6], z), array([6], h), total]
    gs = [array([6, 4], gW), array([4], gx), array([6], gz), array([6], [1.0] * 6), 1]
    norms = lambda a: math.sqrt(sum(v * v for v in a))
    operations = [{"name": n, "sign": s, "arity": a, "ordered": True, "f": False} for n, s, a in (("matmul", "", 2), ("relu", "", 1), ("sum", "", 1))]
    rows = [[0, -1, "W", [], vs[0], gs[0], 1, -1], [1, -1, "x", [], vs[1], gs[1], 0, -1], [2, 0, "z", [0, 1], vs[2], gs[2], 1, -1, None, [norms(gW), norms(gx)]],
            [3, 1, "h", [2], vs[3], gs[3], 0, -1, None, [norms(gz)]], [4, 2, "y", [3], vs[4], gs[4], 0, -1, None, [norms([1] * 6)]]]
    data = data_of("A layer", [], {"operations": operations, "nodes": rows, "scopes": [["", 0], ["hidden", 0]], "outputs": [4]})
    edge = lambda i, a, b, x0, y0, x1, y1, words: (f'<g id="edge{i}" class="edge"><title>n{a}&#45;&gt;n{b}</title><path fill="none" stroke="#6f7f8f" stroke-width="2.2" d="M{x0},{y0}C{x0 + 30},{y0} {x1 - 40},{y1} {x1 - 6},{y1}"/>'
        f'<polygon fill="#6f7f8f" stroke="#6f7f8f" points="{x1 - 6},{y1 - 2} {x1},{y1} {x1 - 6},{y1 + 2}"/>' + text((x0 + x1) / 2 - 32, (y0 + y1) / 2 - 6, words, "10.00", bold=True) + "</g>\n")
    svg = ('<svg viewBox="0 0 1160 320" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><g id="graph0" class="graph" transform="scale(1 1) rotate(0) translate(20 20)"><title>seegrad</title>\n'
           '<polygon fill="white" stroke="transparent" points="0,0 1,0 1,1"/>\n'
           '<g id="clust1" class="cluster"><title>cluster_1</title><path fill="#f8f8f5" stroke="#cfcfc8" d="M10,0C10,0 560,0 560,0 560,0 560,130 560,130 560,130 10,130 10,130 10,130 10,0 10,0"/>'
           + text(18, 12, "hidden", "9.00", "#5f5f5f", True) + "</g>\n"
           + edge(1, 0, 2, 220, 70, 340, 70, "← norm %.4g" % norms(gW)) + edge(2, 1, 2, 220, 200, 340, 95, "← norm %.4g" % norms(gx))
           + edge(3, 2, 3, 540, 70, 660, 70, "← norm %.4g" % norms(gz)) + edge(4, 3, 4, 860, 70, 960, 70, "← norm 2.449")
           + node(0, 20, 25, "W", "input · float64 [6x4]", vs[0], gs[0]) + node(1, 20, 160, "x", "input · float64 [4]", vs[1], gs[1])
           + node(2, 340, 25, "z", "float64 [6]", vs[2], gs[2]) + node(3, 660, 25, "h", "float64 [6]", vs[3], gs[3])
           + '<g id="node5" class="node"><title>n4</title><g><a xlink:title="node 4"><path fill="#f1f6fc" stroke="#5f6670" d="M960,45C960,45 1060,45 1060,45 1060,45 1060,97 1060,97 1060,97 960,97 960,97 960,97 960,45 960,45"/>'
           + text(970, 62, "y = sum(h)", "13.00") + text(970, 78, "value", "10.00", "#3d3d3d") + text(1015, 78, "%.4g" % total) + text(970, 90, "grad", "10.00", "#3d3d3d") + text(1040, 90, "1", fill="#08458a", bold=True)
           + "</a></g></g></g></svg>")
    folder.joinpath("arrays.json").write_text(json.dumps({"functions": FUNCTIONS, "data": data}, ensure_ascii=False))
    folder.joinpath("arrays.svg").write_text(svg)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
