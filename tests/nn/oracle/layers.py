#!/usr/bin/python3
"""Writes layers.npz: what PyTorch's layers give, value and gradients, for the table below.  tests/nn/oracle/layers.py

tests/nn/layer_test.cpp has the same table. Numbers are float64 and made by `made`, which both sides have; the loss is the sum of
the outputs times cotangents, also made by it. One array holds all results of a case, one after the other, and its name says what
they are: "linear;out 0 2x4;in 0 2x3;grad bias 4;grad weight 4x3"; `in` are gradients by inputs, `buffer` what the module keeps.
"""
import math
import pathlib

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

results = {}


def made(shape, p):
    """Element i is ((37 i + 11 p) mod 101) / 101 - 1/2."""
    n = math.prod(shape)
    return torch.from_numpy(((np.arange(n) * 37 + 11 * p) % 101) / 101 - 0.5).reshape(shape)


def case(name, module, *inputs, run=None):
    """An input is a shape, or a tensor. `run(module, *inputs)` gives a tensor or several."""
    inputs = [made(x, 50 + k) if isinstance(x, tuple) else x for k, x in enumerate(inputs)]
    for x in inputs:
        x.requires_grad_(x.is_floating_point())
    parameters = dict(sorted(module.named_parameters()))
    with torch.no_grad():
        for p, (_, value) in enumerate(parameters.items()):
            value.copy_(made(tuple(value.shape), p))
    outputs = run(module, *inputs) if run else module(*inputs)
    if torch.is_tensor(outputs):
        outputs = [outputs]
    sum((y * made(tuple(y.shape), 90 + k)).sum() for k, y in enumerate(outputs)).backward()
    found = [(f"out {k}", y) for k, y in enumerate(outputs)]
    found += [(f"in {k}", x.grad) for k, x in enumerate(inputs) if x.requires_grad]
    found += [(f"grad {n}", value.grad) for n, value in parameters.items()]
    found += [(f"buffer {n}", value) for n, value in sorted(module.named_buffers())]
    key = ";".join([name] + [f"{what} {'x'.join(map(str, v.shape)) or '-'}" for what, v in found])
    results[key] = np.concatenate([v.detach().double().numpy().ravel() for _, v in found])




# --- products
case("linear", nn.Linear(3, 4), (2, 3))
case("linear of a vector", nn.Linear(3, 4), (3,))
case("linear of a stack", nn.Linear(3, 4), (2, 5, 3))
case("linear without a bias", nn.Linear(3, 4, bias=False), (2, 3))
case("bilinear", nn.Bilinear(3, 2, 4), (5, 3), (5, 2))
case("bilinear of a stack without a bias", nn.Bilinear(3, 2, 4, bias=False), (2, 2, 3), (2, 2, 2))
case("embedding", nn.Embedding(5, 3), torch.tensor([[0, 4, 2], [2, 2, 1]]))
case("embedding with padding", nn.Embedding(5, 3, padding_idx=2), torch.tensor([0, 4, 2, 2, 1, 4]))

# --- convolutions
case("conv2d", nn.Conv2d(2, 3, 3), (2, 2, 5, 6))
case("conv2d apart", nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2), (2, 2, 6, 5))
case("conv2d without a bias", nn.Conv2d(2, 2, 2, stride=2, bias=False), (1, 2, 5, 4))
case("conv1d", nn.Conv1d(2, 3, 3), (2, 2, 7))
case("conv1d apart", nn.Conv1d(4, 2, 3, stride=2, padding=2, dilation=2, groups=2, bias=False), (2, 4, 9))
case("conv_transpose2d", nn.ConvTranspose2d(2, 3, 3), (2, 2, 3, 4))
case(
    "conv_transpose2d apart",
    nn.ConvTranspose2d(4, 2, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2, dilation=(1, 2)),
    (1, 4, 3, 4),
)
case("conv_transpose1d", nn.ConvTranspose1d(2, 3, 3, bias=False), (2, 2, 4))
case(
    "conv_transpose1d apart",
    nn.ConvTranspose1d(4, 6, 2, stride=3, padding=1, output_padding=1, groups=2, dilation=2),
    (2, 4, 4),
)

# --- pooling
case("max_pool2d", nn.MaxPool2d(2), (2, 2, 5, 6))
case("max_pool2d apart", nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 1), dilation=(1, 2), ceil_mode=True), (1, 2, 6, 5))
case("avg_pool2d", nn.AvgPool2d(2), (2, 2, 5, 6))
case("avg_pool2d apart", nn.AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True), (1, 2, 6, 5))
case("avg_pool2d of what is there", nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), (1, 2, 6, 5))
case("max_pool1d", nn.MaxPool1d(3, stride=2, padding=1), (2, 2, 8))
case("max_pool1d apart", nn.MaxPool1d(2, dilation=2, ceil_mode=True), (2, 2, 8))
case("avg_pool1d", nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True), (2, 2, 8))
case("avg_pool1d of what is there", nn.AvgPool1d(2, padding=1, count_include_pad=False), (2, 2, 7))
case("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d((3, 2)), (2, 2, 5, 7))
case("adaptive_avg_pool2d to one", nn.AdaptiveAvgPool2d(1), (2, 2, 5, 7))
case("adaptive_avg_pool1d", nn.AdaptiveAvgPool1d(3), (2, 2, 7))


# --- normalisation
def then_used(m, *x):
    first = m(x[0])
    m.eval()
    return first, m(x[1])


def twice(m, *x):
    return m(x[0]), m(x[1])


case("batch_norm of rows", nn.BatchNorm1d(3), (4, 3), (5, 3), run=twice)
case("batch_norm of sequences", nn.BatchNorm1d(3, momentum=0.3), (2, 3, 4), (3, 3, 4), run=twice)
case("batch_norm of images", nn.BatchNorm2d(2, eps=1e-3), (2, 2, 3, 2), (3, 2, 3, 2), run=twice)
case("batch_norm in use", nn.BatchNorm2d(2), (2, 2, 3, 2), (1, 2, 3, 3), run=then_used)
case("batch_norm of rows in use", nn.BatchNorm1d(3), (4, 3), (1, 3), run=then_used)
case("batch_norm without weights", nn.BatchNorm1d(3, affine=False), (4, 3), (5, 3), run=twice)
case("batch_norm without tracking", nn.BatchNorm1d(3, track_running_stats=False), (4, 3), (5, 3), run=then_used)
case("layer_norm", nn.LayerNorm(4), (2, 3, 4))
case("layer_norm over two axes", nn.LayerNorm((3, 4), eps=1e-2), (2, 3, 4))
case("layer_norm without weights", nn.LayerNorm(4, elementwise_affine=False), (2, 4))
case("group_norm", nn.GroupNorm(2, 4), (2, 4, 3))
case("group_norm of images", nn.GroupNorm(3, 6, eps=1e-3), (2, 6, 2, 2))
case("group_norm without weights", nn.GroupNorm(2, 4, affine=False), (3, 4))


class RmsNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + self.eps) * self.weight


class LayerNormWithoutBias(RmsNorm):
    def forward(self, x):
        return torch.nn.functional.layer_norm(x, x.shape[-1:], self.weight, None, self.eps)


case("layer_norm without a bias", LayerNormWithoutBias(4, 1e-5), (2, 4))
case("rms_norm", RmsNorm(4, 1e-6), (2, 3, 4))
case("rms_norm with a large eps", RmsNorm(4, 0.1), (3, 4))

# --- activations, also where they bend
points = [0, 1, -1, 3, -3, 6, -6, 30, -30, 0.5, -0.5, 2, -2, 1e-3, -1e-3, 2.75, -4.25, 0.3, -0.7, 19, -19]


# torch.nn.Hardsigmoid has 1/6 as a float32 in its gradient; this is its definition. Softplus is x above 20, 2e-9 too little. The
# gradient of Hardswish at 3 is 1 or 1.5 according to where the element lies in memory. CELU has 1 / alpha as a float32.
class Hardsigmoid(nn.Module):
    def forward(self, x):
        return nn.functional.relu6(x + 3) / 6


activations = {
    "identity": nn.Identity(),
    "relu": nn.ReLU(),
    "sigmoid": nn.Sigmoid(),
    "log_sigmoid": nn.LogSigmoid(),
    "tanh": nn.Tanh(),
    "softplus": nn.Softplus(),
    "softsign": nn.Softsign(),
    "silu": nn.SiLU(),
    "gelu": nn.GELU(),
    "mish": nn.Mish(),
    "tanhshrink": nn.Tanhshrink(),
    "relu6": nn.ReLU6(),
    "hardtanh": nn.Hardtanh(),
    "hardtanh apart": nn.Hardtanh(-0.5, 3),
    "hardsigmoid": Hardsigmoid(),
    "leaky_relu": nn.LeakyReLU(),
    "leaky_relu apart": nn.LeakyReLU(0.2),
    "elu": nn.ELU(),
    "elu apart": nn.ELU(0.7),
    "selu": nn.SELU(),
    "celu": nn.CELU(),
    "celu apart": nn.CELU(0.5),
    "softmax": nn.Softmax(-1),
    "softmax down": nn.Softmax(0),
    "log_softmax": nn.LogSoftmax(-1),
    "prelu": nn.PReLU(),
}
for name, module in activations.items():
    case("activation " + name, module, torch.tensor(points, dtype=torch.float64).reshape(3, 7))
case("hardswish", nn.Hardswish(), torch.tensor([0.0, 1, -1, -3, 6, -6, 30, -30, 2.875, -2.875, 3.125, -3.125]))
case("prelu of channels", nn.PReLU(3), (2, 3, 2, 2))
case("flatten", nn.Flatten(), (2, 3, 2, 2))
case("flatten apart", nn.Flatten(0, 1), (2, 3, 2, 2))
case("unflatten", nn.Unflatten(1, (3, 2)), (2, 6))


# --- recurrent networks
def flat(result):
    output, state = result
    return (output, *state) if isinstance(state, tuple) else (output, state)


def from_zero(m, x):
    return flat(m(x))


def from_state(m, x, h, c=None):
    return flat(m(x, h if c is None else (h, c)))


kinds = {
    "rnn": lambda *a, **o: nn.RNN(*a, **o),
    "rnn_relu": lambda *a, **o: nn.RNN(*a, nonlinearity="relu", **o),
    "lstm": lambda *a, **o: nn.LSTM(*a, **o),
    "gru": lambda *a, **o: nn.GRU(*a, **o),
}
for kind, make in kinds.items():
    states = 2 if kind == "lstm" else 1
    case(kind, make(2, 3), (4, 2, 2), run=from_zero)
    case(f"{kind} from a state", make(2, 3), (4, 2, 2), *[(1, 2, 3)] * states, run=from_state)
    case(f"{kind} batch first", make(2, 3, batch_first=True), (2, 4, 2), *[(1, 2, 3)] * states, run=from_state)
    case(f"{kind} without biases", make(2, 3, bias=False), (3, 2, 2), run=from_zero)
    case(
        f"{kind} of two layers both ways",
        make(2, 3, num_layers=2, bidirectional=True),
        (3, 2, 2),
        *[(4, 2, 3)] * states,
        run=from_state,
    )
    case(
        f"{kind} of two layers batch first",
        make(2, 2, num_layers=2, bidirectional=True, batch_first=True, bias=False),
        (2, 3, 2),
        run=from_zero,
    )

# --- attention
itself = lambda **o: lambda m, x: m(x, x, x, need_weights=False, **o)[0]
cross = lambda **o: lambda m, q, k, v: m(q, k, v, need_weights=False, **o)[0]
looks = torch.tensor([[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 1]], dtype=torch.bool)
padding = torch.tensor([[0, 0, 1, 1], [0, 0, 0, 0]], dtype=torch.bool)
causal = torch.ones(4, 4, dtype=torch.bool).triu(1)
case("attention", nn.MultiheadAttention(4, 2), (3, 2, 4), run=itself())
case("attention batch first", nn.MultiheadAttention(4, 2, batch_first=True), (2, 4, 4), run=itself())
case("attention without biases", nn.MultiheadAttention(4, 2, bias=False), (3, 2, 4), run=itself())
case("attention to others", nn.MultiheadAttention(6, 3), (3, 2, 6), (4, 2, 6), (4, 2, 6), run=cross())
case("attention to what it reads", nn.MultiheadAttention(4, 1), (3, 2, 4), (4, 2, 4), run=lambda m, q, k: m(q, k, k)[0])
case(
    "attention with a mask",
    nn.MultiheadAttention(4, 2, batch_first=True, bias=False),
    (2, 3, 4),
    (2, 4, 4),
    (2, 4, 4),
    run=cross(attn_mask=looks),
)
case("attention with added scores", nn.MultiheadAttention(4, 2), (4, 2, 4), run=itself(attn_mask=made((4, 4), 70)))
case("attention with padding", nn.MultiheadAttention(4, 2, batch_first=True), (2, 4, 4), run=itself(key_padding_mask=padding))
case("attention causal", nn.MultiheadAttention(4, 2), (4, 2, 4), run=itself(attn_mask=causal))
case(
    "attention causal with padding",
    nn.MultiheadAttention(4, 2, batch_first=True),
    (2, 4, 4),
    run=itself(attn_mask=causal, key_padding_mask=padding),
)

small = dict(dim_feedforward=6, dropout=0.0)
case("encoder layer", nn.TransformerEncoderLayer(4, 2, **small), (3, 2, 4))
case(
    "encoder layer norm first",
    nn.TransformerEncoderLayer(4, 2, activation="gelu", batch_first=True, norm_first=True, layer_norm_eps=1e-3, **small),
    (2, 4, 4),
    run=lambda m, x: m(x, src_mask=causal, src_key_padding_mask=padding),
)


class PositionalEncoding(nn.Module):
    def __init__(self, width, length, batch_first):
        super().__init__()
        position, even = np.arange(length)[:, None], np.arange(0, width, 2)
        table = np.zeros((length, width))
        table[:, 0::2] = np.sin(position / 10000.0 ** (even / width))
        table[:, 1::2] = np.cos(position / 10000.0 ** (even / width))[:, : width // 2]
        self.register_buffer("pe", torch.from_numpy(table))
        self.batch_first = batch_first

    def forward(self, x):
        return x + self.pe[: x.shape[1]] if self.batch_first else x + self.pe[: x.shape[0], None]


case("positional encoding", PositionalEncoding(6, 8, False), (5, 2, 6))
case("positional encoding batch first", PositionalEncoding(5, 7, True), (2, 4, 5))


# --- layers of layers
class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


case("sequential", nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Sequential(nn.Linear(4, 2), nn.Softplus())), (5, 3))
case(
    "sequential of images",
    nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 2)),
    (3, 1, 6, 6),
)
case("residual", Residual(nn.Sequential(nn.LayerNorm(3), nn.Linear(3, 3), nn.GELU())), (2, 3))

out = pathlib.Path(__file__).with_name("layers.npz")
np.savez_compressed(out, **results)
print(f"{len(results)} cases, {out.stat().st_size} bytes")
