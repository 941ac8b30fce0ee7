"""Another reader's side of the tests of ONNX files: onnx checks them, and torch computes what they say.

check FOLDER    every NAME.onnx, with the inputs and outputs in every NAME.*.npz (whose arrays are called as in the model)
"""
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

TYPES = {1: torch.float32, 7: torch.int64, 9: torch.bool, 11: torch.float64}


def pads(p, x, value):
    """x with pads as ONNX has them, all fronts first."""
    n = len(p) // 2
    flat = [int(v) for i in reversed(range(n)) for v in (p[i], p[n + i])]
    return F.pad(x, flat, value=value)


def slice_(x, starts, ends, axes, steps=None):
    steps = [1] * len(starts) if steps is None else steps.tolist()
    for a, s, e, t in zip(axes.tolist(), starts.tolist(), ends.tolist(), steps):
        e = None if e < -(2**62) or (t < 0 and e < -x.shape[a]) else e  # as far as there is something
        x = torch.from_numpy(np.ascontiguousarray(x.numpy()[(slice(None),) * a + (slice(s, e, t),)]))
    return x


def reduce(f):
    def run(x, over=None, axes=None, keepdims=1):
        over = list(over.tolist() if over is not None else axes)
        for a in sorted(over, reverse=True):
            x = f(x, a)
            x = x.unsqueeze(a) if keepdims else x
        return x

    return run


def reshape(x, shape):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape.tolist())])


def conv(x, w, kernel_shape, strides, pads, dilations, group):
    assert list(w.shape[2:]) == kernel_shape and pads[:2] == pads[2:]
    return F.conv2d(x, w, None, strides, pads[:2], dilations, group)


def conv_transpose(x, w, kernel_shape, strides, pads, dilations, group, output_padding):
    assert pads[:2] == pads[2:]
    return F.conv_transpose2d(x, w, None, strides, pads[:2], output_padding, group, dilations)


def max_pool(x, kernel_shape, strides, pads, dilations):
    return F.max_pool2d(globals()["pads"]([0, 0, *pads[:2], 0, 0, *pads[2:]], x, -np.inf), kernel_shape, strides, 0, dilations)


def avg_pool(x, kernel_shape, strides, pads=(0, 0, 0, 0), count_include_pad=0):
    return F.avg_pool2d(x, kernel_shape, strides, pads[:2], False, bool(count_include_pad))


OPS = {
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "Pow": torch.pow, "Min": torch.minimum,
    "Max": torch.maximum,
    "Neg": torch.neg, "Abs": torch.abs, "Sign": torch.sign, "Floor": torch.floor, "Ceil": torch.ceil, "Exp": torch.exp,
    "Log": torch.log,
    "Sqrt": torch.sqrt, "Erf": torch.erf, "Sin": torch.sin, "Cos": torch.cos, "Tan": torch.tan, "Asin": torch.asin,
    "Acos": torch.acos,
    "Atan": torch.atan, "Sinh": torch.sinh, "Cosh": torch.cosh, "Tanh": torch.tanh, "Asinh": torch.asinh, "Acosh": torch.acosh,
    "Atanh": torch.atanh, "Sigmoid": torch.sigmoid, "Relu": torch.relu, "Softplus": lambda x: F.softplus(x, threshold=1e9),
    "Softsign": F.softsign, "LeakyRelu": lambda x, alpha: F.leaky_relu(x, alpha), "Elu": lambda x, alpha: F.elu(x, alpha),
    "Clip": lambda x, a, b: torch.clamp(x, a, b), "Where": torch.where, "Greater": torch.gt,
    "GreaterOrEqual": torch.ge, "Less": torch.lt, "LessOrEqual": torch.le, "Equal": torch.eq, "And": torch.logical_and,
    "Or": torch.logical_or, "Xor": torch.logical_xor, "Not": torch.logical_not, "IsNaN": torch.isnan, "IsInf": torch.isinf,
    "ArgMax": lambda x, axis, keepdims: x.argmax(axis, bool(keepdims)),
    "ArgMin": lambda x, axis, keepdims: x.argmin(axis, bool(keepdims)),
    "TopK": lambda x, k, axis, largest: torch.topk(x, k.item(), axis, bool(largest)),
    "ReduceLogSumExp": reduce(lambda x, a: x.logsumexp(a)),
    "Mod": lambda a, b, fmod: torch.fmod(a, b),
    "Identity": lambda x: x, "Cast": lambda x, to: x.to(TYPES[to]), "Reshape": reshape,
    "Transpose": lambda x, perm: x.permute(perm),
    "Expand": lambda x, s: x * torch.ones(s.tolist(), dtype=x.dtype), "Slice": slice_,
    "Pad": lambda x, p, v: pads(p.tolist(), x, v.item()),
    "Concat": lambda *x, axis: torch.cat(x, axis),
    "Gather": lambda x, i, axis: torch.from_numpy(np.take(x.numpy(), i.numpy(), axis)),
    "GatherElements": lambda x, i, axis: torch.gather(x, axis, i), "ReduceSum": reduce(lambda x, a: x.sum(a)),
    "ReduceProd": reduce(lambda x, a: x.prod(a)),
    "ReduceMean": lambda x, axes, keepdims: x.mean(dim=list(axes), keepdim=bool(keepdims)),
    "ReduceMax": reduce(lambda x, a: x.max(a)[0]), "ReduceMin": reduce(lambda x, a: x.min(a)[0]),
    "Softmax": lambda x, axis: torch.softmax(x, axis), "LogSoftmax": lambda x, axis: torch.log_softmax(x, axis),
    "CumSum": lambda x, a, reverse: x.flip(a.item()).cumsum(a.item()).flip(a.item()) if reverse else x.cumsum(a.item()),
    "MatMul": torch.matmul, "Gemm": lambda x, w, b, transB: x @ (w.T if transB else w) + b, "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool, "AveragePool": avg_pool, "GlobalAveragePool": lambda x: x.mean((2, 3), keepdim=True),
}


def run(model, inputs):
    values = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
    for i in model.graph.input:
        x = torch.from_numpy(inputs[i.name])
        kind = i.type.tensor_type
        assert TYPES[kind.elem_type] == x.dtype and len(kind.shape.dim) == x.dim(), i.name
        assert all(d.dim_param == "batch" or d.dim_value == n for d, n in zip(kind.shape.dim, x.shape)), i.name
        values[i.name] = x
    for n in model.graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}
        result = OPS[n.op_type](*[values[i] for i in n.input], **attributes)
        for name, y in zip(n.output, result if len(n.output) > 1 else [result]):
            values[name] = y
    return {o.name: values[o.name].numpy() for o in model.graph.output}


def check(folder):
    count, wrong = 0, []
    for file in sorted(folder.glob("*.onnx")):
        model = onnx.load(str(file))
        onnx.checker.check_model(model, full_check=True)
        names = [t.name for t in model.graph.initializer]
        used = {i for n in model.graph.node for i in n.input}
        assert set(names) <= used, f"{file.stem}: numbers that nothing uses: {set(names) - used}"
        runs = sorted(folder.glob(file.stem + ".*.npz"))
        assert runs
        for arrays in runs:
            given = dict(np.load(arrays))
            for name, y in run(model, given).items():
                e = given[name]
                count += 1
                tolerance = 2e-5 if e.dtype == np.float32 else 1e-9
                if y.dtype != e.dtype or y.shape != e.shape or not np.allclose(y, e, tolerance, tolerance):
                    wrong.append(f"{arrays.name}: {y.dtype}{y.shape} for {e.dtype}{e.shape}\n{y}\n{e}")
    for w in wrong[:5]:
        print(w)
    assert count > 0 and not wrong, f"{len(wrong)} of {count} differ"
    print(count, "results agree with torch")


{"check": check}[sys.argv[1]](Path(sys.argv[2]))
