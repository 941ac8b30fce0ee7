"""Writes the files beside it, as PyTorch 1.13 of Debian 12 does (python3-torch and python3-onnx); tests read them.

NAME.onnx is an exported model. NAME.npz has inputs in.0, in.1, …, outputs out.0, …, what the model gives for inputs of other extents (more.in.0,
more.out.0), and gradients of the sum of all squares of the outputs: by the inputs, grad.in.0, and by the parameters, grad.NAME.

    /usr/bin/python3 make.py
"""
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")
here = Path(__file__).parent


def numbers(y):
    return [y] if isinstance(y, torch.Tensor) else [x for part in y for x in numbers(part)]


def write(name, model, inputs, opset, more=None, axes=None, training=False):
    """more: inputs of other extents, along the axes that stay open."""
    model.train(training)
    # PyTorch writes parameters that are equal once, and all gradients would be those of their sum.
    with torch.no_grad():
        for n, p in model.named_parameters():
            if "norm" in n or "bn" in n or "groups" in n:
                p.add_(torch.randn(p.shape) * 0.2)
    names = [f"in_{i}" for i in range(len(inputs))]
    dynamic = {n: {a: f"{n}_axis_{a}" for a in axes} for n in names} if axes else None
    torch.onnx.export(model, tuple(inputs), str(here / f"{name}.onnx"), opset_version=opset, input_names=names, dynamic_axes=dynamic,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=not training)
    given = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    outputs = numbers(model(*given))
    all = {f"in.{i}": x for i, x in enumerate(inputs)} | {f"out.{i}": y for i, y in enumerate(outputs)}
    sum((y**2).sum() for y in outputs).backward()
    all |= {f"grad.in.{i}": x.grad for i, x in enumerate(given) if x.grad is not None}
    all |= {f"grad.{n}": p.grad for n, p in model.named_parameters() if p.grad is not None}
    if more:
        all |= {f"more.in.{i}": x for i, x in enumerate(more)} | {f"more.out.{i}": y for i, y in enumerate(numbers(model(*more)))}
    np.savez_compressed(here / f"{name}.npz", **{n: x.detach().numpy() for n, x in all.items()})


class Activations(nn.Module):
    def __init__(self, opset):
        super().__init__()
        self.opset = opset
        self.into, self.out, self.slopes = nn.Linear(4, 6), nn.Linear(6, 3), nn.PReLU(6)

    def forward(self, x):
        h = self.into(x)
        h = F.relu(h) + torch.sigmoid(h) + torch.tanh(h) + F.elu(h, 0.7) + F.leaky_relu(h, 0.2) + F.gelu(h) + F.softplus(h)
        h = self.slopes(h) + F.selu(h) + F.hardtanh(h, -0.5, 0.75) + F.silu(h)
        if self.opset >= 14:
            h = h + F.celu(h, 1.3) + F.hardswish(h) + F.hardsigmoid(h) + F.mish(h)
        h = F.softmax(h, 1) + F.log_softmax(h, -1) * 0.1 + F.softmax(h, 0) + F.softsign(h)
        return self.out(F.dropout(h, 0.5, self.training))


class Pictures(nn.Module):
    """LeNet's kind."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, (3, 2), stride=(2, 1), bias=False),
            nn.Tanh(), nn.AvgPool2d(2, stride=1, padding=1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(6 * 2 * 4, 5), nn.LogSoftmax(1))
        self.net[1].running_mean.copy_(torch.tensor([0.1, -0.2, 0.3, 0.0]))
        self.net[1].running_var.copy_(torch.tensor([0.5, 1.5, 1.0, 2.0]))

    def forward(self, x):
        return self.net(x)


class Residual(nn.Module):
    """A block of a residual network with a way around it, between its first layers and its last."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)
        self.bn, self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(4), nn.BatchNorm2d(8), nn.BatchNorm2d(8), nn.BatchNorm2d(8)
        self.conv1, self.conv2 = nn.Conv2d(4, 8, 3, stride=2, padding=1, bias=False), nn.Conv2d(8, 8, 3, padding=1, groups=2, bias=False)
        self.down, self.fc = nn.Conv2d(4, 8, 1, stride=2, bias=False), nn.Linear(8, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.stem(x))), 3, 2, 1)
        h = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(F.relu(h + self.bn3(self.down(x))), 1), 1))


class Windows(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1, bias=False)  # a norm follows
        self.wide = nn.Conv2d(3, 2, 3, dilation=2, padding=(2, 1), bias=False)
        self.norm, self.groups = nn.InstanceNorm2d(3, affine=True), nn.GroupNorm(2, 2)

    def forward(self, x):
        y = self.wide(F.pad(self.norm(self.up(x)), (1, 0, 2, -1)))
        y = self.groups(F.pad(y, (2, 1, 1, 2), "reflect") + F.pad(y, (2, 1, 1, 2), "replicate"))
        y = torch.cat([F.max_pool2d(y, 2, ceil_mode=True), F.avg_pool2d(y, 2, ceil_mode=True, count_include_pad=False)], 1)
        return F.pixel_shuffle(y, 2), y * 2


class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.back = nn.Conv1d(2, 4, 3, padding=1, stride=2), nn.ConvTranspose1d(4, 2, 3, stride=2, padding=1)

    def forward(self, x):
        return self.back(F.max_pool1d(F.relu(self.conv(x)), 2)) + F.adaptive_avg_pool1d(x, 1)


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.cell = getattr(nn, kind)(3, 4, **options)

    def forward(self, x, *first):
        if not first:
            return self.cell(x)
        return self.cell(x, first if len(first) > 1 else first[0])


class Block(nn.Module):
    """A block of a transformer over tokens, as it is written by hand."""

    def __init__(self, width=8, heads=2, words=11, length=12):
        super().__init__()
        self.heads = heads
        self.embed, self.place = nn.Embedding(words, width), nn.Parameter(torch.randn(length, width) * 0.3)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.register_buffer("mask", torch.tril(torch.ones(length, length)).bool())

    def forward(self, tokens):
        n, l = tokens.shape
        x = self.embed(tokens) + self.place[:l]
        q, k, v = self.qkv(self.norm1(x)).view(n, l, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1)) / (k.shape[-1] ** 0.5)
        scores = scores.masked_fill(~self.mask[:l, :l], float("-inf"))
        x = x + self.proj((torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(n, l, -1))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Shapes(nn.Module):
    """Arithmetic of shapes and whole numbers, and what moves elements."""

    def forward(self, x):
        n, m = x.shape[0], x.shape[1]
        y = x.view(n, -1, 2).transpose(0, 1).reshape(-1, m)[:, 1:4]
        y = y + torch.arange(3, device=x.device) / 2 + torch.zeros(y.shape[0], 1, dtype=x.dtype) + torch.full((n, 1), 0.5).sum()
        a, b = torch.split(x, [2, m - 2], 1)
        c = torch.cat([a, b.flip(1), x.roll(1, 1)], 1).repeat(1, 2)[:, ::3]
        d = torch.where(x > 0, x, x.clamp(-0.5, 0.25)) ** 2 - x.mean(1, keepdim=True) / x.std(1, keepdim=True)
        e = torch.einsum("ij,kj->ik", d, x) + torch.stack([x.sum(1), x.max(1)[0], x.norm(dim=1), x.logsumexp(1)], 1).sum()
        i = x.topk(2, 1)[1]
        f = x.gather(1, i) + x.cumsum(1)[:, :2] + torch.tril(x[:, :2].expand(3, -1, -1))[0] + x[:, [0, 2]]
        return y, c, e, f.unsqueeze(0).squeeze(0)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True, activation="gelu", norm_first=True)

    def forward(self, x):
        return self.layer(x)


class Resizing(nn.Module):
    """The ways to make images larger and smaller."""

    def __init__(self, opset):
        super().__init__()
        self.opset, self.conv = opset, nn.Conv2d(2, 3, 3, padding=1)

    def forward(self, x):
        y = self.conv(x)
        up = lambda **how: F.interpolate(y, **how)
        if self.opset < 11:
            return up(scale_factor=2.0), up(scale_factor=(3.0, 1.0)), F.interpolate(y[..., 0], scale_factor=2.0)
        return (up(scale_factor=2.0), up(size=(7, 3)), up(scale_factor=2.0, mode="bilinear"), up(size=(2, 9), mode="bilinear", align_corners=True),
                up(size=(7, 3), mode="bicubic"), up(scale_factor=1.5, mode="bicubic", align_corners=True),
                F.interpolate(y[..., 0], size=3, mode="linear"))


class Branches(nn.Module):
    """PyTorch cannot say whether an open axis is 1, and writes two branches."""

    def __init__(self):
        super().__init__()
        self.into = nn.Linear(3, 2)

    def forward(self, x):
        return torch.squeeze(self.into(x), 1) * 2, torch.diagonal(x[0])


class Sampling(nn.Module):
    """A spatial transformer: the grid is computed from the picture."""

    def __init__(self, **how):
        super().__init__()
        self.into, self.how = nn.Linear(2 * 3 * 4, 4 * 3 * 2), how

    def forward(self, x):
        return F.grid_sample(x, self.into(x.flatten(1)).view(-1, 4, 3, 2), **self.how)


class Losses(nn.Module):
    def __init__(self):
        super().__init__()
        self.into = nn.Linear(3, 4)
        self.register_buffer("weigh", torch.tensor([0.5, 1.0, 2.0, 0.25]))

    def forward(self, x, label, pixels):
        y = self.into(x)
        z = F.log_softmax(y.view(-1, 2, 4).transpose(1, 2), 1)
        return (F.cross_entropy(y, label), F.cross_entropy(y, label, self.weigh, ignore_index=2), F.cross_entropy(y, label, reduction="none"),
                F.nll_loss(z, pixels, self.weigh, ignore_index=-1), F.nll_loss(z, pixels.clamp(min=0), reduction="sum"))


def recurrent(seed):
    torch.manual_seed(seed)
    x = lambda length, batch: torch.randn(length, batch, 3)
    h = lambda layers, batch: torch.randn(layers, batch, 4)
    write("lstm", Recurrent("LSTM"), [x(5, 2), h(1, 2), h(1, 2)], 11)
    write("lstm_both_ways", Recurrent("LSTM", num_layers=2, bidirectional=True, batch_first=True), [torch.randn(2, 5, 3)], 14,
          [torch.randn(3, 4, 3)], [0, 1])
    write("gru", Recurrent("GRU", bidirectional=True), [x(4, 2), h(2, 2)], 9)
    write("rnn", Recurrent("RNN", num_layers=2), [x(4, 2)], 13)
    write("rnn_relu", Recurrent("RNN", nonlinearity="relu", bias=False), [x(4, 2), h(1, 2)], 16)


def by_hand():
    """Operators that PyTorch 1.13 writes as several others."""
    import onnx
    from onnx import TensorProto, helper

    torch.manual_seed(3)
    x, scale, shift = torch.randn(2, 4, 3, 2), torch.randn(4), torch.randn(4)
    tensor = lambda name, t: helper.make_tensor(name, TensorProto.FLOAT, list(t.shape), t.flatten().tolist())

    def save(name, opset, nodes, numbers, outputs):
        value = lambda n, shape: helper.make_tensor_value_info(n, TensorProto.FLOAT, shape)
        graph = helper.make_graph([helper.make_node(t, i, [o], **a) for t, i, o, a in nodes], name, [value("x", list(x.shape))],
                                  [value(n, None) for n in outputs], [tensor(n, t) for n, t in numbers.items()])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]), str(here / f"{name}.onnx"))
        np.savez_compressed(here / f"{name}.npz", **{"in.0": x.numpy()}, **{f"out.{i}": y.numpy() for i, y in enumerate(outputs.values())})

    save("by_hand_21", 21,
         [("Gelu", ["x"], "a", {}), ("Gelu", ["x"], "b", {"approximate": "tanh"}), ("Mish", ["x"], "c", {}), ("Softsign", ["x"], "d", {}),
          ("LpNormalization", ["x"], "e", {"axis": 1, "p": 2}), ("LpNormalization", ["x"], "f", {"p": 1}), ("GlobalMaxPool", ["x"], "g", {}),
          ("GroupNormalization", ["x", "scale", "shift"], "h", {"num_groups": 2, "epsilon": 0.01}), ("GlobalAveragePool", ["x"], "i", {})],
         {"scale": scale, "shift": shift},
         {"a": F.gelu(x), "b": F.gelu(x, approximate="tanh"), "c": F.mish(x), "d": F.softsign(x), "e": F.normalize(x, dim=1),
          "f": F.normalize(x, 1, dim=-1), "g": F.adaptive_max_pool2d(x, 1), "h": F.group_norm(x, 2, scale, shift, 0.01),
          "i": F.adaptive_avg_pool2d(x, 1)})
    two, add = scale[:2], shift[:2]
    save("by_hand_18", 18, [("GroupNormalization", ["x", "scale", "shift"], "a", {"num_groups": 2})], {"scale": two, "shift": add},
         {"a": F.group_norm(x, 2, two.repeat_interleave(2), add.repeat_interleave(2))})


def resizing(seed):
    import onnx
    from onnx import TensorProto, helper

    torch.manual_seed(seed)
    for opset in (9, 10, 11, 13):
        write(f"resizing_{opset}", Resizing(opset), [torch.randn(2, 2, 5, 4)], opset, [torch.randn(1, 2, 5, 4)], [0])
    write("branches", Branches(), [torch.randn(2, 1, 3)], 14, [torch.randn(2, 4, 3)], [0, 1])

    write("sampling_linear", Sampling(padding_mode="reflection", align_corners=False), [torch.randn(2, 2, 3, 4)], 16)
    write("sampling_cubic", Sampling(mode="bicubic", padding_mode="border", align_corners=True), [torch.randn(2, 2, 3, 4)], 16)
    write("losses", Losses(), [torch.randn(6, 3), torch.tensor([0, 2, 3, 1, 2, 0]), torch.tensor([[0, -1], [3, 2], [1, -1]])], 13)

    # Smoothed, as PyTorch cannot export it.
    x, value = torch.randn(1, 2, 7, 9), lambda n, shape: helper.make_tensor_value_info(n, TensorProto.FLOAT, shape)
    nodes, outputs = [], {}
    for mode, name in (("linear", "bilinear"), ("cubic", "bicubic")):
        for size in ((3, 4), (12, 5)):
            y = f"{name}_{size[0]}"
            nodes.append(helper.make_node("Resize", ["x", "", "", f"size_{size[0]}"], [y], mode=mode, antialias=1, exclude_outside=1,
                                          cubic_coeff_a=-0.5, axes=[2, 3]))
            outputs[y] = F.interpolate(x, size=size, mode=name, antialias=True)
    sizes = [helper.make_tensor(f"size_{a}", TensorProto.INT64, [2], [a, b]) for a, b in ((3, 4), (12, 5))]
    graph = helper.make_graph(nodes, "smoothed", [value("x", list(x.shape))], [value(n, None) for n in outputs], sizes)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]), str(here / "smoothed.onnx"))
    np.savez_compressed(here / "smoothed.npz", **{"in.0": x.numpy()}, **{f"out.{i}": y.numpy() for i, y in enumerate(outputs.values())})


def main():
    by_hand()
    torch.manual_seed(1)
    for opset in (9, 12, 13, 17):
        write(f"activations_{opset}", Activations(opset), [torch.randn(3, 4)], opset, [torch.randn(5, 4)], [0])
    write("pictures", Pictures(), [torch.randn(2, 1, 8, 8)], 13, [torch.randn(3, 1, 8, 8)], [0])
    write("residual", Residual(), [torch.randn(2, 3, 16, 16)], 11)
    write("windows", Windows(), [torch.randn(2, 2, 5, 4)], 11)
    write("line", Line(), [torch.randn(2, 2, 8)], 10)
    recurrent(2)
    tokens = lambda n, l: torch.randint(0, 11, (n, l))
    for opset in (11, 14, 17):
        write(f"block_{opset}", Block(), [tokens(2, 5)], opset, [tokens(3, 7)], [0, 1])
    write("encoder", Encoder(), [torch.randn(2, 5, 8)], 14, training=True)
    for opset in (14, 16):
        write(f"shapes_{opset}", Shapes(), [torch.randn(4, 6)], opset)
    resizing(4)


if __name__ == "__main__":
    main()
