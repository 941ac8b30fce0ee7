"""Models of Python classes: their parts, training, files."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import seegrad as sg
from seegrad import nn


class mlp:
    def __init__(self, sizes=(2, 16, 1), dtype="float32"):
        self.layers = [nn.linear(a, b, dtype=dtype) for a, b in zip(sizes, sizes[1:])]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = sg.tanh(layer(x))
        return self.layers[-1](x)


class parts:
    def __init__(self):
        self.hidden = nn.linear(3, 4)
        self.scale = nn.parameter(np.ones(4, np.float32))
        self.mean = nn.buffer(np.zeros(4, np.float32))
        self.blocks = {"a": nn.residual(nn.sequential(nn.linear(4, 4), nn.relu())), "b": (nn.layer_norm(4), nn.dropout(0.5))}
        self.again = self.hidden
        self.name = "text"

    def __call__(self, x):
        y = self.hidden(x) * self.scale()
        return self.blocks["b"][1](self.blocks["b"][0](self.blocks["a"](y)))


def xor():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    return x, np.array([[0], [1], [1], [0]], np.float32)


def test_parts_are_found_in_their_order():
    model = parts()
    assert [name for name, _ in nn.parameters(model)] == [
        "hidden.weight",
        "hidden.bias",
        "scale",
        "blocks.a.inner.0.weight",
        "blocks.a.inner.0.bias",
        "blocks.b.0.weight",
        "blocks.b.0.bias",
    ]
    assert nn.count_parameters(model) == 16 + 4 + 20 + 8
    assert list(nn.state_dict(model)) == sorted([name for name, _ in nn.parameters(model)] + ["mean"])
    nn.freeze(model.hidden)
    assert nn.count_parameters(model) == 32 and not model.hidden.weight.trainable
    nn.unfreeze(model)
    assert nn.count_parameters(model) == 48
    nn.to(model, "float64")
    assert model.hidden.weight.dtype == np.float64 and model.mean.value.dtype == np.float64
    x = np.ones((5, 3))
    nn.eval(model)
    assert np.array_equal(model(x).numpy(), model(x).numpy())
    nn.train(model)
    assert not np.array_equal(model(x).numpy(), model(x).numpy())


def test_a_model_without_parts():
    assert nn.parameters(lambda x: x) == []
    with pytest.raises(ValueError):
        nn.fit(lambda x: x, xor(), epochs=1, progress="none")


def test_gradients_of_a_layer():
    nn.manual_seed(1)
    layer = nn.linear(3, 2, dtype="float64")
    x = np.arange(12.0).reshape(4, 3)
    with sg.graph():
        y = layer(x)
        np.testing.assert_allclose(y.value, x @ layer.weight.value.T + layer.bias.value, rtol=1e-15)
        sg.sum(y * y).backward()
        np.testing.assert_allclose(layer.weight.grad, 2 * y.value.T @ x, rtol=1e-14)
        np.testing.assert_allclose(layer.bias.grad, 2 * y.value.sum(0), rtol=1e-14)
    layer.weight.value = np.zeros((2, 3))
    layer.bias.value = np.ones(2)
    assert layer(x).tolist() == [[1, 1]] * 4  # nothing records, and what is given is plain
    with pytest.raises(ValueError, match=r"\[3x2\]"):
        layer.weight.value = np.zeros((3, 2))
    assert nn.linear(3, 2, bias=False).bias is None
    with pytest.raises(ValueError):
        layer(np.ones((4, 5)))


def test_a_part_outlives_its_layer():
    weight = nn.linear(3, 2).weight
    assert weight.shape == (2, 3)
    pairs = nn.parameters(mlp())
    assert pairs[0][1].shape == (16, 2)


def test_xor():
    nn.manual_seed(1)
    model = mlp()
    x, y = xor()
    result = nn.fit(model, (x, y), epochs=400, batch_size=4, optimiser=nn.adam(0.02), progress="none")
    assert result.history["loss"][-1] < 1e-3 < result.history["loss"][0]
    assert len(result.history) == 400 and "epoch" in result.history.columns
    np.testing.assert_allclose(nn.predict(model, x), y, atol=0.1)
    loss, metric = nn.evaluate(model, (x, y))
    assert loss < 1e-3 and np.isnan(metric)
    assert result.optimiser.steps == 400
    with pytest.raises(KeyError):
        result.history["no such"]


def test_three_ways_to_train_are_one():
    x, y = xor()

    def by_hand(model, optimiser):
        for _ in range(20):
            with sg.graph():
                loss = nn.mse_loss(model(x), y)
                loss.backward()
                optimiser.step(model)

    def by_steps(model, optimiser):
        step = nn.training_step(model, nn.mse_loss)
        for _ in range(20):
            loss, gradients, _ = step(x, y)
            optimiser.step(model, gradients)
        assert step.steps_run > 10, step.why_recorded

    def by_updates(model, optimiser):
        step = nn.training_step(model)
        for _ in range(20):
            step.update(x, y, optimiser)

    def by_fit(model, optimiser):
        nn.fit(model, (x, y), epochs=20, batch_size=4, shuffle=False, optimiser=optimiser, progress="none")

    ends = []
    for way in (by_hand, by_steps, by_updates, by_fit):
        nn.manual_seed(3)
        model = mlp()
        way(model, nn.adam(0.01))
        ends.append(nn.state_dict(model))
    for other in ends[1:]:
        for name, numbers in ends[0].items():
            np.testing.assert_array_equal(numbers, other[name])


def test_losses_and_classes():
    rng = np.random.default_rng(1)
    labels = np.arange(90) % 3
    x = (rng.normal(size=(90, 2)) * 0.3 + np.array([[0, 0], [3, 0], [0, 3]])[labels]).astype(np.float32)
    nn.manual_seed(1)
    model = mlp((2, 8, 3))
    result = nn.fit(model, (x, labels), epochs=40, optimiser=nn.adam(0.05), validation=(x, labels), progress="none")
    assert result.history.last("accuracy") > 0.95 and result.history.last("validation accuracy") > 0.95
    predictions = nn.predict(model, x)
    assert nn.accuracy(predictions, labels) > 0.95
    confusion = nn.confusion_matrix(predictions, labels)
    assert confusion.sum() == 90 and nn.f1(confusion, "macro") > 0.95 and nn.precision(confusion).shape == (3,)
    logits = rng.normal(size=(5, 3))
    target = np.array([0, 2, 1, 1, 0])
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert nn.cross_entropy(logits, target) == pytest.approx(-np.log(p[np.arange(5), target]).mean(), rel=1e-12)
    assert nn.cross_entropy(logits, target, reduction="none").shape == (5,)
    with pytest.raises(ValueError, match="reduction"):
        nn.cross_entropy(logits, target, reduction="average")
    with pytest.raises(ValueError):
        nn.cross_entropy(logits, target + 5)


def test_a_loss_and_a_metric_of_pythons():
    calls = []

    def loss(prediction, target):
        calls.append(1)
        return sg.mean(sg.square(prediction - target))

    def worst(prediction, target):
        return np.abs(prediction - target).max()

    nn.manual_seed(1)
    x, y = xor()
    result = nn.fit(mlp(), (x, y), epochs=5, batch_size=4, loss=loss, metric=worst, progress="none")
    assert len(calls) == 5 and "worst" in result.history.columns
    with pytest.raises(ZeroDivisionError):
        nn.fit(mlp(), (x, y), epochs=5, loss=lambda a, b: 1 / 0, progress="none")
    seen = []
    result = nn.fit(mlp(), (x, y), epochs=50, progress="none", after_epoch=lambda h: seen.append(h.last("loss")) or len(seen) < 3)
    assert len(seen) == 3 and result.stopped_early
    assert nn.cosine_annealing(0.1, 10)(10) == pytest.approx(0.0, abs=1e-12)
    result = nn.fit(mlp(), (x, y), epochs=3, schedule=lambda epoch: 0.1 / (1 + epoch), progress="none")
    assert result.history["learning rate"] == [0.1, 0.05, 0.1 / 3]


def test_what_fit_prints(capsys):
    x, y = xor()
    nn.fit(mlp(), (x, y), epochs=2)
    assert capsys.readouterr().out.count("loss") >= 2


@pytest.mark.parametrize("suffix", ["safetensors", "npz", "pt"])
def test_files(tmp_path, suffix):
    model = mlp()
    file = tmp_path / f"model.{suffix}"
    nn.save(model, file)
    other = mlp()
    assert nn.load(other, file) == ([], [])
    for name, numbers in nn.state_dict(model).items():
        np.testing.assert_array_equal(numbers, nn.state_dict(other)[name])
        np.testing.assert_array_equal(numbers, nn.load(file)[name])
    before = nn.state_dict(mlp((3, 4)))
    with pytest.raises(ValueError):
        nn.load(mlp((3, 4)), file)
    assert before
    whole = file.read_bytes()
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        (tmp_path / f"cut.{suffix}").write_bytes(whole[:end])
        with pytest.raises(ValueError):
            nn.load(other, tmp_path / f"cut.{suffix}")
    nn.save({"a": np.arange(3), "b": np.ones(2, np.float32)}, tmp_path / f"named.{suffix}")
    found = nn.load(tmp_path / f"named.{suffix}")
    assert found["a"].tolist() == [0, 1, 2] and found["b"].dtype == np.float32
    with pytest.raises(ValueError):
        nn.save(model, tmp_path / "model.xyz")


def test_onnx(tmp_path):
    file, (x, y) = tmp_path / "xor.onnx", xor()
    model = mlp()
    nn.eval(model)
    with sg.graph():
        at = sg.input(x, "x")
        nn.save_onnx(file, model(at), {"points": at}, dynamic_batch=True)
    read = nn.load_onnx(file)
    assert [(i.name, i.shape, i.dtype) for i in read.inputs] == [("points", ("batch", 2), x.dtype)]
    assert repr(read.outputs[0]).startswith("output float")
    np.testing.assert_allclose(read(x[:3]), model(x[:3]), rtol=1e-6)
    assert {name: p.shape for name, p in nn.parameters(read)} == {name: p.shape for name, p in nn.parameters(model)}
    before = nn.state_dict(read)
    nn.fit(read, (x, y), epochs=2, progress="none")
    assert any((before[name] != numbers).any() for name, numbers in nn.state_dict(read).items())
    with pytest.raises(ValueError, match="the model has: points"):
        read(x[0])
    for end in (0, 10, file.stat().st_size // 2):
        (tmp_path / "cut.onnx").write_bytes(file.read_bytes()[:end])
        with pytest.raises(ValueError, match="cut.onnx"):
            nn.load_onnx(tmp_path / "cut.onnx")
    with pytest.raises(ValueError):
        nn.save_onnx(tmp_path / "none.onnx", sg.input(x), {"a": sg.input(x)})
    assert not (tmp_path / "none.onnx").exists()


def test_onnx_of_others(tmp_path):
    onnx = pytest.importorskip("onnx")
    numpy_helper = pytest.importorskip("onnx.numpy_helper")
    rng = np.random.default_rng(1)
    weight, bias = (rng.normal(size=shape).astype(np.float32) for shape in ((3, 4), (3,)))
    of = onnx.helper
    values = [of.make_tensor_value_info(name, 1, shape) for name, shape in (("x", ["n", 4]), ("y", ["n", 3]), ("z", ["n", 3]))]
    nodes = [of.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1), of.make_node("Tanh", ["y"], ["z"])]
    numbers = [numpy_helper.from_array(a, name) for a, name in ((weight, "w"), (bias, "b"))]
    graph = of.make_graph(nodes, "two", values[:1], values[1:], numbers)
    onnx.save(of.make_model(graph, opset_imports=[of.make_opsetid("", 13)]), tmp_path / "two.onnx")
    model, x = nn.load_onnx(tmp_path / "two.onnx"), rng.normal(size=(5, 4)).astype(np.float32)
    with sg.graph():
        y, z = model(x)
        sg.sum(z).backward()
        np.testing.assert_allclose(y.value, x @ weight.T + bias, rtol=1e-5)
        np.testing.assert_allclose(z.value, np.tanh(x @ weight.T + bias), rtol=1e-5)
        slope = 1 - np.tanh(x @ weight.T + bias) ** 2
        np.testing.assert_allclose(dict(nn.parameters(model))["w"].grad, slope.T @ x, rtol=1e-4)


def test_state_dictionaries():
    model, other = mlp(), mlp()
    nn.load_state_dict(other, nn.state_dict(model))
    x, _ = xor()
    np.testing.assert_array_equal(model(x), other(x))
    missing, unexpected = nn.load_state_dict(other, {"layers.0.bias": np.zeros(16), "more": np.ones(1)}, strict=False)
    assert "layers.0.weight" in missing and unexpected == ["more"]
    with pytest.raises(ValueError):
        nn.load_state_dict(other, {})


def test_checkpoints(tmp_path):
    x, y = xor()

    def trained(epochs, **options):
        nn.manual_seed(1)
        model = mlp()
        nn.fit(model, (x, y), epochs=epochs, batch_size=2, progress="none", **options)
        return nn.state_dict(model)

    whole = trained(6)
    trained(3, checkpoint=tmp_path / "run.npz")
    resumed = trained(6, checkpoint=tmp_path / "run.npz")
    for name, numbers in whole.items():
        np.testing.assert_array_equal(numbers, resumed[name])


def test_prediction_as_a_program():
    nn.manual_seed(1)
    model = mlp()
    x, _ = xor()
    predict = nn.compile(model, x)
    np.testing.assert_array_equal(predict(x), nn.predict(model, x))
    with pytest.raises(ValueError):
        predict(x[:2])


def test_summary():
    model = mlp((784, 128, 10))
    said = nn.summary(model, np.zeros((1, 784), np.float32))
    assert said.parameters == 101770 and said.output == (1, 10) and said.multiply_adds == 784 * 128 + 1280
    assert "mlp" in repr(said) and "linear" in repr(said) and "101,770" in repr(said)


def test_every_layer_gives_something():
    nn.manual_seed(1)
    images, sequence = np.ones((2, 4, 6, 6), np.float32), np.ones((5, 2, 8), np.float32)
    for layer, x, shape in [
        (nn.conv2d(4, 3, 3, padding=1), images, (2, 3, 6, 6)),
        (nn.conv_transpose2d(4, 3, 2, stride=2), images, (2, 3, 12, 12)),
        (nn.conv1d(2, 3, 3), sequence, (5, 3, 6)),
        (nn.conv_transpose1d(2, 3, 3), sequence, (5, 3, 10)),
        (nn.batch_norm(4), images, images.shape),
        (nn.group_norm(2, 4), images, images.shape),
        (nn.layer_norm(8), sequence, sequence.shape),
        (nn.rms_norm(8), sequence, sequence.shape),
        (nn.max_pool2d(2), images, (2, 4, 3, 3)),
        (nn.avg_pool2d(2), images, (2, 4, 3, 3)),
        (nn.max_pool1d(2), sequence, (5, 2, 4)),
        (nn.avg_pool1d(2), sequence, (5, 2, 4)),
        (nn.adaptive_avg_pool2d(1), images, (2, 4, 1, 1)),
        (nn.adaptive_avg_pool1d(2), sequence, (5, 2, 2)),
        (nn.flatten(), images, (2, 144)),
        (nn.unflatten((2, 72)), images.reshape(2, -1), (2, 2, 72)),
        (nn.dropout(0.5), sequence, sequence.shape),
        (nn.dropout2d(0.5), images, images.shape),
        (nn.prelu(), sequence, sequence.shape),
        (nn.softmax(), sequence, sequence.shape),
        (nn.log_softmax(0), sequence, sequence.shape),
        (nn.leaky_relu(), sequence, sequence.shape),
        (nn.embedding(10, 4), np.array([[1, 2, 3]]), (1, 3, 4)),
        (nn.multi_head_attention(8, 2), sequence, sequence.shape),
        (nn.transformer_encoder_layer(8, 2, dim_feedforward=16), sequence, sequence.shape),
        (nn.positional_encoding(8), sequence, sequence.shape),
        (nn.sequential(nn.linear(8, 4), nn.gelu()), sequence, (5, 2, 4)),
    ]:
        y = layer(x)
        assert y.shape == shape, layer
    with sg.graph():
        for layer in (nn.rnn(8, 3), nn.gru(8, 3), nn.lstm(8, 3, bidirectional=True, num_layers=2)):
            output, state = layer(sg.input(sequence))
            assert output.shape[:2] == (5, 2)
            h = state[0] if isinstance(state, tuple) else state
            again, _ = layer(sequence, *(state if isinstance(state, tuple) else (state,)))
            assert h.shape[1:] == (2, 3) and again.shape == output.shape
    assert nn.bilinear(2, 3, 4)(np.ones((5, 2), np.float32), np.ones((5, 3), np.float32)).shape == (5, 4)
    norm = nn.batch_norm(4)
    norm(images + 1)
    assert norm.running_mean.value.tolist() == pytest.approx([0.2] * 4)


def test_optimisers_go_down():
    x, y = xor()
    for made in (
        lambda: nn.sgd(0.1, momentum=0.9, nesterov=True),
        lambda: nn.adam(0.01),
        lambda: nn.adamw(0.01, groups={"*.bias": {"weight_decay": 0.0}}),
        lambda: nn.rmsprop(0.01),
        lambda: nn.adagrad(0.1),
        lambda: nn.lion(0.01),
    ):
        nn.manual_seed(1)
        model, optimiser = mlp(), made()
        step = nn.training_step(model, nn.mse_loss)
        losses = [step.update(x, y, optimiser) for _ in range(60)]
        assert losses[-1] < losses[0]
        again = made()
        again.load_state(optimiser.state())
        assert again.steps == 60
    with pytest.raises(ValueError):
        nn.sgd(-1.0)
    with pytest.raises(ValueError, match="groups"):
        nn.sgd(0.1, groups={"*": {"speed": 1.0}})
    nn.manual_seed(1)
    model = mlp(dtype="float64")
    search = nn.lbfgs(strong_wolfe=True)
    for _ in range(10):
        before = search.step(model, lambda: nn.mse_loss(model(x.astype(float)), y.astype(float)))
    assert before < 1e-6


def test_data():
    g = sg.generator(1)
    x, labels = nn.moons(g, 100)
    assert x.shape == (100, 2) and set(labels.tolist()) == {0, 1}
    loader = nn.data_loader((x, labels), batch_size=32)
    batches = list(loader)
    assert [len(b) for b, _ in batches] == [32, 32, 32, 4] and len(loader) == 4
    first = np.concatenate([b for _, b in batches])
    second = np.concatenate([b for _, b in loader])
    assert sorted(first) == sorted(labels) and first.tolist() != second.tolist()
    loader.set_epoch(0)
    assert np.concatenate([b for _, b in loader]).tolist() == first.tolist()
    assert next(iter(nn.data_loader((x, labels))))[0].shape == (64, 2)
    for wrong in [x, (x,), (x, labels[:50])]:
        with pytest.raises((ValueError, TypeError)):
            nn.data_loader(wrong)


def test_numbers_that_are_not_finite_are_told_of():
    x, y = xor()
    with pytest.raises(ValueError, match="the loss is"):
        nn.fit(mlp(), (x, y), epochs=2, loss=lambda a, b: sg.sum(sg.log(a - a)), progress="none")


def test_a_diagnosis():
    nn.manual_seed(1)
    model = mlp()
    nn.name_layers(model)
    x, y = xor()
    with sg.graph():
        loss = nn.mse_loss(model(x), y)
        loss.backward()
        assert isinstance(nn.diagnose(loss), str)
        assert "layers.0" in nn.draw(loss).to_dot()


def test_first_numbers():
    layer = nn.linear(100, 50)
    nn.init.orthogonal(layer.weight)
    w = layer.weight.value
    np.testing.assert_allclose(w @ w.T, np.eye(50), atol=1e-5)
    nn.init.zeros(layer.bias)
    assert not layer.bias.value.any()


@pytest.mark.skipif(not hasattr(signal, "raise_signal"), reason="signals cannot be raised here")
def test_ctrl_c_ends_training():
    x, y = xor()
    pid = os.getpid()

    def interrupt():
        time.sleep(0.5)
        os.kill(pid, signal.SIGINT)

    other = threading.Thread(target=interrupt)
    other.start()
    result = nn.fit(mlp(), (x, y), epochs=10_000_000, progress="none")
    other.join()
    assert result.interrupted
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)  # Python's own handler is back


def test_other_threads_run_while_training():
    x = np.zeros((4096, 256), np.float32)
    y = np.zeros((4096, 256), np.float32)
    counted = []
    going = True

    def count():
        while going:
            counted.append(1)
            time.sleep(0.001)

    other = threading.Thread(target=count)
    other.start()
    nn.fit(mlp((256, 256, 256)), (x, y), epochs=5, batch_size=512, progress="none")
    going = False
    other.join()
    assert len(counted) > 5
