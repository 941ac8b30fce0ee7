"""Prints tests/nn/oracle/losses.txt: what PyTorch says of losses and their gradients.  python3 losses.py > losses.txt

A case is a line with its name, and then: how many operands and the operands, the loss, how many gradients and the gradients, each
after the number of its operand. Of a loss with several elements, the gradients are those of their sum with the weights 1, 2, 3, …
Operands are rounded to two decimals, so that the table holds them exactly.
"""

import textwrap

import torch
import torch.nn.functional as F

random = torch.Generator().manual_seed(1)


def near(*shape, low=-2.0, high=2.0):
    x = torch.rand(*shape, generator=random, dtype=torch.float64) * (high - low) + low
    return (x * 100).round() / 100


def inner(*shape):
    return near(*shape, low=0.05, high=0.95)


def rows(*shape):
    """Rounded weights along axis 1 that sum to 1."""
    x = near(*shape, low=0.05, high=0.9 / shape[1])
    last = 1 - x[:, 1:].sum(1, keepdim=True)
    return torch.cat([(last * 100).round() / 100, x[:, 1:]], 1)


def signs(*shape):
    return torch.where(near(*shape) > 0, 1.0, -1.0).double()


def text(x):
    """Type, number of axes, extents, numbers."""
    kind = "int64" if x.dtype == torch.int64 else "float64"
    return " ".join(map(str, [kind, x.dim(), *x.shape])) + "".join(f" {v:.14g}" for v in x.detach().flatten().tolist())


def emit(name, loss, *operands, fixed=()):
    """Gradients are by the floating operands, but not by those whose numbers are in `fixed`."""
    x = [a.clone().requires_grad_(a.is_floating_point() and i not in fixed) for i, a in enumerate(operands)]
    y = loss(*x)
    y.backward(torch.arange(1, y.numel() + 1, dtype=torch.float64).reshape(y.shape))
    wanted = [i for i, a in enumerate(x) if a.requires_grad]
    gradients = [f"{i} {text(x[i].grad)}" for i in wanted]
    print(name)
    print(textwrap.fill(" ".join([str(len(x)), *map(text, x), text(y), str(len(wanted)), *gradients]), 130))


def all_reductions(name, loss, *operands, fixed=(), extra=(), **options):
    for r in ("mean", "sum", "none", *extra):
        emit(f"{name} {r}", lambda *x: loss(*x, reduction=r, **options), *operands, fixed=fixed)


a, b = near(2, 3), near(2, 3)
all_reductions("mse_loss", F.mse_loss, a, b)
all_reductions("l1_loss", F.l1_loss, a, b)
all_reductions("huber_loss", F.huber_loss, a, b)
emit("huber_loss delta", lambda x, y: F.huber_loss(x, y, delta=0.4), a, b)
all_reductions("smooth_l1_loss", F.smooth_l1_loss, a, b)
emit("smooth_l1_loss beta", lambda x, y: F.smooth_l1_loss(x, y, beta=0.4), a, b)
emit("smooth_l1_loss beta 0", lambda x, y: F.smooth_l1_loss(x, y, beta=0.0), a, b)

p, q, w = inner(2, 3), inner(2, 3), torch.tensor([0.5, 1.0, 2.0]).double()
all_reductions("binary_cross_entropy", F.binary_cross_entropy, p, q, fixed=(1,))
emit("binary_cross_entropy weight", lambda x, y: F.binary_cross_entropy(x, y, weight=w), p, q, fixed=(1,))
with_logits = F.binary_cross_entropy_with_logits
pos = torch.tensor([3.0, 1.0, 0.25]).double()
all_reductions("binary_cross_entropy_with_logits", with_logits, a, q)
emit("binary_cross_entropy_with_logits weight", lambda x, y: with_logits(x, y, weight=w), a, q, fixed=(1,))
emit("binary_cross_entropy_with_logits pos_weight", lambda x, y: with_logits(x, y, pos_weight=pos), a, q)
emit("binary_cross_entropy_with_logits both", lambda x, y: with_logits(x, y, weight=w, pos_weight=pos), a, q, fixed=(1,))

z, labels, some = near(4, 3), torch.tensor([2, 0, 1, 2]), torch.tensor([2, -100, 1, -100])
z3, labels3 = near(2, 3, 2), torch.tensor([[0, 2], [1, 7]])
z4, labels4 = near(1, 3, 2, 2), torch.tensor([[[0, 2], [1, 1]]])
all_reductions("cross_entropy", F.cross_entropy, z, labels)
all_reductions("cross_entropy weight", F.cross_entropy, z, labels, weight=w)
all_reductions("cross_entropy ignored", F.cross_entropy, z, some)
emit("cross_entropy weight ignored", lambda x, y: F.cross_entropy(x, y, weight=w), z, some)
all_reductions("cross_entropy smooth", F.cross_entropy, z, labels, label_smoothing=0.1)
all_reductions("cross_entropy smooth weight", F.cross_entropy, z, labels, weight=w, label_smoothing=0.1)
all_reductions("cross_entropy smooth ignored", F.cross_entropy, z, some, label_smoothing=0.1)
all_reductions("cross_entropy rank 3", F.cross_entropy, z3, labels3, ignore_index=7, weight=w)
emit("cross_entropy rank 4", lambda x, y: F.cross_entropy(x, y, weight=w, reduction="none", label_smoothing=0.2), z4, labels4)
emit("cross_entropy rank 1", F.cross_entropy, z[0], torch.tensor(1))
soft, soft3 = rows(4, 3), rows(2, 3, 2)
all_reductions("cross_entropy soft", F.cross_entropy, z, soft)
emit("cross_entropy soft weight smooth", lambda x, y: F.cross_entropy(x, y, weight=w, label_smoothing=0.1), z, soft)
emit("cross_entropy soft rank 3", lambda x, y: F.cross_entropy(x, y, weight=w, reduction="none"), z3, soft3)
emit("cross_entropy soft rank 3 mean", F.cross_entropy, z3, soft3)
emit("cross_entropy soft rank 1", F.cross_entropy, z[0], soft[0])
log_p = z.log_softmax(1).mul(100).round() / 100
all_reductions("nll_loss", F.nll_loss, log_p, some, weight=w)
emit("nll_loss rank 3", F.nll_loss, -z3.abs(), torch.tensor([[0, 2], [1, 1]]))

all_reductions("kl_div", F.kl_div, log_p, soft, extra=("batchmean",))
emit("kl_div zero", F.kl_div, log_p[:2], torch.tensor([[0.5, 0.0, 0.5], [1.0, 0.0, 0.0]]).double(), fixed=(1,))
log_q = soft.log().mul(100).round() / 100
emit("kl_div log_target", lambda x, y: F.kl_div(x, y, reduction="batchmean", log_target=True), log_p, log_q)


def hinge(x, y, reduction="mean", margin=1.0):
    each = (margin - x * y).clamp(min=0)
    return each if reduction == "none" else getattr(each, reduction)()


far, sign = near(5, low=-1.9), signs(5)
all_reductions("hinge_loss", hinge, far, sign, fixed=(1,))
emit("hinge_loss margin", lambda x, y: hinge(x, y, margin=0.3), far, sign, fixed=(1,))
all_reductions("hinge_embedding_loss", F.hinge_embedding_loss, far, sign, fixed=(1,))
emit("hinge_embedding_loss margin", lambda x, y: F.hinge_embedding_loss(x, y, margin=0.5), far, sign, fixed=(1,))

u, v, n = near(3, 4), near(3, 4), near(3, 4)
c = near(2, 3, 2)
emit("cosine_similarity", F.cosine_similarity, u, v)
emit("cosine_similarity axis 0", lambda x, y: F.cosine_similarity(x, y, dim=0), u, v)
emit("cosine_similarity rank 3", F.cosine_similarity, c, near(2, 3, 2))
emit("cosine_similarity pairs", lambda x, y: F.cosine_similarity(x, y, dim=2), u[:2].reshape(2, 1, 4), v.reshape(1, 3, 4))
pairs = torch.tensor([1.0, -1.0, -1.0]).double()
all_reductions("cosine_embedding_loss", F.cosine_embedding_loss, u, v, pairs, fixed=(2,))
emit("cosine_embedding_loss margin", lambda x, y, t: F.cosine_embedding_loss(x, y, t, margin=-0.9), u, v, pairs, fixed=(2,))
all_reductions("triplet_margin_loss", F.triplet_margin_loss, u, v, n)
emit("triplet_margin_loss margin", lambda x, y, t: F.triplet_margin_loss(x, y, t, margin=2.5, eps=0.01), u, v, n)
emit("triplet_margin_loss swap", lambda x, y, t: F.triplet_margin_loss(x, y, t, margin=2.0, swap=True, reduction="none"), u, v, n)
