"""numpy's side of the tests of arrays: writes files that the tests read, and reads files that the tests wrote.

write FOLDER   files of every type, order and version; a file's name says what is in it
read FOLDER    checks every <kind>_<shape>_*.npy, and the arrays of that name in every .npz
print FOLDER   checks that every .txt is what numpy prints for the .npy of its name, and every .repr its repr
"""
import sys
from pathlib import Path

import numpy as np


def expected(kind, shape):
    """What stands in a file by its name. The tests compute the same."""
    i = np.arange(int(np.prod(shape))).reshape(shape)
    return {"f": i * 0.5 - 3, "i": i - 3, "u": i * 7, "b": i % 3 == 0}[kind]


def shape_of(text):
    return tuple(int(n) for n in text.split("x") if n)


def write(folder):
    types = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split()
    shapes = ["", "1", "5", "0", "2x3", "3x0x2", "2x3x4", "1x1x2x1x2x1x1x2"]
    every = {}
    for t in types:
        for order in "<>":
            for shape in shapes:
                for layout in "CF":
                    for version in (1, 2, 3):
                        x = np.array(expected(t[0], shape_of(shape)).astype(order + t), order=layout)
                        name = f"{t[0]}_{shape}_{t}_{'le' if order == '<' else 'be'}_{layout}_{version}"
                        with open(folder / (name + ".npy"), "wb") as f:
                            np.lib.format.write_array(f, x, version=(version, 0))
                        every[name] = x
    np.savez(folder / "stored.npz", **every)
    np.savez_compressed(folder / "deflated.npz", **every)
    np.savez(folder / "none.npz")
    half = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 6e-8, -6e-8, 6.1e-5, 65504, 1 / 3, 1], "<f2")
    every_half = np.arange(65536, dtype=np.uint16).view("<f2")
    for name, x in {"half": half, "every_half": every_half}.items():
        np.save(folder / f"special_{name}.npy", x)
        np.save(folder / f"special_{name}_wide.npy", x.astype("f4"))
    np.save(folder / "extreme_i8.npy", np.array([-(2**63), 2**63 - 1, 2**53 + 1]))
    np.save(folder / "extreme_i1.npy", np.array([-128, 127], "i1"))
    np.save(folder / "extreme_u4.npy", np.array([2**32 - 1, 0], ">u4"))
    np.save(folder / "extreme_u8.npy", np.array([2**63 - 1, 2**53 + 1, 0], ">u8"))
    np.save(folder / "refused_object.npy", np.array([{}, 1], dtype=object), allow_pickle=True)
    np.save(folder / "refused_complex.npy", np.array([1j]))
    np.save(folder / "refused_text.npy", np.array(["a", "b"]))
    np.save(folder / "refused_record.npy", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
    np.save(folder / "refused_u8.npy", np.array([1, 2**63], "u8"))


def same(x, name):
    kind, shape, wanted = name.split("_")[:3]
    e = expected(kind, shape_of(shape))
    assert x.dtype.str == wanted, f"{name}: {x.dtype.str}"
    assert x.shape == e.shape, f"{name}: shape {x.shape}"
    assert np.array_equal(x, e), f"{name}: {x}"


def read(folder):
    count = 0
    for file in sorted(folder.iterdir()):
        if file.suffix == ".npy":
            same(np.load(file), file.stem)
            count += 1
        elif file.suffix == ".npz":
            with np.load(file) as archive:
                for name in archive.files:
                    same(archive[name], name)
                    count += 1
    assert count > 0
    print(count)


def show(folder):
    wrong = count = 0
    for file in sorted(folder.glob("*.npy")):
        x = np.load(file)
        ours, theirs = file.with_suffix(".txt").read_text(), str(x)
        if file.with_suffix(".repr").exists():
            lead, tail = "array(", ")"
            ours_repr = file.with_suffix(".repr").read_text()
            body = np.array2string(x, separator=", ", prefix=lead, suffix=tail)
            shape = f", shape=({', '.join(map(str, x.shape))})" if x.size == 0 and x.ndim != 1 else ""
            ours, theirs = ours + "\n" + ours_repr, theirs + f"\narray({body}{shape}, dtype={x.dtype.name})"
        count += 1
        if ours != theirs:
            wrong += 1
            if wrong < 5:
                print(f"{file.name}\nours:\n{ours}\nnumpy:\n{theirs}")
    assert count > 0 and wrong == 0, f"{wrong} of {count} differ"
    print(count)


{"write": write, "read": read, "print": show}[sys.argv[1]](Path(sys.argv[2]))
