"""From verified parts to a project, whatever they were kept in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.inputs.problem import InputError
from planner.model.project import Project
from planner.store import manifest
from planner.store.codec import CodecError, decode_project
from planner.store.parts import join
from planner.store.upgrades import upgraded

RESTORE = "open the latest backup (File, Restore)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which state of a file this is: by contents and generation, never by time."""

    sha256: str
    generation: int
    schema: int
    app_version: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A project with the state of the file it came from."""

    project: Project
    stamp: Stamp


def check(about: manifest.Manifest, entries: Mapping[str, bytes], file: str) -> None:
    """Refuse a file of which a part is missing or not what was written."""
    for name, wanted in about.files.items():
        if name not in entries:
            raise InputError(file, f"part {name[:80]}", "the part is missing", RESTORE)
        if manifest.checksum(entries[name]) != wanted:
            raise InputError(file, f"part {name[:80]}", "the part is damaged", RESTORE)


def assembled(entries: Mapping[str, bytes], about: manifest.Manifest, file: str) -> Project:
    """Make the project of verified entries."""
    try:
        tree, left = join(entries)
        project = decode_project(upgraded(tree, about.schema), left)
    except (CodecError, KeyError, AttributeError, TypeError) as error:
        text = str(error)[:160] if isinstance(error, CodecError) else "contents do not fit"
        raise InputError(file, "", f"the project cannot be read: {text}", RESTORE) from error
    if not project.scenarios or not 0 <= project.active < len(project.scenarios):
        raise InputError(file, "", "the project has no scenario to show", RESTORE)
    return project
