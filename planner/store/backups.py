"""Rotating backups: whole project files, chosen by generation and checksum.

Twenty are kept, besides one per day of the last seven days, within a size
limit. Saving often does not use them up: of those closer together than a minimum
interval only the newest and one per interval stay. Files of a newer schema are
never rotated out.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from planner.store.state import project_key, state_folder
from planner.store.upgrades import SCHEMA

KEPT = 20
DAYS = 7
MAX_BYTES = 200_000_000
INTERVAL_S = 120
_NAME = re.compile(r"g(\d{6,})-s(\d+)-(\d{8}T\d{6})Z(?:-\d+)?\.ampyard")


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup with what its name says."""

    path: Path
    generation: int
    schema: int
    made: datetime
    size: int


def folder_of(path: Path) -> Path:
    """Return the folder that holds a project's backups."""
    return state_folder() / "backups" / project_key(path)


def keep(old: Path, generation: int, schema: int, now: datetime | None = None) -> Path:
    """Keep a copy of a project file that is about to be replaced, then rotate."""
    now = now or datetime.fromtimestamp(time.time(), UTC)
    folder = folder_of(old)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"g{generation:06d}-s{schema}-{now:%Y%m%dT%H%M%S}Z"
    target = folder / f"{stem}.ampyard"
    number = 2
    while target.exists():
        target = folder / f"{stem}-{number}.ampyard"
        number += 1
    try:
        os.link(old, target)
    except OSError:  # another drive, or a file system without links
        shutil.copyfile(old, target)
    for backup in to_remove(list_backups(old), now):
        backup.path.unlink(missing_ok=True)
    return target


def list_backups(path: Path) -> list[Backup]:
    """Return a project's backups, the newest generation first."""
    found = []
    folder = folder_of(path)
    for file in folder.glob("*.ampyard") if folder.is_dir() else ():
        if match := _NAME.fullmatch(file.name):
            made = datetime.strptime(match[3], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            size = file.stat().st_size
            found.append(Backup(file, int(match[1]), int(match[2]), made, size))
    return sorted(found, key=lambda b: (b.generation, b.made, b.path.name), reverse=True)


def to_remove(backups: Sequence[Backup], now: datetime) -> list[Backup]:
    """Choose the backups that are no longer needed; pure, newest first."""
    mine = [b for b in backups if b.schema <= SCHEMA]
    apart = _apart(mine)
    daily: dict[object, Backup] = {}
    for backup in apart:  # newest first: the last one of each day stays
        if (now - backup.made).days < DAYS:
            daily.setdefault(backup.made.date(), backup)
    kept: list[Backup] = []
    size = 0
    for index, backup in enumerate(apart):
        wanted = index < KEPT or backup in daily.values()
        if wanted and (size + backup.size <= MAX_BYTES or not kept):
            kept.append(backup)
            size += backup.size
    return [b for b in mine if b not in kept]


def _apart(backups: Sequence[Backup]) -> list[Backup]:
    """Leave the newest and, going up from the oldest, one per minimum interval."""
    spaced: list[Backup] = []
    for backup in reversed(backups):
        gap_s = (backup.made - spaced[-1].made).total_seconds() if spaced else INTERVAL_S
        # A clock that was set back must not cost a backup: generations count, not times.
        if backup is backups[0] or not 0 <= gap_s < INTERVAL_S:
            spaced.append(backup)
    return spaced[::-1]
