"""Another program's side of the tests of pictures: PNG by zlib and the format's text (ISO/IEC 15948), without libpng.

write FOLDER   <name>.png of every kind, and <name>.npy with what stands in it, [channels, height, width], 0 to 1
read FOLDER    checks that each .png, .ppm and .pgm holds what the .npy of its name says, rounded to its levels
"""
import struct
import sys
import zlib
from pathlib import Path

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def predicted(kind, row, above, i, step):
    left = row[i - step] if i >= step else 0
    up = above[i]
    corner = above[i - step] if i >= step else 0
    return [0, left, up, (left + up) // 2, paeth(left, up, corner)][kind]


def packed_rows(levels, depth):
    """[height, width, channels] as rows of bytes."""
    for row in levels:
        if depth == 16:
            yield row.astype(">u2").tobytes()
        elif depth == 8:
            yield row.astype("u1").tobytes()
        else:
            bits = ((row.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1).astype("u1").ravel()
            yield np.packbits(bits).tobytes()


def filtered(levels, depth):
    """Each row by the next of the five filters."""
    step = max(1, levels.shape[2] * depth // 8)
    out, above = b"", None
    for number, row in enumerate(packed_rows(levels, depth)):
        above = above or bytes(len(row))
        kind = number % 5
        out += bytes([kind]) + bytes((row[i] - predicted(kind, row, above, i, step)) & 255 for i in range(len(row)))
        above = row
    return out


def png(levels, depth, color, interlaced, before=b""):
    height, width, _ = levels.shape
    if interlaced:
        parts = [levels[y::dy, x::dx] for y, x, dy, dx in ADAM7]
        data = b"".join(filtered(p, depth) for p in parts if p.size > 0)
    else:
        data = filtered(levels, depth)
    packed = zlib.compress(data)
    half = len(packed) // 2
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    return (SIGNATURE + chunk(b"IHDR", head) + before + chunk(b"tEXt", b"Comment\0none") + chunk(b"IDAT", packed[:half])
            + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b""))


def write(folder):
    random = np.random.default_rng(1)

    def put(name, data, numbers):
        (folder / f"{name}.png").write_bytes(data)
        np.save(folder / f"{name}.npy", np.ascontiguousarray(numbers.transpose(2, 0, 1)))

    depths = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}
    for color, some in depths.items():
        for depth in some:
            for height, width in [(1, 1), (7, 5), (3, 13), (16, 16), (2, 3)]:
                for interlaced in (False, True):
                    levels = random.integers(0, 2**depth, (height, width, CHANNELS[color]))
                    palette = random.integers(0, 256, (2**depth, 3))
                    alpha = random.integers(0, 256, 2**depth // 2)
                    name = f"{color}_{depth}_{height}x{width}_{interlaced}"
                    if color != 3:
                        put(name, png(levels, depth, color, interlaced), levels / (2**depth - 1))
                        continue
                    colors = chunk(b"PLTE", palette.astype("u1").tobytes())
                    put(name, png(levels, depth, 3, interlaced, colors), palette[levels[:, :, 0]] / 255)
                    # Colours without an alpha of their own are opaque.
                    with_alpha = np.concatenate([palette, np.append(alpha, np.full(len(palette) - len(alpha), 255))[:, None]], 1)
                    put(name + "_alpha", png(levels, depth, 3, interlaced, colors + chunk(b"tRNS", alpha.astype("u1").tobytes())),
                        with_alpha[levels[:, :, 0]] / 255)
    # One level of grey that is transparent.
    levels = np.arange(12).reshape(3, 4, 1)
    put("transparent", png(levels, 8, 0, False, chunk(b"tRNS", struct.pack(">H", 5))),
        np.concatenate([levels / 255, (levels != 5) * 1.0], 2))


def png_levels(data):
    assert data[:8] == SIGNATURE
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
        if kind == b"IHDR":
            width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert interlaced == 0 and depth in (8, 16) and color != 3
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    step = CHANNELS[color] * depth // 8
    raw, above = zlib.decompress(packed), bytes(width * step)
    rows = []
    for y in range(height):
        kind, *line = raw[y * (width * step + 1) : (y + 1) * (width * step + 1)]
        row = []
        for i, b in enumerate(line):
            row.append((b + predicted(kind, row, above, i, step)) & 255)
        rows.append(bytes(row))
        above = rows[-1]
    levels = np.frombuffer(b"".join(rows), ">u2" if depth == 16 else "u1").reshape(height, width, -1)
    return levels, 2**depth - 1


def netpbm_levels(data):
    lines = data.split(b"\n", 3)
    kind, (width, height), largest, pixels = lines[0], map(int, lines[1].split()), int(lines[2]), lines[3]
    channels = {b"P5": 1, b"P6": 3}[kind]
    return np.frombuffer(pixels, ">u2" if largest > 255 else "u1").reshape(height, width, channels), largest


def read(folder):
    count = 0
    for file in sorted(folder.iterdir()):
        if file.suffix not in (".png", ".ppm", ".pgm"):
            continue
        levels, largest = (png_levels if file.suffix == ".png" else netpbm_levels)(file.read_bytes())
        wanted = np.load(file.with_suffix(".npy")).astype("f8")
        wanted = np.floor(np.clip(wanted, 0, 1) * largest + 0.5)
        assert np.array_equal(levels.transpose(2, 0, 1), wanted), file.name
        count += 1
    assert count > 0
    print(count)


{"write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]))
