"""Which column is the load, and in which unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isclose

from planner.inputs.problem import InputError
from planner.inputs.profiles.layouts import Layout
from planner.inputs.profiles.numbers import read_numbers
from planner.inputs.profiles.options import UNITS, ProfileOptions
from planner.inputs.profiles.raw import RawTable

BY_NAME = {u.casefold(): u for u in UNITS}
REACTIVE = r"kvar|\bvar|blind|reactive|q_?load|\bq\b|cos|power.?factor|leistungsfaktor|\bpf\b"
REGISTER = (
    r"z(?:ä|ae)hlerstand|register|meter.?reading|cumulative|kumul|\bindex\b|\bstand\b|reading"
)
EXPORT = r"export|einspeis|feed.?in|lieferung|generation|erzeug|injection|surplus|2\.29\.|2\.8\."
_OTHER = (
    r"temp|price|preis|cost|kosten|charge\b|\btax\b|status|qualit|flag|volt|spannung|\bamp|humid|"
    r"nummer|number|z(?:ä|ae)hlpunkt|meter.?(?:id|no)|mpan|esiid|\bcups|\bprm\b|serial|\bid\b|"
    r"interval|dauer|duration|revision"
)
_UNIT = re.compile(r"(?<![a-zäöü])(mwh|kwh|wh|mw|kw)(?![a-z])", re.IGNORECASE)
_WATT = re.compile(r"[\[(]\s*w\s*[\])]|_w$|\bin w$", re.IGNORECASE)
_SPELLED = (
    (r"kilo.?watt.?(hour|stunde|heure|uur|ora)", "kWh"), (r"kilo.?watt", "kW"),
    (r"mega.?watt.?(hour|stunde)", "MWh"), (r"mega.?watt", "MW"),
    (r"\bwatt.?(hour|stunde|heure|uur)", "Wh"), (r"\bwatts?\b", "W"),
)  # fmt: skip
UNIT_WORD = re.compile(r"unit|einheit|unité|unite\b|unidad|eenheid|unità", re.IGNORECASE)
_ENERGY = {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3}
_POWER = {"W": 1e-3, "kW": 1.0, "MW": 1e3}


def unit_in(text: str) -> str:
    """Return the unit a label names, blank for none."""
    if match := _UNIT.search(text.replace("_", " ")):
        return BY_NAME[match.group(1).casefold()]
    if _WATT.search(text.strip()):
        return "W"
    return next((unit for word, unit in _SPELLED if re.search(word, text, re.IGNORECASE)), "")


def load_columns(
    raw: RawTable, first: int, labels: Sequence[str], numeric: set[int],
    options: ProfileOptions, layout: Layout | None,
) -> tuple[int, ...]:  # fmt: skip
    """Choose the column of consumption; several equally good ones are a question."""
    wanted = options.column or (layout.value if layout else "")
    if wanted:
        return tuple(_named(raw.file, part, labels, numeric) for part in _parts(wanted, labels))
    left = _plausible(raw, first, labels, numeric)
    if not left:
        raise InputError(
            raw.file, raw.place(first, 0), "no column holds the consumption",
            "name it with --column NAME", question=True,
        )  # fmt: skip
    if len(left) > 1:
        names = ", ".join(f"'{labels[c][:40] or c + 1}'" for c in sorted(left)[:6])
        raise InputError(
            raw.file, raw.place(max(first - 1, 0), 0),
            f"{len(left)} columns could be the load: {names}",
            "choose one with --column NAME, or their sum with --column NAME+NAME", question=True,
        )  # fmt: skip
    return tuple(left)


def _parts(wanted: str, labels: Sequence[str]) -> list[str]:
    """Split "A+B" into its names unless one column is really called so."""
    whole = wanted.casefold()
    if "+" not in wanted or any(whole in label.casefold() for label in labels):
        return [wanted]
    return [part.strip() for part in wanted.split("+")]


def _plausible(raw: RawTable, first: int, labels: Sequence[str], numeric: set[int]) -> set[int]:
    """Leave out what is not consumption: ids, prices, reactive power, export, registers."""
    left = {c for c in numeric if not re.search(f"{REACTIVE}|{_OTHER}", labels[c], re.IGNORECASE)}
    left = {c for c in left if not re.search(EXPORT, labels[c], re.IGNORECASE)} or left
    left = {c for c in left if not re.search(REGISTER, labels[c], re.IGNORECASE)} or left
    if len(left) > 1:
        left = {c for c in left if not _is_id(raw, c, first)} or left
    if len(left) > 1:
        left = {c for c in left if not _constant(raw, c, first)} or left
    left = {c for c in left if unit_in(labels[c])} or left
    if len(left) == 2:
        left = _energy_of_pair(raw, first, labels, left)
    return left


def _energy_of_pair(raw: RawTable, first: int, labels: Sequence[str], pair: set[int]) -> set[int]:
    """Of one column in kW and one in kWh that say the same, take the energy."""
    energy = [c for c in pair if unit_in(labels[c]) in _ENERGY]
    power = [c for c in pair if unit_in(labels[c]) in _POWER]
    if len(energy) != 1 or len(power) != 1:
        return pair
    columns = [raw.column(c, first)[:200] for c in (energy[0], power[0])]
    values = [read_numbers(cells, None, raw.separator).values for cells in columns]
    ratios = [p / e for e, p in zip(*values, strict=True) if e and p]
    same = ratios and all(isclose(r, ratios[0], rel_tol=0.02) for r in ratios)
    return {energy[0]} if same else pair


def _named(file: str, wanted: str, labels: Sequence[str], numeric: set[int]) -> int:
    """Find a column by label, part of its label, or number from 1."""
    if wanted.isdigit() and 1 <= int(wanted) <= len(labels):
        return int(wanted) - 1
    key = wanted.casefold().strip()
    found = [c for c in sorted(numeric) if key == labels[c].casefold()]
    found = found or [c for c in sorted(numeric) if key in labels[c].casefold()]
    if not found:
        names = ", ".join(f"'{labels[c][:40]}'" for c in sorted(numeric)[:8])
        raise InputError(
            file, "", f"no column of numbers is called '{wanted[:40]}'", f"choose one of {names}"
        )
    return found[0]


def _is_id(raw: RawTable, column: int, first: int) -> bool:
    """Tell a customer or meter number: one whole number of five digits or more throughout."""
    found = {str(v).strip() for v in raw.column(column, first) if v not in {None, ""}}
    return len(found) == 1 and (text := found.pop()).isdigit() and len(text) >= 5


def _constant(raw: RawTable, column: int, first: int) -> bool:
    return len({str(v) for v in raw.column(column, first) if v not in {None, ""}}) <= 1


def stated_unit(raw: RawTable, first: int, label: str, layout: Layout | None) -> str:
    """Find the unit in the label, the layout, or the lines above such as "Unit;kWh"."""
    if found := unit_in(label) or (layout.unit if layout else ""):
        return found
    for index in range(first):
        cells = [str(c).strip() for c in raw.rows[index] if c not in {None, ""}]
        if len(cells) <= 3 and UNIT_WORD.search(" ".join(cells)):
            return unit_in(" ".join(cells)) or BY_NAME.get(cells[-1].casefold(), "")
        for column, cell in enumerate(raw.rows[index]):  # "Unit" above its value
            if UNIT_WORD.search(str(cell or "")) and index + 1 < first:
                below = raw.text(index + 1, column).casefold()
                if below in BY_NAME:
                    return BY_NAME[below]
    return ""
