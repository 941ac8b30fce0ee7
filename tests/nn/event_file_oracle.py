"""Reads the event files of a folder as TensorBoard does, by the descriptions of TFRecord, CRC-32C and protobuf alone, and writes one line for
each number into FOLDER/read.txt: tag, step, value. Ends with an error for anything that is not as it should be.

event_file_oracle.py FOLDER
"""
import struct
import sys
import time
from pathlib import Path


def crc32c(data):
    c = 0xFFFFFFFF
    for byte in data:
        c ^= byte
        for _ in range(8):
            c = c >> 1 ^ (0x82F63B78 if c & 1 else 0)
    return c ^ 0xFFFFFFFF


def masked(data):
    c = crc32c(data)
    return ((c >> 15 | c << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        head = data[at : at + 8]
        (n,) = struct.unpack("<Q", head)
        assert struct.unpack("<I", data[at + 8 : at + 12])[0] == masked(head), f"checksum of the length at {at}"
        body = data[at + 12 : at + 12 + n]
        assert len(body) == n, f"the record at {at} is cut off"
        assert struct.unpack("<I", data[at + 12 + n : at + 16 + n])[0] == masked(body), f"checksum of the record at {at}"
        yield body
        at += 16 + n


def varint(data, at):
    x = shift = 0
    while True:
        x |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return x, at


def fields(data):
    at, all = 0, {}
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            (value,) = struct.unpack("<d", data[at : at + 8])
            at += 8
        elif kind == 2:
            n, at = varint(data, at)
            value, at = data[at : at + n], at + n
        elif kind == 5:
            (value,) = struct.unpack("<f", data[at : at + 4])
            at += 4
        else:
            raise AssertionError(f"wire type {kind}")
        assert number not in all, f"field {number} twice"
        all[number] = value
    return all


def main(folder):
    lines = []
    for file in sorted(folder.glob("events.out.tfevents.*")):
        for i, body in enumerate(records(file.read_bytes())):
            event = fields(body)
            assert abs(event[1] - time.time()) < 3600, "the time"
            if i == 0:
                assert event[3] == b"brain.Event:2" and set(event) == {1, 3}, "the first event is the version"
                continue
            assert set(event) == {1, 2, 5}, event
            value = fields(fields(event[5])[1])
            assert set(value) == {1, 2}, value
            step = event[2] - (1 << 64) if event[2] >> 63 else event[2]
            lines.append(f"{value[1].decode()} {step} {value[2]!r}\n")
    (folder / "read.txt").write_text("".join(lines))


main(Path(sys.argv[1]))
