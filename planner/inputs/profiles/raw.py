"""A table as it stands in a file, before anyone says what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

Value = str | float | int | bool | datetime | date | time | None


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of cells; `numbers` are the row numbers as the user sees them."""

    file: str
    rows: Sequence[Sequence[Value]]
    numbers: Sequence[int]
    place: Callable[[int, int], str]
    separator: str = ""

    def text(self, row: int, column: int) -> str:
        """Return a cell as trimmed text, blank beyond the end of its row."""
        cells = self.rows[row]
        value = cells[column] if column < len(cells) else None
        return "" if value is None else str(value).strip()

    def column(self, index: int, first: int) -> list[Value]:
        """Return the cells of one column from row `first` on."""
        return [row[index] if index < len(row) else None for row in self.rows[first:]]
