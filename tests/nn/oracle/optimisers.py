"""What PyTorch 1.13 (and, for Lion, the paper's algorithm in numpy) makes of a small model with every optimiser and schedule.

    python3 tests/nn/oracle/optimisers.py > tests/nn/oracle/optimisers.hpp

The model: r = tanh(x W + b), loss = sum (r - y)^2 + sum W^4 / 10, in float64.
"""

import math

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, -2.0], [0.5, 0.25], [-1.5, 1.0], [2.0, 0.75]])
y = torch.tensor([[0.5, -0.5, 1.0], [0.0, 0.25, -0.75], [1.0, 0.5, -1.0], [-0.25, 0.0, 0.5]])
W0 = [[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]]
b0 = [0.1, -0.2, 0.3]
steps = 5


def loss_of(W, b):
    h = x @ W if b is None else x @ W + b
    return ((torch.tanh(h) - y) ** 2).sum() + (W**4).sum() / 10


def flat(*ps):
    return [float(v) for p in ps for v in p.detach().reshape(-1)]


def run(make, clip=None, without_bias=(), lr=None):
    W, b = torch.nn.Parameter(torch.tensor(W0)), torch.nn.Parameter(torch.tensor(b0))
    optimiser = make(W, b)
    out = []
    for k in range(steps):
        optimiser.zero_grad(set_to_none=True)
        loss_of(W, None if k in without_bias else b).backward()
        if clip:
            clip([W, b])
        if lr:
            for group in optimiser.param_groups:
                group["lr"] = lr(k)
        optimiser.step()
        out += flat(W, b)
    return out


def run_lbfgs(calls, **options):
    W, b = torch.nn.Parameter(torch.tensor(W0)), torch.nn.Parameter(torch.tensor(b0))
    optimiser = torch.optim.LBFGS([W, b], **options)

    def closure():
        optimiser.zero_grad()
        loss = loss_of(W, b)
        loss.backward()
        return loss

    out = []
    for _ in range(calls):
        optimiser.step(closure)
        out += flat(W, b)
    return out + [optimiser.state[W]["func_evals"]]


def run_rosenbrock(start, **options):
    p = torch.nn.Parameter(torch.tensor(start))
    optimiser = torch.optim.LBFGS([p], max_iter=200, max_eval=1000, line_search_fn="strong_wolfe", **options)

    def closure():
        optimiser.zero_grad()
        a, b = p[:-1], p[1:]
        loss = (100 * (b - a * a) ** 2 + (1 - a) ** 2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return flat(p) + [optimiser.state[p]["n_iter"], optimiser.state[p]["func_evals"]]


def run_lion(lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
    p = [np.array(W0), np.array(b0)]
    m = [np.zeros_like(q) for q in p]
    out = []
    for _ in range(steps):
        W, b = (torch.tensor(q, requires_grad=True) for q in p)
        loss_of(W, b).backward()
        for i, g in enumerate([W.grad.numpy(), b.grad.numpy()]):
            update = betas[0] * m[i] + (1 - betas[0]) * g
            p[i] = p[i] - lr * (np.sign(update) + weight_decay * p[i])
            m[i] = betas[1] * m[i] + (1 - betas[1]) * g
        out += [float(v) for q in p for v in q.reshape(-1)]
    return out


def both(kind, **options):
    return run(lambda W, b: kind([W, b], **options))


def by_norm(ps):
    torch.nn.utils.clip_grad_norm_(ps, 0.5)


def by_norm_of_largest(ps):
    torch.nn.utils.clip_grad_norm_(ps, 0.5, norm_type=math.inf)


def by_value(ps):
    torch.nn.utils.clip_grad_value_(ps, 0.3)


o = torch.optim
cases = {
    "sgd": both(o.SGD, lr=0.1),
    "sgd_momentum": both(o.SGD, lr=0.05, momentum=0.9),
    "sgd_dampening": both(o.SGD, lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.1),
    "sgd_nesterov": both(o.SGD, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.01),
    "sgd_maximize": both(o.SGD, lr=0.01, momentum=0.5, weight_decay=0.1, maximize=True),
    "sgd_clip_norm": run(lambda W, b: o.SGD([W, b], lr=0.1, momentum=0.9), by_norm),
    "sgd_clip_norm_inf": run(lambda W, b: o.SGD([W, b], lr=0.1), by_norm_of_largest),
    "sgd_clip_value": run(lambda W, b: o.SGD([W, b], lr=0.1, weight_decay=0.1), by_value),
    "rmsprop": both(o.RMSprop),
    "rmsprop_momentum": both(o.RMSprop, lr=0.02, alpha=0.9, momentum=0.7, weight_decay=0.1),
    "rmsprop_centered": both(o.RMSprop, lr=0.02, alpha=0.8, eps=1e-3, centered=True),
    "rmsprop_all": both(o.RMSprop, lr=0.02, alpha=0.8, momentum=0.6, centered=True, maximize=True),
    "adagrad": both(o.Adagrad),
    "adagrad_all": both(o.Adagrad, lr=0.1, lr_decay=0.2, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3),
    "adagrad_maximize": both(o.Adagrad, lr=0.05, maximize=True),
    "adam": both(o.Adam),
    "adam_all": both(o.Adam, lr=0.05, betas=(0.8, 0.9), eps=1e-2, weight_decay=0.1),
    "adam_amsgrad": both(o.Adam, lr=0.2, betas=(0.5, 0.6), amsgrad=True),
    "adam_maximize": both(o.Adam, lr=0.01, maximize=True),
    "adam_schedule": run(lambda W, b: o.Adam([W, b]), lr=lambda k: 0.1 / (1 + k)),
    "adam_without_bias": run(lambda W, b: o.Adam([W, b], lr=0.1), without_bias=(0, 3)),
    "adamw": both(o.AdamW),
    "adamw_all": both(o.AdamW, lr=0.1, betas=(0.5, 0.6), eps=1e-3, weight_decay=0.5, amsgrad=True, maximize=True),
    "adamw_groups": run(
        lambda W, b: o.AdamW([{"params": [W], "lr": 0.02}, {"params": [b], "weight_decay": 0.0}], lr=0.1, weight_decay=0.5)
    ),
    "lion": run_lion(),
    "lion_all": run_lion(0.05, (0.6, 0.7), 0.3),
    "lbfgs": run_lbfgs(3, lr=0.1, max_iter=5),
    "lbfgs_history": run_lbfgs(3, lr=0.3, max_iter=4, history_size=2),
    "lbfgs_wolfe": run_lbfgs(3, max_iter=3, max_eval=100, line_search_fn="strong_wolfe"),
    "lbfgs_wolfe_default": run_lbfgs(1, lr=3, line_search_fn="strong_wolfe"),
    "lbfgs_wolfe_short": run_lbfgs(2, lr=0.001, max_iter=2, line_search_fn="strong_wolfe"),
    "rosenbrock": run_rosenbrock([-1.2, 1.0]),
    "rosenbrock_long": run_rosenbrock([0.5, 2.0, -0.5, 1.5, 0.0, 0.75], history_size=5),
}


def rates(make, n=20, lr=0.1, metrics=None):
    p = torch.nn.Parameter(torch.zeros(1))
    optimiser = o.SGD([p], lr=lr, momentum=0.9)
    scheduler = make(optimiser)
    out = []
    for k in range(n):
        if metrics is None:
            out.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if metrics is None:
            if k + 1 < n:
                scheduler.step()
        else:
            scheduler.step(metrics[k])
            out.append(optimiser.param_groups[0]["lr"])
    return out


s = o.lr_scheduler
losses = [1.0, 0.9, 0.9, 0.95, 0.89995, 0.91, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4, 0.45, 0.45, 0.45, 0.45, 0.45, 0.45]
cases |= {
    "step_lr": rates(lambda a: s.StepLR(a, 3, 0.5)),
    "multi_step_lr": rates(lambda a: s.MultiStepLR(a, [2, 7, 7, 12])),
    "exponential_lr": rates(lambda a: s.ExponentialLR(a, 0.8)),
    "cosine_annealing": rates(lambda a: s.CosineAnnealingLR(a, 8, 0.01)),
    "one_cycle": rates(lambda a: s.OneCycleLR(a, 0.5, total_steps=20)),
    "one_cycle_other": rates(lambda a: s.OneCycleLR(a, 0.5, total_steps=20, pct_start=0.45, div_factor=5, final_div_factor=100)),
    "linear_lr": rates(lambda a: s.LinearLR(a, total_iters=5)),
    "losses": losses,
    "plateau": rates(lambda a: s.ReduceLROnPlateau(a, patience=1, factor=0.5), metrics=losses),
    "plateau_cooldown": rates(lambda a: s.ReduceLROnPlateau(a, patience=1, cooldown=2, factor=0.3, min_lr=0.02), metrics=losses),
    "plateau_max": rates(
        lambda a: s.ReduceLROnPlateau(a, "max", patience=2, threshold=0.05, threshold_mode="abs"), metrics=[-v for v in losses]
    ),
    "plateau_max_rel": rates(lambda a: s.ReduceLROnPlateau(a, "max", patience=0, threshold=0.2), metrics=losses[::-1]),
    "plateau_eps": rates(lambda a: s.ReduceLROnPlateau(a, patience=0, factor=0.5, eps=0.02), metrics=losses),
}

print("// Written by optimisers.py beside this file, with PyTorch 1.13: the parameters after each step, or the learning rates.")
print("#pragma once\n\n#include <map>\n#include <string>\n#include <vector>\n")
print("// clang-format off\ninline const std::map<std::string, std::vector<double>> optimisers_oracle{")
for name, numbers in cases.items():
    line = f'    {{"{name}", {{'
    for i, v in enumerate(numbers):
        word = repr(float(v)) + (", " if i + 1 < len(numbers) else "}},")
        if len(line) + len(word) > 130:
            print(line.rstrip())
            line = "     "
        line += word
    print(line)
print("};\n// clang-format on")
