# Writes the files beside it, as PyTorch 1.13 of Debian 12 does (python3-torch); tests read them.
import argparse
import collections
import pathlib

import torch

here = pathlib.Path(__file__).parent


def both(name, what):
    torch.save(what, here / f"{name}.pt")
    torch.save(what, here / f"{name}_old.pth", _use_new_zipfile_serialization=False)


model = torch.nn.Linear(2, 3)
with torch.no_grad():
    model.weight.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    model.bias.copy_(torch.tensor([-1.0, 0.5, 0.25]))
both("linear", model.state_dict())

base = torch.arange(12, dtype=torch.float64).reshape(3, 4)
kinds = collections.OrderedDict(
    whole=base,
    turned=base.t(),
    row=base[1],
    steps=base[:, ::2],
    half=torch.tensor([0.5, -2.0]).half(),
    brain=torch.tensor([1.5, 3.0]).bfloat16(),
    long=torch.tensor([1, -2]),
    int=torch.tensor([7], dtype=torch.int32),
    short=torch.tensor([-300], dtype=torch.int16),
    char=torch.tensor([-5], dtype=torch.int8),
    byte=torch.tensor([250], dtype=torch.uint8),
    truth=torch.tensor([True, False]),
    number=torch.tensor(2.5),
    empty=torch.zeros(0, 3),
    repeated=torch.tensor([[1.0], [2.0]]).expand(2, 3),
    parameter=torch.nn.Parameter(torch.tensor([9.0])),
)
optimiser = torch.optim.Adam(model.parameters(), lr=0.5)
before = model.state_dict()["bias"].clone()
model(torch.ones(1, 2)).sum().backward()
optimiser.step()
both(
    "checkpoint",
    {
        "model": collections.OrderedDict(bias=before),
        "optimizer": optimiser.state_dict(),
        "epoch": 3,
        "kinds": kinds,
        "list": [torch.tensor([1.0]), (torch.tensor([2.0]), "x")],
        "name": "net",
        "nothing": None,
        "loss": 0.25,
        "arguments": argparse.Namespace(lr=0.1),
    },
)
torch.save(torch.nn.Linear(1, 1), here / "model.pt")
