"""Tables and assets, and the only way to open them.

Contract: every table is a CSV file below ``data/`` whose column names carry
their units and which has a ``source`` column. Lines that start with ``#``
before the header hold the table's edition and licence note. No logic lives
here and nothing else in the program opens these files by path.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

_ROOT = Path(str(resources.files(__name__)))


class TableError(ValueError):
    """A table is missing, or one of its cells cannot be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; blank cells are ``None`` for the optional readers."""

    table: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return the cell as text; an unknown column is a `TableError`."""
        try:
            return self.cells[column]
        except KeyError:
            raise TableError(f"{self.table}: no column '{column}'") from None

    def number(self, column: str) -> float:
        """Return the cell as a number; a blank or wordy cell is a `TableError`."""
        value = self.optional_number(column)
        if value is None:
            raise TableError(f"{self.table}, line {self.line}: '{column}' is blank")
        return value

    def optional_number(self, column: str) -> float | None:
        """Return the cell as a number, or None where it is blank."""
        cell = self.text(column)
        if not cell:
            return None
        try:
            return float(cell)
        except ValueError:
            raise TableError(
                f"{self.table}, line {self.line}: '{column}' is '{cell}', not a number"
            ) from None

    def flag(self, column: str) -> bool:
        """Return a yes/no cell; anything else is a `TableError`."""
        cell = self.text(column)
        if cell not in {"yes", "no"}:
            raise TableError(f"{self.table}, line {self.line}: '{column}' is neither yes nor no")
        return cell == "yes"


def read_table(path: Path) -> tuple[Row, ...]:
    """Read a CSV table, shipped or the user's own, into rows."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = [(n, text) for n, text in enumerate(stream, 1) if not text.startswith("#")]
    if not lines:
        raise TableError(f"{path.name}: the table is empty")
    reader = csv.DictReader(text for _, text in lines)
    rows = []
    for (number, _), cells in zip(lines[1:], reader, strict=True):
        if None in cells or None in cells.values():
            raise TableError(f"{path.name}, line {number}: cells and header differ in number")
        rows.append(Row(path.name, number, {k: v.strip() for k, v in cells.items()}))
    return tuple(rows)


_HELD: dict[str, tuple[Row, ...]] = {}


def hold_table(name: str, rows: tuple[Row, ...]) -> None:
    """Hold a table of a project's own; its name is made from its content, so it never changes."""
    _HELD.setdefault(name, rows)


def is_held(name: str) -> bool:
    """Whether a table of a project's own is held under a name."""
    return name in _HELD


def open_table(name: str) -> tuple[Row, ...]:
    """Open a table by its name below ``data/``, such as ``prices/gb``, or one that is held."""
    return _HELD[name] if name in _HELD else _shipped(name)


@functools.cache
def _shipped(name: str) -> tuple[Row, ...]:
    path = _ROOT / f"{name}.csv"
    if not path.is_file():
        raise TableError(f"there is no table '{name}'")
    return read_table(path)


def table_names(folder: str = "") -> tuple[str, ...]:
    """Names of all shipped tables below ``folder``, sorted."""
    found = (_ROOT / folder).rglob("*.csv")
    return tuple(
        sorted(
            p.relative_to(_ROOT).with_suffix("").as_posix()
            for p in found
            if "samples" not in p.parts
        )
    )


def asset_path(name: str) -> Path:
    """Path of an asset such as ``fonts/Inter-Regular.otf``."""
    path = _ROOT / "assets" / name
    if not path.exists():
        raise FileNotFoundError(f"asset '{name}' is missing from this installation")
    return path


def sample_path(name: str) -> Path:
    """Path of a sample site's folder or file, such as ``hotel``."""
    path = _ROOT / "samples" / name
    if not path.exists():
        raise FileNotFoundError(f"there is no sample '{name}'")
    return path
