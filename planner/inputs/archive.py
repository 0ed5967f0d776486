"""Zip files from elsewhere: limits are checked before anything is unpacked.

Project files, workbooks, KMZ and zipped Shapefiles all come through here.
Nothing is ever extracted by the name an archive gives.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.inputs.problem import InputError

MAX_ENTRIES = 2_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 100
RATIO_FROM_BYTES = 1_000_000
MAX_NAME = 255
_CHUNK = 1 << 20
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_ASK_AGAIN = "ask the sender for the file again"


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose directory keeps to the limits, else raise `InputError`."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise unreadable(path, error) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise InputError(path.name, "", "the archive is cut off or damaged", _ASK_AGAIN) from error
    with archive:
        check_directory(path.name, archive.infolist())
        yield archive


def check_directory(file: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse unsafe names, links, duplicates and sizes that only a bomb has."""
    if len(entries) > MAX_ENTRIES:
        raise InputError(
            file, "", f"the archive holds {len(entries):,} entries, more than {MAX_ENTRIES:,}",
            _ASK_AGAIN,
        )  # fmt: skip
    total = 0
    seen: set[str] = set()
    for entry in entries:
        problem = _entry_problem(entry)
        if not problem and entry.filename.casefold() in seen:
            problem = "is there twice"
        if problem:
            shown = entry.orig_filename[:60].encode("unicode_escape").decode()
            raise InputError(file, f"entry '{shown}'", f"the entry {problem}", _ASK_AGAIN)
        seen.add(entry.filename.casefold())
        total += entry.file_size
    if total > MAX_TOTAL_BYTES:
        raise InputError(
            file, "", f"the archive unpacks to {total / 1e6:,.0f} MB, more than "
            f"{MAX_TOTAL_BYTES / 1e6:,.0f} MB", _ASK_AGAIN,
        )  # fmt: skip


def _entry_problem(entry: zipfile.ZipInfo) -> str:
    """Say what is wrong with one directory entry, or nothing."""
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    rules = (
        (len(name) > MAX_NAME, f"has a name longer than {MAX_NAME} characters"),
        ("\0" in name or any(ord(c) < 32 for c in name), "has control characters in its name"),
        (name.startswith(("/", "\\")) or ".." in parts, "points outside the archive"),
        (":" in name, "names a drive"),
        (any(_RESERVED.match(part) for part in parts), "has a name reserved by the system"),
        (stat.S_ISLNK(entry.external_attr >> 16), "is a link"),
        (bool(entry.flag_bits & 0x1), "is encrypted"),
        (
            entry.file_size > RATIO_FROM_BYTES
            and entry.file_size > MAX_RATIO * max(entry.compress_size, 1),
            f"unpacks to {entry.file_size / 1e6:,.0f} MB from almost nothing",
        ),
    )
    return next((text for wrong, text in rules if wrong), "")


def real_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the files, without what macOS adds for itself."""
    return [
        entry.filename
        for entry in archive.infolist()
        if not entry.is_dir()
        and not entry.filename.startswith("__MACOSX/")
        and not entry.filename.rpartition("/")[2].startswith("._")
    ]


def read_entry(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    """Read one entry while counting, because the sizes in the directory may lie."""
    declared = archive.getinfo(name).file_size
    parts, size = [], 0
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > declared:
                    raise InputError(
                        file, f"entry '{name}'", "unpacks to more than it declares", _ASK_AGAIN
                    )
                parts.append(chunk)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # zlib, struct and zipfile errors all mean: damaged
        raise InputError(file, f"entry '{name}'", "the entry is damaged", _ASK_AGAIN) from error
    return b"".join(parts)


def unreadable(path: Path, error: OSError) -> InputError:
    """Put an operating-system error on a file into one sentence."""
    if isinstance(error, FileNotFoundError):
        return InputError(path.name, "", "there is no such file", "check the name and folder")
    if isinstance(error, PermissionError):
        return InputError(
            path.name, "", "the file may not be read", "close it elsewhere or ask for access"
        )
    if isinstance(error, IsADirectoryError):
        return InputError(path.name, "", "this is a folder", "name a file")
    reason = (error.strerror or "unknown error").lower()
    return InputError(path.name, "", f"the file cannot be read ({reason})", "check the drive")
