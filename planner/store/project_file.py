"""Saving and opening the project file (.ampyard)."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from planner.inputs.archive import open_zip, read_entry, unreadable
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import backups, manifest
from planner.store.atomic import write_atomically
from planner.store.folder import load_folder
from planner.store.parts import ATTACHMENTS, split
from planner.store.upgrades import SCHEMA
from planner.store.verified import RESTORE, Opened, Stamp, assembled, check

SUFFIX = ".ampyard"
MIMETYPE = b"application/x-ampyard+zip"
# A fixed date: the same project gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Saved:
    """The state of the file after saving, and what went wrong beside it."""

    stamp: Stamp
    warnings: tuple[str, ...] = ()


def save(project: Project, path: Path, expected: Stamp | None = None) -> Saved:
    """Write a project file; the old one stays whole until the new one is verified.

    With `expected`, a file that somebody else has changed meanwhile is not
    overwritten: that is a question for the user.
    """
    path = Path(path)
    before = _before(path, expected)
    generation = (before.generation if before else 0) + 1
    content = pack(project, generation)
    warnings: list[str] = []

    def back_up(old: Path) -> None:
        warnings.extend(_keep_old(old, before))

    write_atomically(path, content, lambda p: _verify(p, content), back_up)
    stamp = Stamp(manifest.checksum(content), generation, SCHEMA, manifest.app_version())
    return Saved(stamp, tuple(warnings))


def load(path: Path) -> Project:
    """Open a project file or a project folder."""
    return open_project(path).project


def open_project(path: Path) -> Opened:
    """Open a project together with the state of its file."""
    path = Path(path)
    try:
        is_folder = path.is_dir()
    except OSError as error:  # a name too long for any file
        raise unreadable(path, error) from error
    if is_folder:
        return load_folder(path)
    content = _read_file(path)
    about, entries = unpack(path)
    project = assembled(entries, about, path.name)
    stamp = Stamp(manifest.checksum(content), about.generation, about.schema, about.app_version)
    return Opened(project, stamp)


def pack(project: Project, generation: int) -> bytes:
    """Return the bytes of a project file."""
    entries, crs = split(project), f"EPSG:{project.site.epsg}"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        _add(archive, "mimetype", MIMETYPE, zipfile.ZIP_STORED)
        _add(archive, manifest.NAME, manifest.make(entries, generation, crs))
        for name in sorted(entries):
            # Pictures are compressed already.
            method = zipfile.ZIP_STORED if name.startswith(ATTACHMENTS) else zipfile.ZIP_DEFLATED
            _add(archive, name, entries[name], method)
    return stream.getvalue()


def _add(
    archive: zipfile.ZipFile, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, method, compresslevel=1)


def unpack(path: Path) -> tuple[manifest.Manifest, dict[str, bytes]]:
    """Return manifest and verified entries of a project file."""
    head = _read_file(path, 4)
    if not head.startswith(b"PK"):
        from planner.inputs.workbooks.cells import really

        raise InputError(
            path.name, "", f"this is {really(head or b'')}, not an Ampyard project",
            "choose a file that Ampyard has saved",
        )  # fmt: skip
    try:
        with open_zip(path) as archive:
            names = set(archive.namelist())
            if manifest.NAME not in names:
                raise InputError(
                    path.name, "", "this archive is no Ampyard project (no manifest)",
                    "choose a file that Ampyard has saved",
                )  # fmt: skip
            about = manifest.parse(read_entry(archive, manifest.NAME, path.name), path.name)
            entries = {n: read_entry(archive, n, path.name) for n in about.files if n in names}
    except InputError as error:
        if "damaged" in error.reason and not error.remedy.startswith("open the latest"):
            raise InputError(error.file, error.place, error.reason, RESTORE) from error
        raise
    check(about, entries, path.name)
    return about, entries


def read_stamp(path: Path) -> Stamp:
    """Return the state of a project file without reading its parts."""
    content = _read_file(path)
    with open_zip(path) as archive:
        if manifest.NAME not in archive.namelist():
            raise InputError(path.name, "", "this is no Ampyard project", "choose another name")
        about = manifest.parse(read_entry(archive, manifest.NAME, path.name), path.name)
    return Stamp(manifest.checksum(content), about.generation, about.schema, about.app_version)


def _before(path: Path, expected: Stamp | None) -> Stamp | None:
    """Return the state of the file to be replaced; damaged or foreign ones have none."""
    if not path.exists():
        return None
    content = _read_file(path)
    if expected is not None and manifest.checksum(content) != expected.sha256:
        raise InputError(
            path.name, "", "the file has been changed by someone else since it was opened",
            "save under another name, reload it, or overwrite it", question=True,
        )  # fmt: skip
    try:
        return read_stamp(path)
    except InputError as error:
        if "newer version" in error.reason:
            raise
        return None


def _keep_old(old: Path, before: Stamp | None) -> list[str]:
    """Back up the file that is about to be replaced; a failure is a warning, not silence."""
    warnings = []
    if before is not None and before.schema < SCHEMA:
        keep = old.with_name(f"{old.name}.v{before.schema}.bak")
        if not keep.exists():
            shutil.copy2(old, keep)
    try:
        backups.keep(old, before.generation if before else 0, before.schema if before else 0)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        warnings.append(f"{old.name} was saved, but the old version could not be kept ({reason})")
    return warnings


def _verify(path: Path, content: bytes) -> None:
    """Read the temporary file again and check every part."""
    if path.read_bytes() != content:
        raise OSError(5, "the drive returned other bytes than were written")
    unpack(path)


def _read_file(path: Path, size: int = -1) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise unreadable(path, error) from error
