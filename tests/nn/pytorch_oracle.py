"""PyTorch's side of the tests of .pt files, where it is installed.

read FOLDER   checks the file that the test wrote
"""
import sys
from pathlib import Path

try:
    import torch
except ImportError:
    sys.exit(0)

folder = Path(sys.argv[2])
expected = {
    "a.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
    "a.bias": torch.tensor([0.1, -1e300, float("inf")], dtype=torch.float64),
    "turned": torch.arange(6, dtype=torch.float64).reshape(3, 2).t(),
    "labels": torch.tensor([[-(2**63)], [2**63 - 1]]),
    "mask": torch.tensor([True, False, True]),
    "number": torch.tensor(2.5, dtype=torch.float64),
    "none": torch.zeros(0, 3),
    "grüße": torch.tensor([1.0], dtype=torch.float64),
}
for strictly in (False, True):
    out = torch.load(folder / "ours.pt", **({"weights_only": True} if strictly else {}))
    assert set(out) == set(expected), set(out)
    for name, e in expected.items():
        x = out[name]
        assert x.dtype == e.dtype and x.shape == e.shape and torch.equal(x, e), f"{name}: {x}"
assert not torch.load(folder / "empty.pt", weights_only=True)
