"""Backups of a project as rows, and what one of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.model.project import Project
from planner.store.backups import Backup
from planner.store.upgrades import SCHEMA
from ui.present.text import count


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One backup: when, how long ago, which generation, how large; `newer` cannot be opened."""

    when: str
    ago: str
    generation: str
    size: str
    newer: bool


def backup_rows(backups: Sequence[Backup], now: datetime) -> tuple[BackupRow, ...]:
    """Return rows, the newest first, in local time."""
    return tuple(
        BackupRow(
            f"{b.made.astimezone():%d %b %Y %H:%M}", ago_words((now - b.made).total_seconds()),
            f"{b.generation:,}", size_words(b.size), b.schema > SCHEMA,
        )
        for b in backups
    )  # fmt: skip


def ago_words(seconds: float) -> str:
    """Say how long ago something was."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{count(minutes, 'minute')} ago"
    if minutes < 48 * 60:
        return f"{count(minutes // 60, 'hour')} ago"
    return f"{count(minutes // 1440, 'day')} ago"


def size_words(size: int) -> str:
    """Say the size of a file."""
    return f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1e3)):,} kB"


def contents(project: Project) -> tuple[tuple[str, str], ...]:
    """Say what a version of the project holds."""
    site = project.site
    rows = [
        ("Project", project.name), ("Bays", f"{len(site.bays):,}"),
        ("Buildings and areas", f"{len(site.areas):,}"), ("Boards", f"{len(site.boards):,}"),
        ("Supply", f"{site.supply.agreed_kva:,.0f} kVA" if site.supply else "Not given"),
        ("Load profile", site.profile.source if site.profile else "None"),
    ]  # fmt: skip
    for scenario in project.scenarios:
        design = scenario.design
        text = count(len(design.chargers), "charger") if design else "No design"
        rows.append((scenario.name, text))
    return tuple(rows)
