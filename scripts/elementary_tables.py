#!/usr/bin/env python3
"""Prints autodiff/ops/definition/elementary_tables.hpp: what the exponential, logarithm and hyperbolic tangent of elementary.hpp look up.

    scripts/elementary_tables.py > autodiff/ops/definition/elementary_tables.hpp      # needs python3-mpmath
"""
import mpmath
from mpmath import mpf

mpmath.mp.prec = 200


def written(x):
    """The double nearest to x, in hexadecimal, and what is left."""
    nearest = float(x)
    return nearest.hex(), mpf(x) - mpf(nearest)


def exponential():
    """2^(j/128), and by what part of it that is off."""
    for j in range(128):
        exact = mpf(2) ** (mpf(j) / 128)
        text, rest = written(exact)
        yield f"{{{text}, {written(rest / (exact - rest))[0]}}}"


def logarithm():
    """For each of 128 intervals of [0.6875, 1.375), as the upper bits of a double cut them: 1/c for a c in the middle (1 beside 1), and -log
    of that in two parts, the first a multiple of 2^-42, so that whole multiples of the upper part of log 2 can be added to it exactly."""
    start = 0x3FE6000000000000
    for i in range(128):
        low, high = (mpmath.mpf(as_double(start + ((i + side) << 45))) for side in (0, 1))
        inverse = mpf(1) if low == 1 or high == 1 else mpf(float(2 / (low + high)))
        exact = -mpmath.log(inverse)
        upper = mpmath.nint(exact * mpf(2) ** 42) / mpf(2) ** 42
        yield f"{{{float(inverse).hex()}, {float(upper).hex()}, {written(exact - upper)[0]}}}"


def as_double(bits):
    import struct

    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def tangent():
    """(tanh(sqrt u) / sqrt u - 1) / u on [0, 0.75²], lowest power first."""
    with mpmath.workprec(400):

        def f(u):
            # The series is safe from the cancellation near 0.
            if u < mpf("1e-12"):
                return -mpf(1) / 3 + 2 * u / 15
            x = mpmath.sqrt(u)
            return (mpmath.tanh(x) / x - 1) / u

        for c in reversed(mpmath.chebyfit(f, [mpf(0), mpf("0.5625")], 14)):
            yield written(c)[0]


def table(name, kind, rows):
    print(f"inline constexpr {kind} {name}[] = {{")
    for row in rows:
        print(f"    {row},")
    print("};")


print("""#pragma once
// What exp, log and tanh of elementary.hpp look up. Written by scripts/elementary_tables.py.

namespace seegrad::elementary {

struct exponential_row {
  double power, off;  // 2^(j/128), and by what part of it that is off
};
struct logarithm_row {
  double inverse, upper, lower;  // 1/c, and log c in two parts
};

// clang-format off""")
table("exponential_table", "exponential_row", exponential())
table("logarithm_table", "logarithm_row", logarithm())
table("tangent_series", "double", tangent())
print("// clang-format on\n\n}  // namespace seegrad::elementary")
