"""Energy of sessions in kWh: by unit in the header or the cell, or from two meter readings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.inputs.problem import InputError
from planner.inputs.profiles.numbers import read_numbers
from planner.inputs.profiles.raw import RawTable
from planner.inputs.report import Action, Report
from planner.inputs.session_cells import without_unit
from planner.inputs.session_columns import Columns
from planner.inputs.session_names import words

MOST_KWH = 1000.0
"""No road vehicle takes more in one session; larger middles are another unit (assumption)."""
_LEAST_KWH = 0.2
Floats = npt.NDArray[np.float64]


def energies_kwh(raw: RawTable, columns: Columns, decimal: str | None, report: Report) -> Floats:
    """Return kWh per row, NaN where a cell is no number."""
    after = _column(raw, columns.first, columns.energy, decimal, report)
    if columns.energy_before < 0:
        _check_size(raw, columns, after)
        return after
    head = columns.first - 1
    report.say(
        Action.ACCEPT, "SES-METER",
        f"energy is the difference of '{raw.text(head, columns.energy)}' and "
        f"'{raw.text(head, columns.energy_before)}'",
    )  # fmt: skip
    taken = after - _column(raw, columns.first, columns.energy_before, decimal, report)
    _check_size(raw, columns, taken)
    return taken


def _column(raw: RawTable, first: int, column: int, decimal: str | None, report: Report) -> Floats:
    label = words(raw.text(first - 1, column))
    read = [without_unit(value) for value in raw.column(column, first)]
    cells, given = [cell for cell, _ in read], _kwh_per_unit(label)
    scale = np.array([given if factor is None else factor for _, factor in read])
    numbers = read_numbers(cells, decimal, raw.separator)
    if not numbers.ambiguous:
        return scale * _floats(numbers.values)
    plausible = []
    for mark in ",.":
        values = scale * _floats(read_numbers(cells, mark, raw.separator).values)
        if np.isfinite(values).any() and _LEAST_KWH <= np.nanmedian(values) <= MOST_KWH:
            plausible.append((mark, values))
    if len(plausible) != 1:
        raise InputError(
            raw.file, raw.place(first, column), "the decimal mark can be point or comma",
            "say which with --decimal", question=True,
        )  # fmt: skip
    mark, values = plausible[0]
    report.say(
        Action.ACCEPT, "SES-DECIMAL",
        f"'{mark}' is read as the decimal mark of energies, which alone gives amounts of a vehicle",
        remedy="name the other with --decimal",
    )  # fmt: skip
    return values


def _floats(values: list[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in values])


def _kwh_per_unit(label: str) -> float:
    if "mwh" in label:
        return 1000.0
    return 0.001 if "wh" in label and "kwh" not in label else 1.0


def _check_size(raw: RawTable, columns: Columns, kwh: Floats) -> None:
    """Ask for the unit where most sessions hold more than any vehicle."""
    middle = float(np.nanmedian(kwh)) if np.isfinite(kwh).any() else 0.0
    if middle > MOST_KWH:
        raise InputError(
            raw.file, raw.place(columns.first, columns.energy),
            f"half of the energies are above {middle:,.0f}, which is no kWh of a vehicle",
            "name the column with its unit, such as 'Energy (Wh)'", question=True,
        )  # fmt: skip
