"""Columns of numbers: one decimal mark per column, every odd cell named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from planner.inputs.profiles.raw import Value

_PLAIN = re.compile(r"[+-]?\d+(?:[eE][+-]?\d+)?", re.ASCII)
_POINT = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[,' ]\d{3})+)?\.\d*(?:[eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[.' ]\d{3})+)?,\d*(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)


LARGEST = 1e15
"""No register of any unit reaches this; sums of such numbers would lose their digits."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values with None where a cell is blank or no number; `bad` are indices of the latter."""

    values: list[float | None]
    bad: list[int]
    decimal: str
    ambiguous: bool


def is_number(value: Value) -> bool:
    """Tell whether a cell could be a number, with any decimal mark."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, (int, float)):
        return isfinite(value)
    if not isinstance(value, str):
        return False
    text = tidy(value)
    return bool(
        _PLAIN.fullmatch(text)
        or (
            (_POINT.fullmatch(text) or _COMMA.fullmatch(text) or _THOUSANDS.fullmatch(text))
            and any(c.isdigit() for c in text)
        )
    )


def tidy(text: str) -> str:
    """Trim a number and bring its minus sign and thousands blanks into one form."""
    return text.strip().replace("−", "-").replace("\u00a0", " ").replace("\u202f", " ")


def read_numbers(cells: Sequence[Value], decimal: str | None, separator: str) -> Numbers:
    """Read a column; a mark that could be either is reported as ambiguous."""
    texts = [tidy(c) for c in cells if isinstance(c, str) and ("." in c or "," in c)]
    mark, ambiguous = (decimal, False) if decimal else _decimal(texts, separator)
    values: list[float | None] = []
    bad: list[int] = []
    for index, cell in enumerate(cells):
        number = _number(cell, mark)
        values.append(number)
        if number is None and cell is not None and str(cell).strip():
            bad.append(index)
    return Numbers(values, bad, mark, ambiguous)


def _number(cell: Value, mark: str) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return _usable(float(cell)) if abs(cell) <= LARGEST else None
    if not isinstance(cell, str):
        return None
    text = tidy(cell)
    if _PLAIN.fullmatch(text):
        return _usable(float(text))
    if not mark:
        return None
    other = "." if mark == "," else ","
    shape = _COMMA if mark == "," else _POINT
    if shape.fullmatch(text) and any(c.isdigit() for c in text):
        for group in (other, "'", " "):
            text = text.replace(group, "")
        return _usable(float(text.replace(mark, ".")))
    if _THOUSANDS.fullmatch(text) and other in text and mark not in text:
        return _usable(float(text.replace(other, "")))
    return None


def _usable(number: float) -> float | None:
    """Return a number that some meter could show, None for others."""
    return number if isfinite(number) and abs(number) <= LARGEST else None


def _decimal(texts: Sequence[str], separator: str) -> tuple[str, bool]:
    """Find the decimal mark of a column; say whether that is a guess."""
    both = [t for t in texts if "." in t and "," in t]
    if both:
        marks = {max(".,", key=t.rfind) for t in both}
        return (marks.pop(), False) if len(marks) == 1 else ("", True)
    seen = {c for t in texts for c in ".," if c in t}
    if len(seen) == 2:
        return "", True
    if not seen:
        return ".", False
    mark = seen.pop()
    if not all(_GROUPED.fullmatch(t) for t in texts):
        several = [t for t in texts if t.count(mark) > 1]
        return ("," if mark == "." else ".") if several else mark, False
    # "50.000" throughout: with a comma between the columns the point is decimal.
    return mark, not (mark == "." and separator == ",")
