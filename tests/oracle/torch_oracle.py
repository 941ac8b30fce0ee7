"""Runs the random programs of seegrad_side with PyTorch and compares values and gradients: torch_oracle.py FOLDER"""

import json
import sys

import numpy as np

try:
    import torch
except ImportError:
    print("SKIP: python3-torch is not installed")
    sys.exit(77)

torch.set_num_threads(1)
folder = sys.argv[1]
programs = json.load(open(folder + "/programs.json"))
arrays = np.load(folder + "/arrays.npz")

unary = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": torch.nn.functional.gelu,
    "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),  # F.softplus is linear beyond 20
    "sin": torch.sin,
    "flatten": torch.flatten,
    "swap_ends": lambda a: a.transpose(0, -1),
}
binary = {
    "add": torch.add,
    "mul": torch.mul,
    "sub": torch.sub,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "matmul": torch.matmul,
}
along = {
    "sum": torch.sum,
    "mean": torch.mean,
    "amax": torch.amax,
    "logsumexp": torch.logsumexp,
    "softmax": torch.softmax,
    "cumsum": torch.cumsum,
    "cat_self": lambda a, axis: torch.cat([a, a], axis),
    "flip": lambda a, axis: torch.flip(a, [axis]),
}


def apply(step, values):
    op, numbers = step["op"], step["numbers"]
    a = values[step["operands"][0]]
    if op in unary:
        return unary[op](a)
    if op in binary:
        return binary[op](a, values[step["operands"][1]])
    if op in along:
        return along[op](a, numbers[0])
    if op == "narrow":
        return a.narrow(numbers[0], numbers[1], a.shape[numbers[0]] - numbers[1])
    if op == "index_select":
        return torch.index_select(a, numbers[0], torch.tensor(step["lists"][0]))
    raise ValueError(op)


def distance(ours, theirs):
    if ours.shape != theirs.shape:
        return float("inf")
    scale = 1 + np.abs(theirs)
    return float(np.max(np.abs(ours - theirs) / scale, initial=0.0))


failed, worst = 0, {"float32": 0.0, "float64": 0.0}
steps = 0
for k, program in enumerate(programs):
    kind = program["type"]
    values = [torch.tensor(arrays[f"{k}_x{i}"], requires_grad=True) for i in range(program["inputs"])]
    inputs = list(values)
    for step in program["steps"]:
        values.append(apply(step, values))
    steps += len(program["steps"])
    y = values[-1]
    found = [distance(arrays[f"{k}_y"], y.detach().numpy())]
    if y.requires_grad:
        y.backward(torch.tensor(arrays[f"{k}_seed"]))
    for i, x in enumerate(inputs):
        theirs = np.zeros_like(arrays[f"{k}_x{i}"]) if x.grad is None else x.grad.numpy()
        found.append(distance(arrays[f"{k}_g{i}"], theirs))
    worst[kind] = max(worst[kind], *found)
    if not max(found) < (1e-3 if kind == "float32" else 1e-9):
        failed += 1
        print(f"program {k} ({kind}, {len(program['steps'])} steps): distances {found}")

print(f"{len(programs)} programs, {steps} steps; worst distance float64 {worst['float64']:.1e}, float32 {worst['float32']:.1e}")
sys.exit(1 if failed else 0)
