"""Small files of MNIST's and CIFAR's formats, written by the formats' descriptions with Python alone.

write FOLDER    mnist/ plain, mnist_gz/ packed, mnist_dots/ with the other names; cifar10/, cifar100/

The byte of picture n, channel c, row y, column x is (7n + 50c + 3y + x) mod 256; labels are said below. Test pictures go on where the training ones end.
"""
import gzip
import struct
import sys
from pathlib import Path


def pixels(n, channels, side):
    return bytes((7 * n + 50 * c + 3 * y + x) % 256 for c in range(channels) for y in range(side) for x in range(side))


def idx(shape, data):
    return bytes([0, 0, 8, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape) + data


def write_mnist(folder):
    first = 0
    for part, count in ("train", 5), ("t10k", 3):
        numbers = range(first, first + count)
        first += count
        images = idx((count, 28, 28), b"".join(pixels(n, 1, 28) for n in numbers))
        labels = idx((count,), bytes(n % 10 for n in numbers))
        for name, separator, suffix in ("mnist", "-", ""), ("mnist_gz", "-", ".gz"), ("mnist_dots", ".", ""):
            (folder / name).mkdir(exist_ok=True)
            for what, data in (f"images{separator}idx3", images), (f"labels{separator}idx1", labels):
                (folder / name / f"{part}-{what}-ubyte{suffix}").write_bytes(gzip.compress(data) if suffix else data)


def write_cifar(folder):
    ten, hundred = folder / "cifar10", folder / "cifar100"
    ten.mkdir(), hundred.mkdir()
    # Files of 2, 3, 4, 5 and 6 pictures, whose label is their number mod 10.
    n = 0
    for i, name in enumerate([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]):
        (ten / f"{name}.bin").write_bytes(b"".join(bytes([k % 10]) + pixels(k, 3, 32) for k in range(n, n + i + 2)))
        n += i + 2
    (ten / "batches.meta.txt").write_text("".join(f"thing {i}\n" for i in range(10)) + "\n")
    # Coarse label: the number mod 20; fine: 99 minus the number.
    for name, begin, end in ("train", 0, 4), ("test", 4, 6):
        (hundred / f"{name}.bin").write_bytes(b"".join(bytes([k % 20, 99 - k]) + pixels(k, 3, 32) for k in range(begin, end)))
    (hundred / "fine_label_names.txt").write_text("".join(f"fine {i}\n" for i in range(100)))
    (hundred / "coarse_label_names.txt").write_text("".join(f"coarse {i}\n" for i in range(20)))


write_mnist(Path(sys.argv[2]))
write_cifar(Path(sys.argv[2]))
