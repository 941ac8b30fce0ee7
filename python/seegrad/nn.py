"""Neural networks, on the same graph: any object is a module, and nothing is registered.

    class mlp:
        def __init__(self):
            self.hidden, self.output = nn.linear(784, 128), nn.linear(128, 10)

        def __call__(self, x):
            return self.output(sg.relu(self.hidden(sg.flatten(x, 1))))

    model = mlp()
    nn.fit(model, (x, labels), epochs=10)
    nn.save(model, "mlp.safetensors")
"""

from typing import Any

from . import _seegrad

_names = [name for name in vars(_seegrad.nn) if not name.startswith("_")]
globals().update({name: getattr(_seegrad.nn, name) for name in _names})
for _type in [value for value in vars(_seegrad.nn).values() if isinstance(value, type)]:
    _type.__module__ = "seegrad.nn"
del _type


class sequential:
    """Layers, or any functions of one tensor, after one another. Parameters are called 0.weight, 0.bias, 2.weight, …"""

    def __init__(self, *layers: Any) -> None:
        for number, layer in enumerate(layers):
            setattr(self, str(number), layer)

    def __call__(self, x: Any) -> Any:
        for layer in vars(self).values():
            x = layer(x)
        return x

    def __getitem__(self, number: int) -> Any:
        return list(vars(self).values())[number]

    def __len__(self) -> int:
        return len(vars(self))

    def __repr__(self) -> str:
        return f"sequential({', '.join(map(repr, vars(self).values()))})"


class residual:
    """x + f(x)."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, x: Any) -> Any:
        y = self.inner(x)
        if y.shape != x.shape:
            raise ValueError(f"residual: x has the shape {x.shape} and f(x) {y.shape}; they are added as they are")
        return x + y

    def __repr__(self) -> str:
        return f"residual({self.inner!r})"


__all__ = sorted([*_names, "sequential", "residual"])
