#!/usr/bin/env python3
"""XOR by a network of two layers: what a course begins with."""

import numpy as np

import seegrad as sg
from seegrad import nn


class network:
    def __init__(self) -> None:
        self.hidden, self.output = nn.linear(2, 8), nn.linear(8, 1)

    def __call__(self, x):
        return self.output(sg.tanh(self.hidden(x)))


x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
y = np.array([[0], [1], [1], [0]], np.float32)

nn.manual_seed(1)
model = network()
with sg.graph():
    loss = nn.binary_cross_entropy_with_logits(model(x), y)
    print(sg.check(loss).summary())
nn.fit(model, (x, y), epochs=300, batch_size=4, optimiser=nn.adam(0.05), loss=nn.binary_cross_entropy_with_logits, replay="always", progress="none")
for inputs, says in zip(x, sg.sigmoid(nn.predict(model, x))):
    print(inputs, f"{says[0]:.2f}")
