"""seegrad: record a computation as a graph you can look at, differentiate it, check it, and run it fast.

    import seegrad as sg

    with sg.graph():
        a, b, c = sg.input(7.0, "a"), sg.input(4.0, "b"), sg.input(2.0, "c")
        J = sg.named(3 * (a + b * c), "J")
        J.backward()
        print(a.grad, b.grad, c.grad)     # 3.0 6.0 12.0
        sg.picture(J).save("J.html")
        print(sg.check(J))

The functions are those of the C++ library, under its names; docs/python.md has what is different in Python.
"""

from . import _seegrad

_names = [name for name in vars(_seegrad) if not name.startswith("_") and name not in ("nn", "operations", "structural_operations")]
globals().update({name: getattr(_seegrad, name) for name in _names})

from . import nn, numpy_functions  # noqa: E402  They stand on the names above.

__version__ = _seegrad.__version__
__all__ = sorted([*_names, "nn"])

numpy_functions.install(_seegrad.scalar, _seegrad.tensor)
for _type in [value for value in vars(_seegrad).values() if isinstance(value, type)]:
    _type.__module__ = "seegrad"
del _type
