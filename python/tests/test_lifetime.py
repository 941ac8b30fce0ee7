"""How long things live: graphs, handles, memory of numpy's; and which graph records."""

import gc
import sys
import threading
import weakref

import numpy as np
import pytest

import seegrad as sg


def test_what_is_recorded_keeps_its_graph():
    g = sg.graph()
    x = sg.input(3.0)
    y = x * x
    del g
    gc.collect()
    y.backward()
    assert x.grad == 6.0
    assert sg.is_recording()
    del x, y
    gc.collect()
    assert not sg.is_recording()


def test_a_graph_that_nothing_refers_to_is_gone():
    g = sg.graph()
    gone = weakref.ref(g) if hasattr(type(g), "__weakref__") else None
    assert sg.is_recording()
    del g
    assert not sg.is_recording()
    assert gone is None or gone() is None


def test_after_the_block_all_can_be_read():
    with sg.graph() as g:
        x = sg.input(np.array([1.0, 2.0]), "x")
        y = sg.sum(x * x)
    assert not sg.is_recording() and not g.is_open
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]
    assert sg.gradient(y, x).tolist() == [2.0, 4.0]
    assert sg.check(y).passed
    assert "digraph" in sg.picture(y).to_dot()
    assert len(g) == 3 and x.name == "x"
    with pytest.raises(ValueError):
        x + 1.0
    with g:
        assert sg.gradient(sg.sum(x * y), x).tolist() == [11.0, 17.0]


def test_the_innermost_graph_records():
    with sg.graph() as outer:
        a = sg.input(2.0)
        with sg.graph() as inner:
            x = sg.input(3.0)
            assert sg.active_graph() is inner
            with pytest.raises(ValueError):
                a * x
        assert sg.active_graph() is outer
        assert a.graph is outer and x.graph is inner
        assert sg.gradient(a * a, a) == 4.0
        with pytest.raises(ValueError):
            a * x


def test_graphs_may_end_in_any_order():
    g1 = sg.graph()
    a = sg.input(1.0)
    g2 = sg.graph()
    b = sg.input(2.0)
    del a, g1
    assert (b * b).value == 4.0
    del b, g2
    gc.collect()
    assert not sg.is_recording()


def test_a_graph_left_to_another_thread():
    g = sg.graph()
    box = [sg.input(1.0), g]
    del g
    other = threading.Thread(target=box.clear)
    other.start()
    other.join()
    with pytest.raises(ValueError):
        sg.input(1.0)  # it was put away before it could record again
    with sg.graph():
        assert sg.gradient(sg.input(2.0) * 2.0, sg.input(1.0)) == 0.0
    assert not sg.is_recording()


def test_a_handle_of_a_thread_that_has_ended():
    box = []

    def run():
        with sg.graph():
            x = sg.input(3.0)
            box.append((x, x * x))

    other = threading.Thread(target=run)
    other.start()
    other.join()
    x, y = box[0]
    assert y.value == 9.0
    with pytest.raises(ValueError):
        y + 1.0
    box.clear()
    del x, y
    gc.collect()


def test_threads_record_at_the_same_time():
    found = {}

    def run(k):
        with sg.graph():
            x = sg.input(np.full(100, float(k)))
            y = sg.sum(x * x)
            for _ in range(200):
                y.backward()
            found[k] = x.grad[0]

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == {k: 2.0 * k for k in range(4)}


def test_rewinding():
    with sg.graph() as g:
        x = sg.input(2.0)
        for _ in range(3):
            with sg.rewind_scope():
                y = x * x
                y.backward()
                assert x.grad == 4.0
            assert len(g) == 1
        assert y.node is None and y.value == 4.0
        with pytest.raises(ValueError):
            y + 1.0
        assert (x + x).value == 4.0


def test_no_record():
    with sg.graph() as g:
        x = sg.input(2.0)
        with sg.no_record():
            y = x * x
        assert y.is_constant and y.value == 4.0 and len(g) == 1
        with pytest.raises(ZeroDivisionError):
            with sg.no_grad():
                1 / 0
        assert not (x * x).is_constant
        assert x.detach().is_constant


def test_scopes():
    with sg.graph():
        x = sg.input(2.0)
        with sg.scope("layer1"):
            y = x * x
        assert "layer1" in sg.picture(y).to_dot()


def test_memory_of_a_tensor_is_shown_to_numpy():
    with sg.graph():
        x = sg.input(np.arange(6.0).reshape(2, 3))
        seen = x.value
        assert np.shares_memory(seen, x.numpy()) and np.shares_memory(seen, np.asarray(x))
        assert np.shares_memory(sg.transpose(x).value, seen)
        with pytest.raises(ValueError):
            seen[0, 0] = 1.0
        row = x[1].value
    del x, seen
    gc.collect()
    filled = [np.empty((2, 3)) for _ in range(100)]
    assert row.tolist() == [3.0, 4.0, 5.0]
    del filled


def test_what_is_given_is_copied():
    mine = np.ones(3)
    with sg.graph():
        x = sg.input(mine)
        y = x * mine
        mine[:] = 7.0
        assert x.value.tolist() == [1.0] * 3
        assert sg.gradient(sg.sum(y), x).tolist() == [1.0] * 3


@pytest.mark.parametrize("view", [lambda a: a, lambda a: a[::2], lambda a: a[::-1], lambda a: a.T, lambda a: a[:, 1:], lambda a: a[1]])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, bool])
def test_borrowed_memory(view, dtype):
    mine = (np.arange(12) % 5).reshape(4, 3).astype(dtype)
    part = view(mine)
    before = sys.getrefcount(mine)
    x = sg.from_numpy(part)
    assert np.shares_memory(x.value, mine)
    np.testing.assert_array_equal(x.value, part)
    expected = part.copy()
    del part
    assert sys.getrefcount(mine) > before - 1
    twice = sg.flip(x, tuple(range(x.ndim)))
    del x, mine
    gc.collect()
    filled = [np.full((4, 3), 9).astype(dtype) for _ in range(100)]
    np.testing.assert_array_equal(np.flip(np.asarray(twice)), expected)
    del filled


def test_borrowed_memory_is_let_go_of():
    class counted(np.ndarray):
        pass

    mine = np.ones(1000).view(counted)
    gone = weakref.ref(mine)
    x = sg.from_numpy(mine)
    with sg.graph():
        y = sg.input(2.0) * x
        del mine
        assert gone() is not None
        del x
        assert gone() is not None  # the record has it
    del y
    gc.collect()
    assert gone() is None


def test_memory_that_does_not_lie_as_an_array_is_copied():
    record = np.zeros(4, dtype=[("a", "f8"), ("b", "i1")])
    record["a"] = [1, 2, 3, 4]
    x = sg.from_numpy(record["a"])
    assert not np.shares_memory(x.value, record)
    assert x.value.tolist() == [1, 2, 3, 4]
    assert sg.from_numpy(np.zeros((0, 3))).shape == (0, 3)
    assert sg.from_numpy(np.array(2.5)).item() == 2.5
    with pytest.raises(ValueError, match="axes"):
        sg.from_numpy(np.zeros((1,) * 9))
