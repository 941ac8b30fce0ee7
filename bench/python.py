#!/usr/bin/env python3
"""Small tensors and training steps from Python, in seegrad and in PyTorch, on one core: medians of rounds that take turns.

    PYTHONPATH=build/python taskset -c 0 bench/python.py [ROUNDS]

Each row is recorded, and swept back, anew each time. Gradients are compared first. Prints a table for docs/python.md, in microseconds.
"""

import os
import statistics
import sys
import time
from typing import Any, Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

import seegrad as sg
from seegrad import nn

torch.set_num_threads(1)
Row = tuple[str, Callable[[], Any], Callable[[], Any]]


def operation(name: str, n: int, ours: Callable[..., Any], theirs: Callable[..., Any], operands: int) -> Row:
    """One operation on n numbers, its sum, and the way back."""
    rng = np.random.default_rng(1)
    at = [rng.uniform(0.5, 1.5, n).astype(np.float32) for _ in range(operands)]
    inputs = [torch.tensor(a, requires_grad=True) for a in at]

    def in_seegrad() -> Any:
        with sg.rewind_scope():
            xs = [sg.input(a) for a in at]
            sg.sum(ours(*xs)).backward()
            return [x.grad for x in xs]

    def in_pytorch() -> Any:
        for x in inputs:
            x.grad = None
        theirs(*inputs).sum().backward()
        return [x.grad.numpy() for x in inputs]

    return f"{name}, {n} numbers", in_seegrad, in_pytorch


def chain(n: int) -> Row:
    """A hundred additions and products one after the other."""
    at = np.linspace(0.5, 1.5, n).astype(np.float32)
    x0 = torch.tensor(at, requires_grad=True)

    def in_seegrad() -> Any:
        with sg.rewind_scope():
            x = y = sg.input(at)
            for _ in range(50):
                y = y * 0.5 + x
            sg.sum(y).backward()
            return [x.grad]

    def in_pytorch() -> Any:
        x0.grad = None
        y = x0
        for _ in range(50):
            y = y * 0.5 + x0
        y.sum().backward()
        return [x0.grad.numpy()]

    return f"100 operations, {n} numbers", in_seegrad, in_pytorch


def scalars() -> Row:
    """A hundred operations on plain numbers."""
    x0 = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)

    def in_seegrad() -> Any:
        with sg.rewind_scope():
            x = y = sg.input(0.7)
            for _ in range(50):
                y = y * 0.5 + x
            y.backward()
            return [np.array(x.grad)]

    def in_pytorch() -> Any:
        x0.grad = None
        y = x0
        for _ in range(50):
            y = y * 0.5 + x0
        y.backward()
        return [x0.grad.numpy()]

    return "100 operations, a scalar", in_seegrad, in_pytorch


def training(name: str, sizes: tuple[int, ...], batch: int, recorded: bool) -> Row:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(batch, sizes[0])).astype(np.float32)
    labels = rng.integers(0, sizes[-1], batch)
    layers: list[Any] = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
    theirs = torch.nn.Sequential(*layers[:-1])
    ours = nn.sequential(*[nn.linear(m.in_features, m.out_features) if isinstance(m, torch.nn.Linear) else nn.relu() for m in layers[:-1]])
    nn.load_state_dict(ours, {k: p.detach().numpy() for k, p in theirs.named_parameters()})
    tx, ty = torch.tensor(x), torch.tensor(labels)
    optimiser, mine = torch.optim.SGD(theirs.parameters(), lr=0.01), nn.sgd(0.01)
    step = nn.training_step(ours, nn.cross_entropy)

    def in_seegrad() -> Any:
        if not recorded:
            return [step.update(x, labels, mine)]
        with sg.rewind_scope():
            loss = nn.cross_entropy(ours(x), labels)
            loss.backward()
            mine.step(ours)
            return [loss.item()]

    def in_pytorch() -> Any:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(theirs(tx), ty)
        loss.backward()
        optimiser.step()
        return [loss.item()]

    return f"{name}, batch {batch}, {'recorded' if recorded else 'run'}", in_seegrad, in_pytorch


def microseconds(f: Callable[[], Any]) -> float:
    f()
    begin, times = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < 0.05:
        f()
        times += 1
    return 1e6 * spent / times


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with sg.graph():
        rows: list[Row] = []
        for n in (1, 100):
            rows += [
                operation("x + y", n, lambda x, y: x + y, lambda x, y: x + y, 2),
                operation("x * y", n, lambda x, y: x * y, lambda x, y: x * y, 2),
                operation("exp", n, sg.exp, torch.exp, 1),
                operation("tanh", n, sg.tanh, torch.tanh, 1),
                chain(n),
            ]
        rows += [scalars()]
        for batch in (1, 64):
            for recorded in (True, False):
                rows += [training("MLP 784-128-10", (784, 128, 10), batch, recorded)]
        for name, ours, theirs in rows:
            for a, b in zip(ours(), theirs()):
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6, err_msg=name)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name, *_ in rows}
        for _ in range(rounds):
            for name, ours, theirs in rows:
                found[name].append((microseconds(ours), microseconds(theirs)))
    print("| forward and backward | seegrad | PyTorch | ratio |\n| --- | --- | --- | --- |")
    for name, times in found.items():
        mine, other = (statistics.median(t[i] for t in times) for i in (0, 1))
        print(f"| {name} | {mine:.2f} | {other:.2f} | {statistics.median(a / b for a, b in times):.2f} |")


main()
