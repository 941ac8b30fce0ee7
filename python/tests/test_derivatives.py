"""Derivatives of recorded values and of functions, against what mathematics says."""

import collections

import numpy as np
import pytest

import seegrad as sg

at = np.array([0.3, -0.7, 1.2])


def f(x):
    return sg.sin(x[0]) * x[1] + sg.exp(x[2] * x[0])


def slopes(x):
    a, b, c = x
    return np.array([np.cos(a) * b + c * np.exp(c * a), np.sin(a), a * np.exp(c * a)])


def curvature(x):
    a, b, c = x
    e = np.exp(c * a)
    return np.array(
        [[-np.sin(a) * b + c * c * e, np.cos(a), e * (1 + a * c)], [np.cos(a), 0, 0], [e * (1 + a * c), 0, a * a * e]]
    )


@pytest.mark.parametrize("kind", [np.array, list, tuple])
def test_of_functions(kind):
    x = kind(at.tolist())
    y, dy = sg.value_and_gradient(f, x)
    assert y == pytest.approx(np.sin(at[0]) * at[1] + np.exp(at[2] * at[0]), rel=1e-15)
    assert type(dy) is type(x)
    np.testing.assert_allclose(dy, slopes(at), rtol=1e-14)
    np.testing.assert_allclose(sg.gradient(f, x), slopes(at), rtol=1e-14)
    np.testing.assert_allclose(sg.hessian(f, x), curvature(at), rtol=1e-13, atol=1e-15)
    v = kind([1.0, -2.0, 0.5])
    np.testing.assert_allclose(sg.hvp(f, x, v), curvature(at) @ np.array(v), rtol=1e-13)
    value, change = sg.jvp(f, x, v)
    assert float(value) == y
    assert float(change) == pytest.approx(slopes(at) @ np.array(v), rel=1e-14)


def test_jacobians():
    def g(x):
        return [x[0] * x[1], sg.sin(x[2]), 5.0]

    expected = [[at[1], at[0], 0], [0, 0, np.cos(at[2])], [0, 0, 0]]
    np.testing.assert_allclose(sg.jacobian(g, at.tolist()), expected, rtol=1e-15)
    np.testing.assert_allclose(sg.jacobian(lambda x: sg.stack(g(x)), at), expected, rtol=1e-15)
    np.testing.assert_allclose(sg.vjp(g, at.tolist(), [1.0, 2.0, 3.0]), np.array([1, 2, 3]) @ expected, rtol=1e-15)
    np.testing.assert_allclose(sg.vjp(lambda x: sg.stack(g(x)), at, np.array([1.0, 2.0, 3.0])), np.array([1, 2, 3]) @ expected, rtol=1e-15)


def test_arguments_of_many_kinds():
    point = collections.namedtuple("point", "mass state")
    x = {"w": np.ones((2, 2)), "b": [1.0, 2.0], "p": point(3.0, (4.0,)), "n": 3, "name": "x"}

    def energy(x, scale, times):
        assert x["n"] == 3 and x["name"] == "x" and times == 2
        return times * scale * (sg.sum(x["w"] ** 2) + x["b"][1] ** 2 + x["p"].mass * x["p"].state[0])

    y, (dx, dscale) = sg.value_and_gradient(energy, x, 0.5, 2)
    assert y == 4 + 4 + 12 and dscale == 40
    assert dx["w"].tolist() == [[2, 2], [2, 2]] and dx["b"] == [0.0, 4.0]
    assert dx["p"] == point(4.0, (3.0,)) and dx["n"] == 3
    assert sg.gradient(lambda a: a * a, 3.0) == 6.0
    with pytest.raises(TypeError, match="whole numbers are data"):
        sg.gradient(lambda a: a * a, 3)


def test_a_constant_result_has_no_slope():
    assert sg.value_and_gradient(lambda x: 2.0, 1.0) == (2.0, 0.0)
    y, d = sg.value_and_gradient(lambda x: np.array(2.0), np.ones(2))
    assert y == 2.0 and d.tolist() == [0, 0]


def test_results_that_are_no_number():
    with pytest.raises(ValueError):
        sg.gradient(lambda x: x * 2.0, np.ones(3))
    with pytest.raises(TypeError):
        sg.gradient(lambda x: None, 1.0)
    with pytest.raises(ZeroDivisionError):
        sg.gradient(lambda x: x * (1 // 0), 1.0)
    assert not sg.is_recording()


def test_derivatives_inside_of_derivatives():
    # d/dx of x * d/dy (x + y) is 1, and not 2: variables are not confused (Siskind and Pearlmutter).
    assert sg.gradient(lambda x: x * sg.gradient(lambda y: x + y, x), 1.0) == 1.0
    third = lambda x: sg.gradient(lambda y: sg.gradient(lambda z: z**4, y), x)  # noqa: E731
    assert sg.gradient(third, 2.0) == pytest.approx(24 * 2.0, rel=1e-14)
    x = np.array([0.5, 1.5])
    np.testing.assert_allclose(sg.gradient(lambda x: sg.sum(sg.gradient(lambda y: sg.sum(y**3), x)), x), 6 * x, rtol=1e-14)


def test_recorded_gradients():
    with sg.graph():
        x = sg.input(2.0)
        y = x**4
        d1 = sg.recorded_gradient(y, x)
        d2 = sg.recorded_gradient(d1, [x])[0]
        assert (d1.value, d2.value) == (32.0, 48.0)
        assert sg.gradient(d2, x) == 48.0
        w = sg.input(np.array([1.0, 2.0]))
        dw = sg.recorded_gradient(sg.sum(w**3), w)
        np.testing.assert_allclose(sg.gradient(sg.sum(dw), w), 6 * w.value)
        both = sg.recorded_gradient(x * sg.sum(w), [x, w])
        assert isinstance(both[0], sg.scalar) and both[0].value == 3.0 and both[1].value.tolist() == [2, 2]
        seeded = sg.recorded_gradient(w * w, w, seed=np.array([1.0, 10.0]))
        assert seeded.value.tolist() == [2, 40]


def test_of_recorded_values():
    with sg.graph():
        a, b = sg.input(2.0), sg.input(3.0)
        y = a * a * b
        assert sg.gradient(y, [a, b]) == [12.0, 4.0]
        assert sg.hessian(y, [a, b]).tolist() == [[6, 4], [4, 0]]
        assert sg.hvp(y, [a, b], [1.0, 2.0]).tolist() == [14, 4]
        assert sg.jvp(y, [a, b], [1.0, 2.0]) == 20
        assert sg.jacobian([y, a + b], [a, b]).tolist() == [[12, 4], [1, 1]]
        w = sg.input(np.array([1.0, 2.0]))
        z = w * w * a
        assert sg.jacobian(z, w).tolist() == [[4, 0], [0, 8]]
        assert sg.vjp(z, w, np.array([1.0, 1.0])).tolist() == [4, 8]
        assert sg.jvp(z, w, np.array([1.0, 0.5])).tolist() == [4, 4]
        dw, da = sg.gradient(sg.sum(z), [w, a])
        assert dw.tolist() == [4, 8] and da == 5
        assert sg.hessian(sg.sum(w**3), w).tolist() == [[6, 0], [0, 12]]
        z.backward(np.array([1.0, 10.0]))
        assert w.grad.tolist() == [4, 80]
        with pytest.raises(TypeError):
            sg.gradient(y, 3.0)
        with pytest.raises(TypeError):
            sg.gradient(y, [a, 3.0])


def test_a_large_graph():
    with sg.graph() as g:
        x = sg.input(1.0)
        y = x
        for _ in range(100000):
            y = y * 1.00001
        y.backward()
        assert x.grad == pytest.approx(1.00001**100000, rel=1e-9)
        assert len(g) == 200001


def test_traced_functions():
    calls = []

    def branching(x):
        calls.append(1)
        return sg.sum(x * x) if x[0] > 0 else sg.sum(x)

    fast = sg.traced(branching)
    for x in (np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([-1.0, 2.0]), np.array([-5.0, 1.0]), np.array([1.0, 1.0])):
        y, dy = sg.value_and_gradient(fast, x)
        y0, dy0 = sg.value_and_gradient(branching, x)
        assert y == y0 and dy.tolist() == dy0.tolist()
        assert float(fast(x)) == y0
        np.testing.assert_array_equal(sg.hessian(fast, x), sg.hessian(branching, x))
        np.testing.assert_array_equal(sg.hvp(fast, x, x), sg.hvp(branching, x, x))
    # For each of the two branches one, as a function of its arguments and as one of an array.
    assert 2 <= fast.recorded <= 4 and fast.programs == fast.recorded
    fast(np.array([1.0, 2.0, 3.0]))
    assert sg.gradient(fast, np.ones(3)).tolist() == [2, 2, 2]
    numbers = sg.traced(lambda x, k: [k * x[0], sg.exp(x[1])])
    assert numbers([2.0, 0.0], 3.0) == [6.0, 1.0]
    assert numbers([1.0, 0.0], 3.0) == [3.0, 1.0]
    assert numbers.recorded == 1
    with pytest.raises(TypeError, match="whole numbers"):
        numbers(2)


def test_programs():
    with sg.graph():
        a, b = sg.input(2.0), sg.input(3.0)
        p = sg.compile(a * sg.exp(b), [a, b])
        w, x = sg.input(np.eye(2)), sg.input(np.ones(2))
        q = sg.compile(sg.sum(sg.square(w @ x)), [w, x])
    assert p([1.0, 0.0]) == 1.0
    y, dy = p.value_and_gradient([2.0, 0.0])
    assert y == 2 and dy.tolist() == [1, 2]
    assert p.hessian([2.0, 0.0]).tolist() == [[0, 1], [1, 2]]
    points = np.random.default_rng(1).normal(size=(100, 2))
    ys, slopes_at = p.values_and_gradients_at(points)
    np.testing.assert_allclose(ys, points[:, 0] * np.exp(points[:, 1]), rtol=1e-14)
    np.testing.assert_allclose(slopes_at[:, 0], np.exp(points[:, 1]), rtol=1e-14)
    with pytest.raises(ValueError, match=r"rows of an array"):
        p.values_at(np.ones((3, 3)))
    W, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
    loss, (dW, dX) = q.value_and_gradient([W, X])
    r = W @ X
    assert loss == r @ r
    np.testing.assert_allclose(dW, 2 * np.outer(r, X))
    np.testing.assert_allclose(dX, 2 * W.T @ r)
    assert q([W, X]) == loss
    with pytest.raises(ValueError):
        q([W])
    assert "matmul" in q.text()


def test_program_files(tmp_path):
    with sg.graph():
        a = sg.input(2.0)
        p = sg.compile(a * a, [a])
        w = sg.input(np.ones(3))
        q = sg.compile(sg.sum(w * w), [w])
    p.save(tmp_path / "p.txt")
    q.save(str(tmp_path / "q.zip"))
    assert sg.load_program(tmp_path / "p.txt")([3.0]) == 9.0
    assert sg.load_array_program(tmp_path / "q.zip")([np.full(3, 2.0)]) == 12.0
    with pytest.raises(ValueError, match="nothing.txt"):
        sg.load_program(tmp_path / "nothing.txt")
    text = (tmp_path / "p.txt").read_bytes()
    for end in range(0, len(text) - 2, 7):
        (tmp_path / "cut.txt").write_bytes(text[:end])
        with pytest.raises(ValueError):
            sg.load_program(tmp_path / "cut.txt")


def test_guards():
    with sg.graph(guards=True):
        x = sg.input(2.0)
        y = x * x if x > 1 else x
        p = sg.compile(y, [x])
    assert p([3.0]) == 9.0
    with pytest.raises(sg.guard_failure):
        p([0.5])


def test_shapes_only():
    with sg.graph(shapes_only=True):
        x = sg.input(np.zeros((1000, 1000)))
        assert (x @ x).shape == (1000, 1000)


def test_words_about_derivatives():
    with sg.graph():
        x = sg.input(0.0)
        y = sg.relu(x - 1.0)
        assert "0" in sg.why_zero(y, x)
        assert "log" in sg.why_not_finite(sg.log(x))
        assert sg.rounding(x + 1.0)
