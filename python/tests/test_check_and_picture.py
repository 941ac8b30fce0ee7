"""The checker and the pictures, from Python."""

import json

import numpy as np
import pytest

import seegrad as sg
from seegrad.testing import assert_gradients as assert_right


def test_a_check_of_what_is_recorded():
    with sg.graph():
        a, b = sg.input(7.0, "a"), sg.input(4.0, "b")
        report = sg.check(sg.named(a * b + sg.exp(a / b), "J"))
    assert report and report.passed and report.count("FAIL") == 0 and report.count("PASS") > 4
    assert "check: 4 operations" in str(report) and "gradient of J" in report.text()
    assert json.loads(report.to_json())
    assert report.findings[0]["verdict"] == "PASS"
    with pytest.raises(ValueError):
        report.count("passed")


def test_a_check_of_functions_and_programs():
    f = lambda x, k: sg.sum(sg.tanh(x) * k)  # noqa: E731
    assert sg.check(f, np.array([1.0, -2.0]), 3.0).passed
    assert sg.check(f, np.array([1.0, -2.0]), 3.0, second_order=True).passed
    with sg.graph():
        x = sg.input(np.ones(3))
        p = sg.compile(sg.sum(x * x), [x])
        a = sg.input(2.0)
        q = sg.compile(a * a, [a])
    assert sg.check(p, [np.array([1.0, 2.0, 3.0])]).passed
    assert sg.check(q, [3.0]).passed
    with pytest.raises(TypeError):
        sg.check(3.0)
    with pytest.raises(TypeError):
        sg.check(f, 1, 2)


def test_a_gradient_by_hand():
    f = lambda x: 3 * (x[0] + x[1] * x[2])  # noqa: E731
    assert sg.check(f, [7.0, 4.0, 2.0], by_hand=[3.0, 6.0, 12.0])
    wrong = sg.check(f, [7.0, 4.0, 2.0], by_hand=[3.0, 6.0, 9.0], names=["a", "b", "c"])
    assert not wrong
    [finding] = [one for one in wrong.findings if one["verdict"] == "FAIL"]
    assert finding["name"] == "c" and finding["claimed"] == 9 and finding["measured"] == pytest.approx(12, rel=1e-6)


def test_the_kit_for_tests(assert_gradients):
    assert_gradients(lambda x: sg.sum(x * x), np.ones(3))
    assert_right(lambda x, y: x * y, 2.0, 3.0)
    with pytest.raises(AssertionError, match="NON-FINITE"):
        assert_right(lambda x: sg.sqrt(x - 1.0), 1.0)  # its slope there is infinite
    with pytest.raises(TypeError):
        assert_right(lambda x: x, 1)


def test_pictures(tmp_path):
    with sg.graph() as g:
        a, b, c = sg.input(7.0, "a"), sg.input(4.0, "b"), sg.input(2.0, "c")
        J = sg.named(3 * (a + b * c), "J")
        J.backward()
        p = sg.picture(J, digits=6, title="the first", claims={c: 9.0}, notes=sg.check(J))
        assert sg.picture(g).to_dot().startswith("digraph")
        assert sg.to_dot(J) == sg.picture(J).to_dot()
    svg = p._repr_svg_()
    assert "<svg" in svg and "J" in svg and svg == p.to_svg()
    assert p._repr_html_().startswith("<iframe srcdoc=") and "<!doctype" in p.to_html()[:200].lower()
    for name, magic in [("J.svg", b"<?xml"), ("J.png", b"\x89PNG"), ("J.pdf", b"%PDF"), ("J.html", b"<!"), ("J.dot", b"digraph")]:
        p.save(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(magic)
    assert p.render("png").startswith(b"\x89PNG")
    with pytest.raises(ValueError):
        p.save(tmp_path / "J.bmp")
    assert not (tmp_path / "J.bmp").exists()
    with pytest.raises(ValueError):
        p.save(tmp_path / "no such folder" / "J.svg")
    with pytest.raises(TypeError, match="no option"):
        sg.picture(J, colour="red")
    with pytest.raises(ValueError, match="direction"):
        sg.picture(J, direction="up")


def test_a_picture_of_a_function():
    assert "digraph" in sg.picture(lambda x: sg.sum(x * x), np.ones(3)).to_dot()
    with pytest.raises(TypeError):
        sg.picture(3.0)
