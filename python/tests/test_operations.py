"""Every operation: that it is there, its value as numpy has it, and its derivative as the checker finds it."""

import inspect
import math

import numpy as np
import pytest

import seegrad as sg
from seegrad import _seegrad
from seegrad.testing import assert_gradients

x = np.array([[0.3, -0.7, 1.2], [0.9, 0.1, -1.4]])
positive = np.abs(x) + 0.5
square = np.array([[2.0, 0.3], [0.1, 1.5]])
symmetric = square @ square.T
images = np.linspace(-1, 1, 2 * 3 * 6 * 6).reshape(2, 3, 6, 6) ** 3
kernels = np.cos(np.arange(4.0 * 3 * 2 * 2)).reshape(4, 3, 2, 2)
signals = np.sin(np.arange(2.0 * 3 * 8)).reshape(2, 3, 8)
stretched = np.cos(np.arange(4.0 * 3 * 2)).reshape(4, 3, 2)
labels = np.array([[0], [2]])


def windows(x, k):
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))


def correlated(x, w):
    return np.einsum("nchwij,kcij->nkhw", windows(x, w.shape[2]), w)


def sorted_down(x):
    return np.sort(x, axis=-1)[..., ::-1]


softmax = np.exp(x) / np.exp(x).sum(-1, keepdims=True)

# The function, its operands, what numpy says, and whether the checker has something to find.
cases = {
    "reshape": (lambda a: sg.reshape(a, (3, -1)), [x], x.reshape(3, 2)),
    "flatten": (lambda a: a.flatten(), [x], x.ravel()),
    "squeeze": (lambda a: sg.squeeze(sg.unsqueeze(a, 1)), [x], x),
    "squeeze axis": (lambda a: sg.squeeze(sg.unsqueeze(a, 1), 1), [x], x),
    "unsqueeze": (lambda a: sg.unsqueeze(a, -1), [x], x[..., None]),
    "permute": (lambda a: sg.permute(a, (1, 0)), [x], x.T),
    "swap_axes": (lambda a: sg.swap_axes(a, 0, 1), [x], x.T),
    "transpose": (sg.transpose, [x], x.T),
    "expand": (lambda a: sg.expand(a, (4, 2, 3)), [x], np.broadcast_to(x, (4, 2, 3))),
    "broadcast_to": (lambda a: sg.broadcast_to(a, (4, 2, 3)), [x], np.broadcast_to(x, (4, 2, 3))),
    "flip": (lambda a: sg.flip(a, 1), [x], x[:, ::-1]),
    "roll": (lambda a: sg.roll(a, 1, 1), [x], np.roll(x, 1, 1)),
    "tril": (lambda a: sg.tril(a, 1), [x], np.tril(x, 1)),
    "triu": (sg.triu, [x], np.triu(x)),
    "diagonal": (lambda a: sg.diagonal(a, 1), [x], np.diagonal(x, 1)),
    "tile": (lambda a: sg.tile(a, (2, 1)), [x], np.tile(x, (2, 1))),
    "repeat": (lambda a: sg.repeat(a, 2, 1), [x], np.repeat(x, 2, 1)),
    "pad": (lambda a: sg.pad(a, (1, 0), (0, 2), 5.0), [x], np.pad(x, ((1, 0), (0, 2)), constant_values=5.0)),
    "slice": (lambda a: sg.slice(a, 1, 0, 3, 2), [x], x[:, 0:3:2]),
    "concat": (lambda a, b: sg.concat([a, b], 1), [x, positive], np.concatenate([x, positive], 1)),
    "stack": (lambda a, b: sg.stack([a, b], 1), [x, positive], np.stack([x, positive], 1)),
    "split": (lambda a: sg.split(a, (1, 2), 1)[1], [x], x[:, 1:]),
    "chunk": (lambda a: sg.chunk(a, 2, 1)[0], [x], x[:, :2]),
    "take": (lambda a: sg.take(a, [2, 0, 2], 1), [x], x[:, [2, 0, 2]]),
    "take one": (lambda a: sg.take(a, -1, 1), [x], x[:, -1]),
    "index_select": (lambda a: sg.index_select(a, 1, [1, 1]), [x], x[:, [1, 1]]),
    "gather": (lambda a: sg.gather(a, labels, 1), [x], np.take_along_axis(x, labels, 1)),
    "scatter": (lambda a, b: sg.scatter(a, labels, b, 1), [x, x[:, :1]], None),
    "scatter_add": (lambda a, b: sg.scatter_add(a, labels, b, 1), [x, x[:, :1]], None),
    "masked_fill": (lambda a: sg.masked_fill(a, x > 0, 9.0), [x], np.where(x > 0, 9.0, x)),
    "where": (lambda a, b: sg.where(x > 0, a, b), [x, positive], np.where(x > 0, x, positive)),
    "an element": (lambda a: a[0, 1] * 2.0, [x], 2 * x[0, 1]),
    "cast": (lambda a: sg.cast(a, float), [x], x),
    "sum": (lambda a: sg.sum(a, axis=1, keep_axes=True), [x], x.sum(1, keepdims=True)),
    "prod": (lambda a: sg.prod(a, (0, 1)), [x], x.prod()),
    "mean": (lambda a: a.mean(0), [x], x.mean(0)),
    "var": (lambda a: sg.var(a, 1), [x], x.var(1, ddof=1)),
    "stddev": (lambda a: sg.stddev(a, 1, correction=0), [x], x.std(1)),
    "norm": (sg.norm, [x], np.linalg.norm(x)),
    "logsumexp": (lambda a: sg.logsumexp(a, 1), [x], np.log(np.exp(x).sum(1))),
    "max": (lambda a: sg.max(a, axis=1), [x], x.max(1)),
    "min of a tensor": (lambda a: a.min(0), [x], x.min(0)),
    "maximum": (lambda a, b: sg.maximum(a, b), [x, x[::-1].copy()], np.maximum(x, x[::-1])),
    "sort": (lambda a: sg.sort(a, descending=True)[0], [x], sorted_down(x)),
    "topk": (lambda a: sg.topk(a, 2)[0], [x], sorted_down(x)[:, :2]),
    "cumsum": (lambda a: sg.cumsum(a, 1), [x], x.cumsum(1)),
    "cumprod": (lambda a: sg.cumprod(a, 1), [x], x.cumprod(1)),
    "softmax": (sg.softmax, [x], softmax),
    "log_softmax": (sg.log_softmax, [x], np.log(softmax)),
    "log_softmax_at": (lambda a: sg.log_softmax_at(a, labels), [x], np.take_along_axis(np.log(softmax), labels, 1)),
    "standardise": (lambda a: sg.standardise(a, 0.0), [x], (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)),
    "matmul": (sg.matmul, [x, x.T.copy()], x @ x.T),
    "dot": (lambda a, b: sg.dot(a, b), [x[0], x[1]], x[0] @ x[1]),
    "outer": (sg.outer, [x[0], x[1]], np.outer(x[0], x[1])),
    "linear": (lambda a, w, b: sg.linear(a, w, b), [x, x + 1, x[:, 0]], x @ (x + 1).T + x[:, 0]),
    "linear without bias": (lambda a, w: sg.linear(a, w), [x, x + 1], x @ (x + 1).T),
    "einsum": (lambda a, b: sg.einsum("ij,kj->ki", a, b), [x, positive], np.einsum("ij,kj->ki", x, positive)),
    "solve": (sg.solve, [square, x], np.linalg.solve(square, x)),
    "triangular_solve": (lambda a, b: sg.triangular_solve(a, b, upper=True), [square, x], np.linalg.solve(np.triu(square), x)),
    "inverse": (sg.inverse, [square], np.linalg.inv(square)),
    "det": (sg.det, [square], np.linalg.det(square)),
    "logdet": (sg.logdet, [square], np.log(np.linalg.det(square))),
    "slogdet": (lambda a: sg.slogdet(a)[1], [square], np.log(np.linalg.det(square))),
    "cofactors": (sg.cofactors, [square], np.linalg.inv(square).T * np.linalg.det(square)),
    "cholesky": (lambda a: sg.cholesky(a @ sg.transpose(a)), [square], np.linalg.cholesky(symmetric)),
    "qr": (lambda a: sg.matmul(*sg.qr(a)), [square], square),
    "eigh": (lambda a: sg.eigh(a)[0], [symmetric], np.linalg.eigvalsh(symmetric)),
    "svd": (lambda a: sg.svd(a)[1], [x], np.linalg.svd(x)[1]),
    "conv2d": (lambda a, w: sg.conv2d(a, w), [images, kernels], correlated(images, kernels)),
    "conv2d with a bias": (lambda a, w, b: sg.conv2d(a, w, b, stride=2), [images, kernels, kernels[:, 0, 0, 0]], None),
    "conv1d": (
        lambda a, w: sg.conv1d(a, w),
        [signals, stretched],
        np.einsum("nclj,kcj->nkl", np.lib.stride_tricks.sliding_window_view(signals, 2, 2), stretched),
    ),
    "conv_transpose2d": (lambda a, w: sg.conv_transpose2d(a, w, stride=2), [images[:, :2, :2, :2], kernels[:2]], None),
    "conv_transpose1d": (lambda a, w: sg.conv_transpose1d(a, w), [signals[:, :, :3], stretched[:3]], None),
    "max_pool2d": (lambda a: sg.max_pool2d(a, 2), [images], windows(images, 2)[:, :, ::2, ::2].max((-1, -2))),
    "avg_pool2d": (lambda a: sg.avg_pool2d(a, (2, 2)), [images], windows(images, 2)[:, :, ::2, ::2].mean((-1, -2))),
    "max_pool1d": (lambda a: sg.max_pool1d(a, 2), [signals], signals.reshape(2, 3, 4, 2).max(-1)),
    "avg_pool1d": (lambda a: sg.avg_pool1d(a, 2), [signals], signals.reshape(2, 3, 4, 2).mean(-1)),
    "adaptive_avg_pool2d": (lambda a: sg.adaptive_avg_pool2d(a, 1), [images], images.mean((2, 3), keepdims=True)),
    "adaptive_avg_pool1d": (lambda a: sg.adaptive_avg_pool1d(a, 4), [signals], signals.reshape(2, 3, 4, 2).mean(-1)),
    "unfold": (lambda a: sg.unfold(a, 2, stride=2), [images], None),
    "fold": (lambda a: sg.fold(sg.unfold(a, 2, stride=2), 6, 2, stride=2), [images], images),
    "self_attention": (lambda a: sg.self_attention(a, 2, causal=True), [np.sin(np.arange(24.0)).reshape(1, 2, 12)], None),
    "dropout": (lambda a: sg.dropout(a, 0.5, sg.generator(1)), [x], None),
    "all": (lambda a: sg.all(a > -9) * a, [x], x),
}


@pytest.mark.parametrize("name", cases)
def test_against_numpy_and_the_checker(name):
    f, operands, expected = cases[name]
    if expected is not None:
        np.testing.assert_allclose(np.asarray(f(*operands)), expected, rtol=1e-12, atol=1e-14)
        assert not isinstance(f(*operands), sg.tensor)
    assert_gradients(f, *[np.array(o) for o in operands], allow_untested=True)


# numpy's name for each of the operations on numbers that it has.
numpy_names = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "square": np.square, "sign": np.sign, "abs": np.abs,
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "sqrt": np.sqrt,
    "cbrt": np.cbrt, "hypot": np.hypot, "pow": np.power, "logaddexp": np.logaddexp, "sin": np.sin, "cos": np.cos, "tan": np.tan, "atan": np.arctan,
    "atan2": np.arctan2, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "less": np.less, "less_equal": np.less_equal,
    "greater": np.greater, "greater_equal": np.greater_equal, "equal": np.equal, "not_equal": np.not_equal, "logical_and": np.logical_and,
    "logical_or": np.logical_or, "logical_xor": np.logical_xor, "logical_not": np.logical_not, "isnan": np.isnan, "isinf": np.isinf,
    "isfinite": np.isfinite, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "fmod": np.fmod, "copysign": np.copysign, "min": np.minimum,
    "max": np.maximum, "clamp": np.clip,
}  # fmt: skip


@pytest.mark.parametrize("name", _seegrad.operations)
def test_every_operation_on_numbers(name):
    f = getattr(sg, name)
    arity = {"clamp": 3, "select": 3, "fma": 3}.get(name, 2 if "(a: Operand, b: Operand)" in f.__doc__ else 1)
    operands = [positive, positive[::-1] * 0.7 + 0.1, positive + 2][:arity]
    if name == "polygamma":
        operands[0] = np.ones_like(positive)
    if name == "acosh":
        operands = [positive + 1]
    if name in ("asin", "acos", "atanh"):
        operands = [positive * 0.4]
    if name in numpy_names:
        np.testing.assert_allclose(f(*operands), numpy_names[name](*operands), rtol=1e-12)
    first = [o[0, 0] for o in operands]
    # A plain number, an array, a scalar and a tensor have one value.
    number = f(*map(float, first))
    assert isinstance(number, float)
    with sg.graph():
        scalar = f(*[sg.input(float(o)) for o in first])
        tensor = f(*[sg.input(o) for o in operands])
        assert isinstance(scalar, sg.scalar) and isinstance(tensor, sg.tensor)
        assert scalar.value == pytest.approx(number, rel=1e-15)
        assert float(tensor.value[0, 0]) == pytest.approx(number, rel=1e-12)
    assert f.__doc__.count("d/d") == arity


def test_the_list_of_operations_is_whole():
    """Each operation on arrays is reached by some function here, in its value or in its derivatives."""
    seen = set()

    def note(g):
        seen.update(g.operation(k) for k in range(len(g)))

    for f, operands, _ in cases.values():
        with sg.graph() as g:
            xs = [sg.input(np.array(o)) for o in operands]
            y = f(*xs)
            seed = sg.input(np.ones(y.shape))
            slopes = sg.recorded_gradient(y, xs, seed=seed)
            again = sg.recorded_gradient(sum(sg.sum(s * s) for s in slopes), [*xs, seed])
            assert len(again) == len(xs) + 1
            note(g)
    with sg.graph() as g:
        t = sg.input(x)
        sg.argmax(t, 1), sg.argsort(t, 1), sg.slogdet(sg.input(square))
        sequence = sg.input(np.ones((2, 1, 2), np.float32))
        sg.recorded_gradient(sg.sum(sg.nn.lstm(2, 2)(sequence)[0]), sequence)
        note(g)
    missing = set(_seegrad.structural_operations) - seen
    assert not missing, f"no function of the Python module that the tests call leads to {sorted(missing)}"


def test_docstrings_are_those_of_the_headers():
    undocumented = [name for name in sg.__all__ if callable(getattr(sg, name)) and not inspect.isclass(getattr(sg, name)) and len(getattr(sg, name).__doc__.strip().splitlines()) < 2]
    assert len(undocumented) < 12, undocumented
    assert "logistic function" in sg.sigmoid.__doc__
    assert "One extent may be -1" in sg.reshape.__doc__


def test_random_numbers_are_the_same_everywhere():
    g = sg.generator(42)
    first = sg.randn(g, (3,))
    assert sg.randn(sg.generator(42), (3,)).tolist() == first.tolist()
    assert sg.rand(g, (2, 2), "float32").dtype == np.float32
    assert sg.randint(g, (100,), 0, 3).max() == 2
    assert sorted(sg.permutation(g, 5).tolist()) == [0, 1, 2, 3, 4]
    assert sg.uniform(g, (1000,), -1.0, 1.0).min() < -0.9
    assert abs(sg.normal(g, (10000,), 5.0, 0.1).mean() - 5) < 0.01
    assert sg.bernoulli(g, (1000,), 0.25).dtype == bool
    assert g.split().state != g.state
    with pytest.raises(ValueError):
        sg.uniform(g, (3,), 1.0, 0.0)


def test_values_that_scipy_and_the_books_know():
    assert sg.erf(0.5) == pytest.approx(0.5204998778130465, rel=1e-15)
    assert sg.lgamma(10.0) == pytest.approx(math.log(362880), rel=1e-15)
    assert sg.digamma(1.0) == pytest.approx(-0.5772156649015329, rel=1e-14)
    assert sg.one_hot([0, 2], 3).tolist() == [[1, 0, 0], [0, 0, 1]]
