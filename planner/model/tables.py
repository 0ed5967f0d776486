"""Tables of a project's own: capacities, cables and devices, pinned as they were read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("ampacity", "cables", "devices", "spectra")


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One table as text cells; `name` is the file it came from.

    A capacity table replaces the shipped rows of the same insulation, number of
    loaded conductors, metal and method; cables and devices replace the shipped
    list as a whole.
    """

    kind: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> tuple[Mapping[str, str], ...]:
        """Every row as cells by column."""
        return tuple(dict(zip(self.columns, row, strict=True)) for row in self.rows)


def digest(tables: Mapping[str, OwnTable]) -> str:
    """Return a short name for the content of all tables."""
    parts = [(k, t.name, t.columns, t.rows) for k, t in sorted(tables.items())]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
