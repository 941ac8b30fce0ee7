"""Scalars and tensors as Python sees them: values, operators, indexing, names, errors."""

import copy
import math

import numpy as np
import pytest

import seegrad as sg


def test_the_first_example():
    with sg.graph():
        a, b, c = sg.input(7.0, "a"), sg.input(4.0, "b"), sg.input(2.0, "c")
        J = sg.named(3 * (a + b * c), "J")
        J.backward()
        assert (J.value, a.grad, b.grad, c.grad) == (45.0, 3.0, 6.0, 12.0)
        assert repr(a) == "scalar(7, name='a')" and J.name == "J"


def test_operators_of_scalars():
    with sg.graph():
        x = sg.input(2.0)
        for result, value, slope in [
            (x + 1, 3, 1),
            (1 + x, 3, 1),
            (x - 5, -3, 1),
            (5 - x, 3, -1),
            (x * 3, 6, 3),
            (3 * x, 6, 3),
            (x / 4, 0.5, 0.25),
            (4 / x, 2, -1),
            (x**3, 8, 12),
            (3**x, 9, 9 * math.log(3)),
            (-x, -2, -1),
            (+x, 2, 1),
            (abs(-x), 2, 1),
        ]:
            assert isinstance(result, sg.scalar)
            assert result.value == value
            assert sg.gradient(result, x) == pytest.approx(slope, rel=1e-15)


def test_comparisons_of_scalars_are_branches():
    with sg.graph():
        x = sg.input(2.0)
        assert x > 1 and x >= 2 and x < 3 and x <= 2 and x == 2 and x != 3 and 1 < x
        assert bool(x) and not bool(x - 2)
        assert float(x) == 2.0 and int(x) == 2 and isinstance(float(x), float)
        assert len({x: 1, x + 0: 2}) == 2


def test_operators_of_tensors_and_numpy():
    at = np.array([[1.0, 2.0], [3.0, 4.0]])
    row = np.array([10.0, 20.0])
    with sg.graph():
        x = sg.input(at)
        for made, expected in [
            (x + row, at + row),
            (row + x, row + at),
            (row - x, row - at),
            (row * x, row * at),
            (row / x, row / at),
            (2.0**x, 2.0**at),
            (row**x, row**at),
            (x @ row, at @ row),
            (row @ x, row @ at),
            (np.float64(3) * x, 3 * at),
            (np.float32(3) * x, 3 * at),
            (x * np.int64(2), 2 * at),
            (-x, -at),
            (np.exp(x), np.exp(at)),
            (np.maximum(row, x), np.maximum(row, at)),
            (np.sum(x, axis=0), at.sum(axis=0)),
            (np.where(at > 2, x, 0.0), np.where(at > 2, at, 0.0)),
            (x.T, at.T),
        ]:
            assert isinstance(made, sg.tensor)
            assert not made.is_constant
            np.testing.assert_allclose(made.value, expected, rtol=1e-15)
        greater = x > 2
        assert isinstance(greater, sg.tensor) and greater.dtype == bool
        np.testing.assert_array_equal(greater.value, at > 2)
        np.testing.assert_array_equal(((x > 1) & (x < 4)).value, (at > 1) & (at < 4))
        np.testing.assert_array_equal((~(x > 1)).value, ~(at > 1))


def test_a_function_of_numpy_without_a_counterpart_is_an_error():
    with sg.graph():
        x = sg.input(np.ones(3))
        with pytest.raises(TypeError):
            np.sinc(x)
        with pytest.raises(TypeError):
            np.fmod(x, 2, out=np.empty(3))
        with pytest.raises(TypeError):
            np.var(x)  # numpy divides by n, and var() here by n - 1


def test_plain_numbers_stay_plain():
    assert isinstance(sg.tanh(0.5), float) and sg.tanh(0.5) == math.tanh(0.5)
    y = sg.tanh(np.array([0.5, 1.0], dtype=np.float32))
    assert isinstance(y, np.ndarray) and y.dtype == np.float32
    assert sg.sum([1.0, 2.0]) == 3.0
    assert isinstance(sg.sum(np.ones((2, 2))), float)
    assert sg.softmax(np.zeros(4)).tolist() == [0.25] * 4


def test_types():
    with sg.graph():
        x = sg.input(np.ones(3, np.float32))
        assert (x * 2.0).dtype == np.float32 and (x * 2).dtype == np.float32
        assert (x * np.ones(3)).dtype == np.float64
        assert sg.input(np.array([1, 2])).dtype == np.float64
        assert sg.cast(x, "float64").dtype == np.float64
        assert sg.tensor([1, 2]).dtype == np.int64 and sg.tensor([1, 2], "float32").dtype == np.float32
        assert sg.tensor([True, False]).dtype == bool
        assert sg.tensor(np.arange(3, dtype=np.uint8)).value.tolist() == [0, 1, 2]
        assert sg.tensor(np.arange(3, dtype=np.float16)).dtype == np.float32
        assert sg.tensor(np.arange(3, dtype=">f8")).value.tolist() == [0, 1, 2]
    for wrong in (np.array(["a"]), np.array([1j]), np.array([object()]), np.ma.array([1.0, 2.0], mask=[0, 1]), "text", None):
        with pytest.raises(TypeError):
            sg.tensor(wrong)
    with pytest.raises(ValueError, match="larger than any int64"):
        sg.tensor(np.array([2**63], dtype=np.uint64))


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        slice(None),
        slice(1, None),
        slice(None, None, -1),
        slice(3, 0, -2),
        slice(5, 2),
        (0, 1),
        (slice(None), 2),
        (Ellipsis, 1),
        (0, Ellipsis),
        (None, 1),
        (slice(None), None, slice(1, 3)),
        (Ellipsis, None),
        np.array([2, 0, 2]),
        (slice(None), np.array([1, 1])),
        [3, 1],
    ],
)
def test_indexing_is_numpys(index):
    at = np.arange(4.0 * 3 * 2).reshape(4, 3, 2)
    with sg.graph():
        x = sg.input(at)
        y = x[index]
        assert y.shape == at[index].shape
        np.testing.assert_array_equal(np.asarray(y), at[index])
        slope = np.zeros_like(at)
        np.add.at(slope, index, 1.0)
        np.testing.assert_array_equal(sg.gradient(sg.sum(y), x), slope)


def test_one_element_is_a_scalar():
    with sg.graph():
        x = sg.input(np.array([[1.0, 2.0], [3.0, 4.0]]))
        assert isinstance(x[0, 1], sg.scalar) and x[0, 1].value == 2.0
        assert [[e.value for e in row] for row in x] == [[1, 2], [3, 4]]
        assert len(x) == 2
        (x[0, 1] * x[1, 1] * x[1, 1]).backward()
        assert x.grad.tolist() == [[0, 16], [0, 16]]
        with pytest.raises(IndexError):
            x[2]
        with pytest.raises(IndexError):
            x[0, -3]
        with pytest.raises(IndexError):
            x[0, 0, 0]
        with pytest.raises(IndexError, match="mask"):
            x[np.array([True, False])]
        with pytest.raises(TypeError):
            x[0] = 1.0


def test_errors_are_the_librarys_sentences():
    with sg.graph():
        x = sg.input(np.ones((2, 3)))
        with pytest.raises(ValueError, match=r"matmul: .*\[2x3\]"):
            x @ np.ones((2, 3))
        with pytest.raises(sg.error):
            sg.reshape(x, (4, 2))
        with pytest.raises(TypeError):
            sg.exp("text")
        with pytest.raises(TypeError):
            x + None
        with pytest.raises(TypeError):
            x + "text"
        with pytest.raises(TypeError):
            sg.sum(x, axis="rows")
        with pytest.raises(ValueError):
            x.backward()
        with pytest.raises(ValueError):
            sg.tensor([1.0]).grad
        with pytest.raises(ValueError, match="no node"):
            sg.tensor([1.0]).name = "x"
        with pytest.raises(TypeError):
            len(sg.sum(x))
    with pytest.raises(ValueError, match="there is none on this thread"):
        sg.input(1.0)


def test_what_is_printed():
    with sg.graph() as g:
        x = sg.input(np.array([1.0, 2.0]), "x")
        assert repr(x) == "tensor([1., 2.], name='x')"
        assert repr(sg.tensor(np.zeros(1, np.float32))) == "tensor([0.], dtype=float32, constant)"
        assert repr(g) == "graph of 1 node"
        loss = sg.sum(x)
        assert f"{loss:.3f} {sg.input(2.0):6.2f}|" == "3.000   2.00|"
        assert f"{loss}" == str(loss) and f"{x}" == str(x)
        with pytest.raises(ValueError, match="2 elements"):
            f"{x:.2f}"
    assert "closed" in repr(g)


def test_stacks_of_handles():
    with sg.graph():
        a, b = sg.input(1.0), sg.input(2.0)
        y = sg.sum(sg.square([a, b, 3.0]))
        assert y.item() == 14
        assert sg.gradient(y, [a, b]) == [2.0, 4.0]
        assert sg.stack([a, b]).shape == (2,)
        assert sg.stack([[a, b], [b, a]]).shape == (2, 2)


def test_handles_are_not_copied_by_accident():
    with sg.graph():
        x = sg.input(1.0)
        with pytest.raises(TypeError):
            copy.deepcopy(x)


def test_remainders_have_the_sign_of_the_divisor():
    numbers = [-7.5, -6.0, -1.0, -0.1, 0.1, 1.0, 6.0, 7.5, 1e-200]
    for a in numbers:
        for b in numbers:
            with sg.graph():
                x, y = sg.input(a), sg.input(b)
                for r, q in ((x % y, x // y), (x % b, x // b), (a % y, a // y)):
                    assert r.value == pytest.approx(a % b, abs=1e-12) or abs(a / b) > 1e15
                    assert q.value == a // b or abs(a / b) > 1e15
                z = x % y
                z.backward()
                assert x.grad == 1 and y.grad == pytest.approx(-(a // b))
    with sg.graph():
        x = sg.input(np.array([-7.5, 7.5, 6.0]))
        assert np.array_equal((x % 4).numpy(), np.array([-7.5, 7.5, 6.0]) % 4)
        assert np.array_equal((x // 4).numpy(), np.array([-7.5, 7.5, 6.0]) // 4)
        assert np.array_equal((4 % x).numpy(), 4 % np.array([-7.5, 7.5, 6.0]))
        assert np.array_equal((np.array([4.0, 5.0, -1.0]) % x).numpy(), np.array([4.0, 5.0, -1.0]) % np.array([-7.5, 7.5, 6.0]))
        assert np.array_equal(np.mod(x, 4).numpy(), sg.remainder(x, 4).numpy())
        assert np.array_equal(np.floor_divide(x, 4).numpy(), sg.floor_divide(x, 4).numpy())
        with pytest.raises(TypeError):
            np.rint(x)  # Of numpy's a half goes to the even neighbour.
        assert np.array_equal((sg.tensor(np.array([-7, 7])) % 4).numpy(), np.array([1, 3]))


@pytest.mark.parametrize("n", [2**63, 2**70, -(2**63) - 1])
def test_whole_numbers_without_an_end_are_told(n):
    x = sg.tensor(np.ones((3, 4)))
    for call in (lambda: sg.reshape(x, (n, 4)), lambda: x[n], lambda: x[1, n], lambda: sg.sum(x, axis=n), lambda: sg.tile(x, n), lambda: x + n, lambda: sg.nn.conv2d(1, 1, n)):
        with pytest.raises((OverflowError, IndexError, TypeError), match="64 bits|out of range|too big"):
            call()


def test_what_is_of_another_type_is_told_in_words():
    with sg.graph():
        x = sg.input(2.0)
        with pytest.raises(TypeError, match="picture: digits = 'many' is of another type"):
            sg.picture(x, digits="many")
        with pytest.raises(TypeError, match="picture: digits = 4294967296 is"):
            sg.picture(x, digits=2**32)
    with pytest.raises(TypeError, match="a function of yours returned"):
        sg.nn.fit(sg.nn.linear(2, 1), (np.ones((4, 2), np.float32), np.ones((4, 1), np.float32)), epochs=1, progress="none", metric=lambda y, t: "good")
