"""Sheets that are no XLSX: old Excel workbooks (XLS) and OpenDocument (ODS), values only."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from planner.inputs.archive import open_zip, read_entry, unreadable
from planner.inputs.problem import InputError
from planner.inputs.workbooks import compound

Cell = str | float | int | bool | datetime | date | time | None
_MOST_CELLS = 10_000_000
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # the stream of a locked new workbook
_MOST_BYTES = 200_000_000
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_SAVE = "save it as XLSX in Excel or LibreOffice"
_SHORTER = "export a shorter period"


@dataclass(frozen=True, slots=True)
class ForeignSheet:
    """One sheet: its name, whether it is shown, and its rows from the first one on."""

    name: str
    visible: bool
    rows: Sequence[Sequence[Cell]]


def read_foreign(path: Path) -> list[ForeignSheet] | None:
    """Read an ODS or XLS workbook by what it is, whatever its name; None for all others."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise unreadable(path, error) from error
    if is_ods(head):
        return read_ods(path)
    return read_xls(path) if head.startswith(compound.MARK[:4]) else None


def is_ods(head: bytes) -> bool:
    """Tell an OpenDocument sheet by its first entry, which is stored as it is."""
    return head.startswith(b"PK") and ODS_TYPE in head[:200]


def read_ods(path: Path) -> list[ForeignSheet]:
    """Read an OpenDocument sheet after the checks that every archive undergoes."""
    with open_zip(path) as archive:
        names = set(archive.namelist())
        if "content.xml" not in names:
            raise InputError(path.name, "", "this archive holds no sheet (content.xml)", _SAVE)
        for name in sorted(names):
            if not name.endswith(".xml"):
                continue
            content = read_entry(archive, name, path.name)
            if name == "META-INF/manifest.xml" and b"encryption-data" in content:
                raise InputError(
                    path.name, "", "the sheet is password protected",
                    "remove the password and save it again",
                )  # fmt: skip
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise InputError(
                    path.name, f"part {name}", "the sheet defines XML entities, "
                    "which spreadsheets never need", "ask the sender for a plain file",
                )  # fmt: skip
            if name == "content.xml" and not _is_whole(content):
                raise _damaged(path)
    return _read(path)


def _is_whole(content: bytes) -> bool:
    """Tell whether every element of an XML is closed; the library would wait for it for ever."""
    from defusedxml import DefusedXmlException, ElementTree

    try:
        for _, element in ElementTree.iterparse(io.BytesIO(content), forbid_dtd=True):
            element.clear()
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return False
    return True


def read_xls(path: Path) -> list[ForeignSheet]:
    """Read an old Excel workbook; a locked new one has the same beginning."""
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(path.name, "", "the workbook is larger than 200 MB", _SHORTER)
    content = path.read_bytes()
    try:
        book = compound.workbook(content)
    except compound.DamagedError:
        raise _unreadable(path, content) from None
    except compound.TooWideError:
        raise InputError(
            path.name, "", f"the sheets span more than {compound.MOST_CELLS:,} cells", _SHORTER
        ) from None
    if book is not None:
        return _read(path, book)
    if _LOCKED in content:
        raise _locked(path)
    raise InputError(path.name, "", "this old Office file holds no Excel workbook", _SAVE)


def _unreadable(path: Path, content: bytes) -> InputError:
    """Tell a damaged workbook from a locked one by the names that stand in it."""
    if _LOCKED in content:
        return _locked(path)
    if "Book".encode("utf-16-le") in content or "book".encode("utf-16-le") in content:
        return _damaged(path)
    reason = "the workbook is password protected or no Excel workbook at all"
    return InputError(path.name, "", reason, "remove the password and save it as XLSX")


def _locked(path: Path) -> InputError:
    return InputError(
        path.name, "", "the workbook is password protected", "remove the password and save it again"
    )


def _damaged(path: Path) -> InputError:
    return InputError(path.name, "", "the workbook is damaged or cut off", _SAVE)


def _read(path: Path, content: bytes | None = None) -> list[ForeignSheet]:
    """Read the sheets of a checked file, or of its checked content."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        if content is None:
            book = CalamineWorkbook.from_path(str(path))
        else:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            ForeignSheet(
                about.name, about.visible == SheetVisibleEnum.Visible, _rows(book, about.name, path)
            )
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet
        ]
    except (InputError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # the library's own panics are no Exception
        if "assword" in str(fault):
            raise _locked(path) from None
        raise _damaged(path) from None


def _rows(book: Any, name: str, path: Path) -> list[list[Cell]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * max(sheet.total_width, 1) > _MOST_CELLS:
        raise InputError(
            path.name, f"sheet {name}", f"the sheet has {sheet.total_height:,} rows and "
            f"{sheet.total_width:,} columns", _SHORTER,
        )  # fmt: skip
    return [[_value(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]


def _value(value: Any) -> Cell:
    """Return a cell as other readers give it: blank is None, dates are dates."""
    if isinstance(value, timedelta):  # a time of day of up to 24:00
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return None if value == "" else value
