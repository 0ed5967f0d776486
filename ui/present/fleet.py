"""The fleet table: rows as typed, what is wrong with them, and pasting into them."""

from __future__ import annotations

from dataclasses import replace

from planner import edits
from planner.inputs.workbooks.rota import EXAMPLE, fleet_of_rows
from planner.inputs.workbooks.rota_rows import COLUMNS, Problem, Rows, check_rows, is_blank
from planner.model.demand import ROTA, DemandInput
from planner.model.project import Project
from ui.present.text import count

WIDTH = len(COLUMNS)
_SHORT = {"use": "Use", "soc": "Leaves at", "ac": "AC", "dc": "DC"}
TITLES = tuple(f"{_SHORT.get(c.key, c.label)} {c.unit}".strip() for c in COLUMNS)
HINTS = tuple(str(value) for value in EXAMPLE)
IS_NUMBER = tuple(bool(c.unit) for c in COLUMNS)


def fleet_group(project: Project | None) -> DemandInput | None:
    """Return the group of drivers that is a fleet, if there is one."""
    groups = project.scenario.demand if project else ()
    return next((g for g in groups if g.archetype == ROTA), None)


def rows_of(project: Project | None) -> Rows:
    """Return the rows of the fleet on screen."""
    group = fleet_group(project)
    return group.rota if group else ()


def with_rows(project: Project, rows: Rows) -> Project:
    """Put rows in the place of the fleet; no rows, no fleet."""
    kept = tuple(row for row in rows if not is_blank(row))
    known = fleet_group(project)
    made = (fleet_of_rows(kept, known),) if kept else ()
    groups = project.scenario.demand
    if known is None:
        return edits.set_demand(project, (*groups, *made))
    at = groups.index(known)
    return edits.set_demand(project, (*groups[:at], *made, *groups[at + 1 :]))


def with_fleet(project: Project, fleet: DemandInput) -> Project:
    """Take a fleet read from a workbook in the place of the one there."""
    known = fleet_group(project)
    if known is None:
        return edits.set_demand(project, (*project.scenario.demand, fleet))
    made = replace(fleet, growth_pct_per_year=known.growth_pct_per_year)
    return edits.set_demand(
        project, tuple(made if g is known else g for g in project.scenario.demand)
    )


def with_groups(project: Project, groups: tuple[DemandInput, ...]) -> Project:
    """Take a fleet, or groups of drivers beside the fleet that is there, from a workbook."""
    if any(g.archetype == ROTA for g in groups):
        return with_fleet(project, groups[0])
    known = fleet_group(project)
    return edits.set_demand(project, (*groups, known) if known else groups)


def with_cells(rows: Rows, row: int, column: int, cells: Rows) -> Rows:
    """Write a block of cells at a place; rows are added below as needed."""
    made = [list(r) + [""] * (WIDTH - len(r)) for r in rows]
    while len(made) < row + len(cells):
        made.append([""] * WIDTH)
    for down, line in enumerate(cells):
        for right, text in enumerate(line[: WIDTH - column]):
            made[row + down][column + right] = text.strip()
    return tuple(map(tuple, made))


def pasted(text: str) -> Rows:
    """Read what a spreadsheet puts on the clipboard; its header row is left out."""
    lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
    names = {c.label.casefold() for c in COLUMNS}
    if (
        lines
        and len(lines) > 1
        and len({c.split(" (")[0].casefold() for c in lines[0]} & names) > 1
    ):
        lines = lines[1:]
    return tuple(tuple(line) for line in lines)


def problems_of(rows: Rows) -> dict[tuple[int, int], str]:
    """Return what is wrong by row and column."""
    _visits, problems = check_rows(rows)
    return {(p.row, p.column): p.text for p in problems}


def summary(rows: Rows, problems: dict[tuple[int, int], str]) -> str:
    """Say how many trips there are and how many are left out."""
    if not rows:
        return "No vehicle yet. Type or paste the first one, or import a rota."
    vehicles = len({row[0] for row in rows if row[0].strip()})
    text = f"{count(len(rows), 'row')}, {count(vehicles, 'vehicle')}"
    if problems:
        left_out = len({row for row, _column in problems})
        text += f"; {count(left_out, 'row is', 'rows are')} not counted until corrected"
    return f"{text}."


def next_problem(
    problems: dict[tuple[int, int], str], after: tuple[int, int] | None = None
) -> Problem | None:
    """Return the first problem below a cell, from the top again after the last."""
    if not problems:
        return None
    places = sorted(problems)
    row, column = next((p for p in places if after is not None and p > after), places[0])
    return Problem(row, column, problems[row, column])


def problem_text(problem: Problem, problems: dict[tuple[int, int], str]) -> str:
    """Say where a cell is, what is wrong with it, and how many there are."""
    at = sorted(problems).index((problem.row, problem.column)) + 1
    of = f" ({at:,} of {len(problems):,})" if len(problems) > 1 else ""
    return f"Row {problem.row + 1}, {TITLES[problem.column]}: {problem.text}{of}"
