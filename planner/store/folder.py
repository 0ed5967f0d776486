"""A project as a folder of text files, for those who keep it under version control.

Part names carry the hash of their contents, the manifest is replaced last and
old parts are removed after it, so a crash leaves the old or the new state.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from planner.inputs.archive import MAX_TOTAL_BYTES, unreadable
from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import manifest
from planner.store.atomic import failed, write_atomically
from planner.store.parts import split
from planner.store.verified import Opened, Stamp, assembled, check

_PARTS = "parts"


def save_folder(project: Project, folder: Path) -> None:
    """Write a project as a folder."""
    entries = split(project)
    generation = 1
    old: set[str] = set()
    if (folder / manifest.NAME).exists():
        about = manifest.parse((folder / manifest.NAME).read_bytes(), folder.name)
        generation = about.generation + 1
        old = {_part(name, digest) for name, digest in about.files.items()}
    content = manifest.make(entries, generation, f"EPSG:{project.site.epsg}")
    names = {name: _part(name, manifest.checksum(part)) for name, part in entries.items()}
    try:
        (folder / _PARTS).mkdir(parents=True, exist_ok=True)
        for name, part in entries.items():
            target = folder / _PARTS / names[name]
            if not target.exists() or target.read_bytes() != part:
                write_atomically(target, part, partial(_same, part))
        write_atomically(folder / manifest.NAME, content, partial(_same, content))
        for name in old - set(names.values()):
            (folder / _PARTS / name).unlink(missing_ok=True)
    except OSError as error:
        raise failed(folder, error) from error


def load_folder(folder: Path) -> Opened:
    """Open a project folder."""
    try:
        content = (folder / manifest.NAME).read_bytes()
    except OSError as error:
        raise InputError(
            folder.name, "", "this folder holds no Ampyard project (no manifest)",
            "choose a project file or folder",
        ) from error  # fmt: skip
    about = manifest.parse(content, folder.name)
    entries: dict[str, bytes] = {}
    total = 0
    for name, digest in about.files.items():
        path = folder / _PARTS / _part(name, digest)
        if not path.exists():
            continue
        try:
            total += path.stat().st_size
            if total > MAX_TOTAL_BYTES:
                raise InputError(folder.name, "", "the parts are too large", "check the folder")
            entries[name] = path.read_bytes()
        except OSError as error:
            raise unreadable(path, error) from error
    check(about, entries, folder.name)
    stamp = Stamp(manifest.checksum(content), about.generation, about.schema, about.app_version)
    return Opened(assembled(entries, about, folder.name), stamp)


def _part(name: str, digest: str) -> str:
    """Return a flat file name for a part: no name in a manifest can lead elsewhere."""
    flat = "".join(c if c.isalnum() or c in "-_" else "_" for c in name.rpartition(".")[0])[:80]
    ending = "".join(c for c in name.rpartition(".")[2] if c.isalnum())[:10]
    short = "".join(c for c in digest if c in "0123456789abcdef")[:16]
    return f"{flat}-{short}.{ending}"


def _same(content: bytes, path: Path) -> None:
    if path.read_bytes() != content:
        raise OSError(5, "the drive returned other bytes than were written")


__all__ = ["load_folder", "save_folder"]
