"""numpy's side of the tests of .safetensors files, from the format's description alone.

write FOLDER   a file with every type
read FOLDER    checks the file that the test wrote, byte order, alignment and all
"""
import json
import struct
import sys
from pathlib import Path

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "U16": "<u2",
         "U32": "<u4", "BOOL": "?"}


def load(file):
    data = file.read_bytes()
    (n,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + n])
    assert (8 + n) % 8 == 0, "the elements are not aligned"
    meta, out = header.pop("__metadata__", {}), {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        t = np.dtype(TYPES[info["dtype"]])
        assert (8 + n + begin) % t.itemsize == 0, f"{name} is not aligned"
        out[name] = np.frombuffer(data[8 + n + begin : 8 + n + end], t).reshape(info["shape"])
    assert sum(x.nbytes for x in out.values()) == len(data) - 8 - n
    return out, meta


def read(folder):
    out, meta = load(folder / "ours.safetensors")
    expected = {
        "a.weight": np.arange(6, dtype="f4").reshape(2, 3) / 4,
        "a.bias": np.array([0.1, -1e300, np.inf]),
        "turned": np.arange(6.0).reshape(3, 2).T,
        "labels": np.array([[-(2**63)], [2**63 - 1]]),
        "mask": np.array([True, False, True]),
        "number": np.array(2.5),
        "none": np.zeros((0, 3), "f4"),
        'grüße "\\\n': np.array([1.0]),
    }
    assert set(out) == set(expected), set(out)
    for name, e in expected.items():
        x = out[name]
        assert x.dtype == e.dtype and x.shape == e.shape and np.array_equal(x, e), f"{name}: {x}"
    assert meta == {"epoch": "12", "words": "grüße"}, meta


def write(folder):
    arrays = {name: np.arange(-3, 3).reshape(2, 3).astype(t) for name, t in TYPES.items() if name[0] in "FIB"}
    arrays |= {name: np.arange(6).reshape(2, 3).astype(t) for name, t in TYPES.items() if name[0] == "U"}
    arrays["U32"] = np.array([0, 2**32 - 1], "<u4")
    arrays["I8"] = np.array([-128, 127], "i1")
    every = np.arange(65536, dtype="<u2")
    header, data = {}, b""
    for name, x in list(arrays.items()) + [("every half", every.view("<f2")), ("every bfloat", every)]:
        t = "BF16" if name == "every bfloat" else next(k for k, v in TYPES.items() if np.dtype(v) == x.dtype)
        header[name] = {"dtype": t, "shape": list(x.shape), "data_offsets": [len(data), len(data) + x.nbytes]}
        data += x.tobytes()
    text = json.dumps(header).encode()
    (folder / "theirs.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    np.save(folder / "half.npy", every.view("<f2").astype("f4"))
    np.save(folder / "bfloat.npy", (every.astype("<u4") << 16).view("<f4"))


{"write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]))
