"""Old Office containers (OLE2): the stream of an old workbook, checked before a library sees it.

Only the workbook's own stream is taken out and put into a container written anew,
so no size or chain of the file itself reaches the library, which would ask the
system for as much memory as a damaged size says and be ended for it. Layout:
[MS-CFB] 2.2 to 2.6 (container), [MS-XLS] 2.4 (records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

MARK = bytes.fromhex("d0cf11e0a1b11ae1")
MOST_CELLS = 4_000_000
_SECTOR = 4_096  # of what is written; 109 tables of them reach 457 MB without a further chain
_MINI, _MINI_CUTOFF = 64, 4_096
_END, _LAST = 0xFFFFFFFE, 0xFFFFFFFA
_SHORTEST_CELL = 4
_BOF, _EOF, _BOUNDSHEET, _DIMENSIONS = 0x809, 0x0A, 0x85, 0x200
_MULRK, _TEXTS, _RESULT = 0xBD, frozenset({0x204, 0xD6}), 0x207
_CELLS = frozenset({0x06, 0x203, 0x205, 0x27E, 0xFD, _MULRK}) | _TEXTS


class DamagedError(Exception):
    """A container or a record that contradicts itself."""


class TooWideError(Exception):
    """The sheets span more cells than are read."""


def workbook(content: bytes) -> bytes | None:
    """Return an old workbook in a clean container; None if the file holds none."""
    box = _Container(content)
    found = dict(box.entries())
    name = next((n for n in ("Workbook", "Book", "WORKBOOK", "BOOK") if n in found), None)
    if name is None:
        return None
    stream = bytearray(box.stream(*found[name]))
    check_records(stream)
    return packed("Workbook" if name.casefold() == "workbook" else "Book", bytes(stream))


class _Container:
    """The sectors, tables and directory of a compound file."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(MARK):
            raise DamagedError
        shift, mini_shift = struct.unpack_from("<2H", content, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise DamagedError
        self.content, self.size = content, 1 << shift
        directory, mini_table, more = (struct.unpack_from("<I", content, at)[0]
                                       for at in (48, 60, 68))  # fmt: skip
        self.table = _numbers(b"".join(map(self._sector, self._tables(more))))
        self._directory = self.chain(directory)
        self._mini_table = mini_table

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        if start >= len(self.content):
            raise DamagedError
        return self.content[start : start + self.size]

    def _tables(self, more: int) -> list[int]:
        """Return the sectors of the table of sectors: 109 in the head, the others in a chain."""
        found = [n for n in struct.unpack_from("<109I", self.content, 76) if n < _LAST]
        seen: set[int] = set()
        while more < _LAST:
            if more in seen:
                raise DamagedError
            seen.add(more)
            *numbers, more = _numbers(self._sector(more)) or (_END,)
            found += [n for n in numbers if n < _LAST]
        if len(found) != len(set(found)):
            raise DamagedError
        return found

    def chain(self, start: int) -> bytes:
        """Return the bytes of a chain of sectors."""
        return b"".join(self._sector(n) for n in _followed(start, self.table))

    def entries(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield name, first sector and size of each stream."""
        for at in range(0, len(self._directory) - 127, 128):
            entry = self._directory[at : at + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            if kind == 2:
                name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                yield name, struct.unpack_from("<2I", entry, 116)

    def stream(self, start: int, size: int) -> bytes:
        """Return the bytes of a stream; short ones lie in the stream of the root.

        A file cut off in the padding of its last sector still has all its records.
        """
        if size >= _MINI_CUTOFF:
            found = self.chain(start)
        else:
            root_start, root_size = struct.unpack_from("<2I", self._directory, 116)
            whole = self.chain(root_start)[:root_size]
            table = _numbers(self.chain(self._mini_table))
            found = b"".join(whole[n * _MINI : (n + 1) * _MINI] for n in _followed(start, table))
        return found[:size]


def _numbers(content: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _followed(start: int, table: Sequence[int]) -> Iterator[int]:
    """Follow a chain through its table; one that leaves the table or bites its tail is damaged."""
    number = start
    for _ in range(len(table) + 1):
        if number == _END:
            return
        if number >= len(table):
            raise DamagedError
        yield number
        number = table[number]
    raise DamagedError


def check_records(stream: bytearray) -> None:
    """Check the size of every sheet; cut what a record claims to what it holds, in place."""
    spanned = 0
    for at in [*_sheets(stream)]:
        low, high, left, right = 1 << 16, -1, 1 << 16, -1
        for kind, start, length in _records(stream, at):
            if kind == _DIMENSIONS:  # a mere hint, for which memory would be reserved
                stream[start : start + length] = bytes(length)
            _cut_text(stream, kind, start, length)
            if kind in _CELLS and length >= _SHORTEST_CELL:
                row, column = struct.unpack_from("<2H", stream, start)
                last = column
                if kind == _MULRK:
                    (last,) = struct.unpack_from("<H", stream, start + length - 2)
                low, high = min(low, row), max(high, row)
                left, right = min(left, column), max(right, column, last)
        spanned += max(high - low + 1, 0) * max(right - left + 1, 0)
        if spanned > MOST_CELLS:
            raise TooWideError


def _records(stream: bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, place and length of the records of a part of the stream, to its end mark."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        if at + 4 + length > len(stream):
            raise DamagedError
        yield kind, at + 4, length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0 and kind == _EOF:
            return
        at += 4 + length
    raise DamagedError  # cut off before the end mark


def _sheets(stream: bytearray) -> Iterator[int]:
    """Yield where the sheets begin."""
    for kind, start, length in _records(stream, 0):
        if kind == _BOUNDSHEET and length >= _SHORTEST_CELL:
            (at,) = struct.unpack_from("<I", stream, start)
            if at >= len(stream):
                raise DamagedError
            yield at


def _cut_text(stream: bytearray, kind: int, start: int, length: int) -> None:
    """Let a text be no longer than its record, as memory is reserved for what it claims."""
    at = start + (6 if kind in _TEXTS else 0)
    if (kind in _TEXTS or kind == _RESULT) and at + 2 <= start + length:
        (claimed,) = struct.unpack_from("<H", stream, at)
        struct.pack_into("<H", stream, at, min(claimed, start + length - at - 2))


def packed(name: str, stream: bytes) -> bytes:
    """Return a container with one stream: head, table, directory, contents."""
    body = stream.ljust(-(-max(len(stream), _MINI_CUTOFF) // _SECTOR) * _SECTOR, b"\0")
    contents = len(body) // _SECTOR
    tables = 1
    while tables * (_SECTOR // 4) < tables + 1 + contents:
        tables += 1
    first = tables + 1
    table = [0xFFFFFFFD] * tables + [_END, *range(first + 1, first + contents), _END]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(tables * _SECTOR, b"\xff")

    def entry(text: str, kind: int, child: int, size: int) -> bytes:
        letters = text.encode("utf-16-le") + b"\0\0"
        head = letters.ljust(64, b"\0") + struct.pack("<HB", len(letters), kind) + b"\1"
        links = struct.pack("<3I", 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + links + bytes(36) + struct.pack("<IQ", first, size)

    directory = entry("Root Entry", 5, 1, 0) + entry(name, 2, 0xFFFFFFFF, len(body))
    head = MARK + bytes(16) + struct.pack("<6H", 0x3E, 4, 0xFFFE, 12, 6, 0) + bytes(4)
    head += struct.pack("<9I", 1, tables, tables, 0, _MINI_CUTOFF, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    return head.ljust(_SECTOR, b"\0") + fat + directory.ljust(_SECTOR, b"\0") + body
