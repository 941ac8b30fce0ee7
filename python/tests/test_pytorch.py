"""Beside PyTorch, where it is installed: gradients, layers, training, files."""

import numpy as np
import pytest

import seegrad as sg
from seegrad import nn

torch = pytest.importorskip("torch")
F = torch.nn.functional


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (lambda x, w: sg.sum(sg.tanh(x @ w)), lambda x, w: torch.tanh(x @ w).sum()),
        (lambda x, w: sg.mean(sg.softmax(x @ w) ** 2), lambda x, w: (torch.softmax(x @ w, -1) ** 2).mean()),
        (lambda x, w: sg.norm(sg.gelu(x @ w)), lambda x, w: F.gelu(x @ w).norm()),
        (lambda x, w: sg.sum((x @ w)[1:, ::2] / 3), lambda x, w: ((x @ w)[1:, ::2] / 3).sum()),
        (lambda x, w: sg.logsumexp(x) * sg.max(w), lambda x, w: torch.logsumexp(x.flatten(), 0) * w.max()),
    ],
)
@pytest.mark.parametrize("dtype, digits", [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_gradients(ours, theirs, dtype, digits):
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(4, 3)).astype(dtype), rng.normal(size=(3, 5)).astype(dtype)
    y, (dx, dw) = sg.value_and_gradient(ours, x, w)
    tx, tw = (torch.tensor(a, requires_grad=True) for a in (x, w))
    z = theirs(tx, tw)
    z.backward()
    assert y == pytest.approx(z.item(), rel=digits)
    np.testing.assert_allclose(dx, tx.grad.numpy(), rtol=digits, atol=digits)
    np.testing.assert_allclose(dw, tw.grad.numpy(), rtol=digits, atol=digits)
    assert dx.dtype == dtype


def test_training_is_the_same():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(64, 8)).astype(np.float32), rng.normal(size=(64, 3)).astype(np.float32)
    theirs = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3))
    ours = nn.sequential(nn.linear(8, 16), nn.tanh(), nn.linear(16, 3))
    nn.load_state_dict(ours, {name: p.detach().numpy() for name, p in theirs.named_parameters()})
    optimiser = torch.optim.Adam(theirs.parameters(), lr=0.01)
    step, mine = nn.training_step(ours, nn.mse_loss), nn.adam(0.01)
    for _ in range(30):
        optimiser.zero_grad()
        loss = F.mse_loss(theirs(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        optimiser.step()
        assert step.update(x, y, mine) == pytest.approx(loss.item(), rel=1e-4)
    for name, p in theirs.named_parameters():
        np.testing.assert_allclose(nn.state_dict(ours)[name], p.detach().numpy(), atol=2e-4)


def test_files(tmp_path):
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    torch.save(theirs.state_dict(), tmp_path / "theirs.pt")
    ours = nn.sequential(nn.linear(3, 4), nn.relu(), nn.linear(4, 2))
    nn.load(ours, tmp_path / "theirs.pt")
    x = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(x), theirs(torch.tensor(x)).detach().numpy(), atol=1e-6)
    nn.save(ours, tmp_path / "ours.pt")
    found = torch.load(tmp_path / "ours.pt")
    assert list(found) == [name for name, _ in sorted(theirs.named_parameters())] or set(found) == set(dict(theirs.named_parameters()))
    for name, p in theirs.named_parameters():
        assert torch.equal(found[name], p.detach())


def test_a_tensor_of_theirs_is_data():
    with sg.graph():
        x = sg.input(np.ones(3))
        y = x * torch.arange(3.0, dtype=torch.float64)
        assert isinstance(y, sg.tensor) and y.value.tolist() == [0, 1, 2]
        assert torch.from_numpy(x.value.copy()).tolist() == [1, 1, 1]
