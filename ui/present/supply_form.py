"""The fields of the supply by group, and what the checks say about what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grid.findings import Severity
from planner.inputs.workbooks.items import Item
from planner.inputs.workbooks.supply import ITEMS
from planner.inputs.workbooks.supply_boards import COLUMNS
from planner.inputs.workbooks.supply_typed import Checked, TypedSupply
from ui.present.notes import NoteRow
from ui.present.text import count

_ITEMS = {item.key: item for item in ITEMS}
_GROUPS = (
    ("Intake", ("agreed", "nominal", "frequency", "earthing", "zs", "export")),
    ("Network above", ("hv", "fault_max", "fault_min")),
    ("Transformer on site", ("rating", "lv_no_load", "uk", "load_loss", "no_load_loss",
                             "no_load_current", "vector")),
)  # fmt: skip
assert {key for _, keys in _GROUPS for key in keys} == set(_ITEMS)

BOARD_HEADS = tuple(f"{c.label} {c.unit}".strip() for c in COLUMNS)
BOARD_KEYS = tuple(c.key for c in COLUMNS)


def groups() -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """Return the template's items by group."""
    return tuple((title, tuple(_ITEMS[key] for key in keys)) for title, keys in _GROUPS)


@dataclass(frozen=True, slots=True)
class FieldState:
    """What stands beside a field: wrong, or assumed with its source, or its hint."""

    flag: str = ""
    hint: str = ""
    placeholder: str = ""


def field_states(checked: Checked) -> dict[str, FieldState]:
    """Return what to show at each field."""
    assumed = {a.id.removeprefix("supply-"): a for a in checked.assumptions}
    states = {}
    for key, item in _ITEMS.items():
        wrong = checked.wrong.get(key, "")
        told = assumed.get(key)
        if wrong:
            states[key] = FieldState("error", wrong)
        elif told is not None:
            states[key] = FieldState("", f"Assumed: {told.source}", f"{told.value} assumed")
        else:
            states[key] = FieldState("", item.note)
    return states


def rows(typed: TypedSupply, checked: Checked) -> tuple[NoteRow, ...]:
    """List what is wrong, by cell where it came from a workbook, then what is assumed."""
    made = []
    for key, sentence in checked.wrong.items():
        place = typed.places.get(key, "")
        text = f"{place[:1].upper()}{place[1:]}: {sentence}" if place else sentence
        made.append(NoteRow(Severity.ERROR, text, "Go to the field", (key,)))
    for a in checked.assumptions:
        made.append(NoteRow(Severity.WARNING, f"{a.text}: {a.value} assumed", a.source))
    made += [NoteRow(Severity.INFO, f"{note}.") for note in typed.notes]
    return tuple(made)


def blocked(checked: Checked) -> str:
    """Say why the supply cannot be taken yet."""
    if not checked.wrong:
        return ""
    return f"{count(len(checked.wrong), 'field')} to correct."


def cell_of_board(key: str) -> tuple[int, int] | None:
    """Return row and column of "board 2 rating", both from 0."""
    parts = key.split(" ")
    if len(parts) != 3 or parts[0] != "board" or parts[2] not in BOARD_KEYS:
        return None
    return int(parts[1]) - 1, BOARD_KEYS.index(parts[2])


def take_words(checked: Checked) -> str:
    """Name the primary button by its result."""
    boards = len(checked.sheet.boards) if checked.sheet else 0
    return f"Use supply and {count(boards, 'board')}" if boards else "Use this supply"


def board_wrong(wrong: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return what is wrong by cell of the table of boards."""
    found = {cell_of_board(key): text for key, text in wrong.items()}
    return {at: text for at, text in found.items() if at is not None}
