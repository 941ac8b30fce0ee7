#!/usr/bin/env python3
"""Fashion-MNIST by a network of two layers, as examples/e14_fashion.cpp has it. Needs Debian's dataset-fashion-mnist."""

import seegrad as sg
from seegrad import nn


class mlp:
    def __init__(self) -> None:
        self.hidden, self.output = nn.linear(784, 128), nn.linear(128, 10)

    def __call__(self, x):
        return self.output(sg.relu(self.hidden(sg.flatten(x, 1))))


train, test, classes = nn.load_fashion_mnist()
nn.manual_seed(1)
model = mlp()
print(nn.summary(model, train[0][:1]))
result = nn.fit(model, train, epochs=5, validation=test)
result.history.draw("fashion.svg")
print(f"{nn.evaluate(model, test)[1]:.4f} of the test set")
nn.save(model, "fashion.safetensors")
