"""Old Office containers: what is whole gives its cells, what is damaged one sentence."""

import runpy
import struct
from pathlib import Path

import pytest

from planner.inputs.problem import InputError
from planner.inputs.workbooks import compound, foreign

SEEDS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "fuzz_seeds.py"))
ROWS = [["time", "kWh"], [45_000.0, 1.5], [45_000.5, 2.5]]
WHOLE = SEEDS["xls"](ROWS)
STREAM = WHOLE[1_536:]  # head, table and directory take 512 bytes each


def read(tmp_path: Path, content: bytes) -> list[foreign.ForeignSheet]:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    return foreign.read_xls(path)


def refused(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    return str(caught.value)


def changed(at: int, number: int, content: bytes = WHOLE) -> bytes:
    return content[:at] + struct.pack("<I", number) + content[at + 4 :]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def sheets(*parts: bytes, count: int = 1) -> bytes:
    """A workbook whose `count` sheets all have the same records."""
    begin = record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 0, 0, 0))
    at = len(begin) + count * 15 + 4
    bound = b"".join(record(0x85, struct.pack("<IHBB", at, 0, 3, 0) + b"S%02d" % i)
                     for i in range(count))  # fmt: skip
    sheet = record(0x809, struct.pack("<4H2I", 0x600, 16, 0, 0, 0, 0)) + b"".join(parts)
    return SEEDS["compound"](
        {"Workbook": begin + bound + record(10, b"") + sheet + record(10, b"")}
    )


def number(row: int, column: int, value: float = 1.0) -> bytes:
    return record(0x203, struct.pack("<3Hd", row, column, 0, value))


def test_cells_come_out_as_they_are(tmp_path: Path) -> None:
    (sheet,) = read(tmp_path, WHOLE)
    assert (sheet.name, sheet.rows[0], sheet.rows[2][1]) == ("Load", ["time", "kWh"], 2.5)


@pytest.mark.parametrize("size", [300, 9_000, 500_000])
def test_a_container_written_anew_gives_the_same_stream(size: int) -> None:
    stream = bytes(range(256)) * (size // 256 + 1)
    box = compound._Container(compound.packed("Workbook", stream))
    ((name, at),) = box.entries()
    assert (name, box.stream(*at)[: len(stream)]) == ("Workbook", stream)


def test_a_short_stream_lies_in_the_stream_of_the_root(tmp_path: Path) -> None:
    short = sheets(number(0, 0, 7.5))
    end = short.rindex(record(10, b"")) + 4
    body = short[1_536:end]
    blocks = -(-len(body) // 64)
    table = struct.pack(f"<{blocks}I", *range(1, blocks), 0xFFFFFFFE).ljust(512, b"\xff")
    fat = struct.pack("<4I", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = changed(116, 3, changed(120, 512, changed(128 + 116, 0, short[1_024:1_536])))
    directory = changed(128 + 120, len(body), directory)
    head = changed(60, 2, changed(64, 1, short[:512]))
    (sheet,) = read(tmp_path, head + fat + directory + table + body.ljust(512, b"\0"))
    assert sheet.rows == [[7.5]]


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:400] + "Workbook".encode("utf-16-le"),
        WHOLE[:30] + b"\x0b\0" + WHOLE[32:],  # sectors of an odd size
        WHOLE[:1_300],
        changed(48, 900),  # the directory begins beyond the end
        changed(516, 1),  # the chain of the directory bites its tail
        changed(80, 0),  # the same table twice
        changed(68, 1, changed(1_024 + 508, 1)),  # the chain of tables bites its tail
        changed(1_536 + 2, 0xFFFFFFFF),  # a record longer than the stream
        sheets()[:-4_000],
    ],
)
def test_containers_that_contradict_themselves_are_damaged(tmp_path: Path, content: bytes) -> None:
    assert "damaged or cut off; save it as XLSX" in refused(tmp_path, content)


def test_sheets_wider_than_any_meter_writes_are_refused_before_memory_is_taken(
    tmp_path: Path,
) -> None:
    wide = sheets(number(0, 0), number(65_535, 200))
    assert "span more than 4,000,000 cells; export a shorter period" in refused(tmp_path, wide)
    several = record(0xBD, struct.pack("<2H", 9_999, 3) + bytes(60) + struct.pack("<H", 12))
    many = sheets(number(0, 0), several, count=40)
    assert "span more than" in refused(tmp_path, many)


def test_what_a_record_claims_beyond_itself_is_cut(tmp_path: Path) -> None:
    size = record(0x200, struct.pack("<2I3H", 0, 2**31, 0, 60_000, 0))
    text = record(0x204, struct.pack("<4HB", 1, 0, 0, 65_000, 0) + b"short")
    (sheet,) = read(tmp_path, sheets(size, number(0, 0), text))
    assert sheet.rows == [[1.0], ["short"]]


def test_a_sheet_that_begins_beyond_the_end_is_damaged(tmp_path: Path) -> None:
    content = sheets(number(0, 0))
    assert "damaged" in refused(tmp_path, changed(content.index(b"\x85\0") + 4, 99_999, content))


def test_names_of_locked_and_foreign_files(tmp_path: Path) -> None:
    locked = "EncryptedPackage".encode("utf-16-le")
    assert "password protected; remove" in refused(tmp_path, compound.MARK + bytes(600) + locked)
    assert "password protected or no Excel" in refused(tmp_path, compound.MARK + bytes(2_000))
    assert "holds no Excel workbook" in refused(tmp_path, SEEDS["compound"]({"Document": b"x"}))
