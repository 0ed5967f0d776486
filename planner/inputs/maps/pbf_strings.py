"""The names in an OpenStreetMap extract (PBF), looked at before osmium reads them.

libosmium ends every name at its first NUL byte and then reads past the list of
tags, so a name with one inside must not reach it. Blocks and string tables are
laid out as in the OSM wiki, PBF Format.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from planner.inputs.problem import InputError

_LARGEST_HEAD, _LARGEST_BLOCK = 64 * 1024, 32 * 1024 * 1024
_VARINT, _BYTES = 0, 2  # wire types
_KIND, _SIZE = 1, 3  # fields of the head of a block
_RAW, _ZLIB = 1, 3  # fields of its content
_STRINGS = 1  # field of the data
_EMPTY_FIRST = b"\n\x00"  # every table begins with an empty name


def check_names(path: Path) -> None:
    """Refuse an extract with a NUL byte inside a name, or whose blocks do not fit together."""
    try:
        for number, table in enumerate(_tables(path), 1):
            if 0 in table.removeprefix(_EMPTY_FIRST) and any(0 in n for _, n in _fields(table)):
                raise InputError(
                    path.name, f"block {number}", "a name in it holds a NUL byte, so it is damaged",
                    "download the extract again",
                )  # fmt: skip
    except InputError:
        raise
    except (ValueError, IndexError, zlib.error):
        raise InputError(
            path.name, "", "the extract is damaged or cut off", "download it again"
        ) from None


def _tables(path: Path) -> Iterator[bytes]:
    """Yield the string tables of all blocks of data that are stored plainly or as zlib."""
    with path.open("rb") as stream:
        while len(size := stream.read(4)) == 4:
            kind, length = b"", 0
            for field, value in _fields(_part(stream, int.from_bytes(size), _LARGEST_HEAD)):
                kind = value if field == _KIND else kind
                length = _varint(value, 0)[0] if field == _SIZE else length
            block = _part(stream, length, _LARGEST_BLOCK)
            if kind == b"OSMData":
                yield from (v for f, v in _fields(_content(block)) if f == _STRINGS)


def _part(stream: BinaryIO, length: int, most: int) -> bytes:
    """Read a part whose length, as stated, is within the limits of the format and the file."""
    part = stream.read(length) if length <= most else b""
    if len(part) < length:
        raise ValueError("a part is longer than it can be")
    return part


def _content(block: bytes) -> bytes:
    for field, value in _fields(block):
        if field == _RAW:
            return value
        if field == _ZLIB:
            return zlib.decompressobj().decompress(value, _LARGEST_BLOCK)
    return b""


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of the fields of a message; a varint keeps its own bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == _VARINT:
            start = at
            _, at = _varint(message, at)
        elif key & 7 == _BYTES:
            length, start = _varint(message, at)
            at = start + length
        else:
            raise ValueError("no field of this format")
        if at > len(message):
            raise ValueError("a field ends beyond its message")
        yield key >> 3, message[start:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits per byte, least first, and where it ends."""
    value = shift = 0
    while message[at] & 0x80:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1
