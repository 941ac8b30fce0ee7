"""What numpy's functions do with scalars and tensors: the library's function of the same meaning, so that np.exp(x) is exp(x) and array * x a tensor.

A function of numpy's that has no counterpart is a TypeError, and no silent loss of the history.
"""

from typing import Any, Callable

import numpy as np

from . import _seegrad

# Where the names differ. All other operations are found by their own.
_other_names = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "power": "pow",
    "float_power": "pow",
    "negative": "neg",
    "absolute": "abs",
    "fabs": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "invert": "logical_not",
    "concatenate": "concat",
    "swapaxes": "swap_axes",
    "amax": "max",
    "amin": "min",
}
_keywords = {"keepdims": "keep_axes", "ddof": "correction"}
# numpy's default is another than the library's.
_other_meaning = {"var", "std", "sort", "argsort", "transpose", "repeat", "diagonal", "pad", "take", "split", "dot", "outer", "linspace", "round"}


def _ours(name: str) -> Callable[..., Any] | None:
    found = getattr(_seegrad, _other_names.get(name, name), None)
    return found if callable(found) and not isinstance(found, type) else None


def _array_ufunc(self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    function = _ours(ufunc.__name__)
    if method != "__call__" or options or function is None:
        return NotImplemented
    return function(*inputs)


def _array_function(self: Any, function: Callable[..., Any], types: Any, args: Any, options: dict[str, Any]) -> Any:
    ours = _ours(function.__name__)
    if ours is None or function.__name__ in _other_meaning:
        return NotImplemented
    return ours(*args, **{_keywords.get(name, name): value for name, value in options.items()})


def install(*types: type) -> None:
    for handle in types:
        handle.__array_ufunc__ = _array_ufunc  # type: ignore[attr-defined]
        handle.__array_function__ = _array_function  # type: ignore[attr-defined]
        handle.__array_priority__ = 1000.0  # type: ignore[attr-defined]
