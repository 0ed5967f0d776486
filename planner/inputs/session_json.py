"""Charging sessions as JSON: documents of ACN-Data, charge detail records of OCPI, JSON Lines.

Contract: the first list of records in which arrival, departure and energy are found is
taken as a table, nested keys joined by a dot; lists within a record (the periods of a
charge, a user's inputs) are left out.
"""

from __future__ import annotations

from typing import Any

from planner.inputs.problem import InputError
from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.records import parsed, refuse_code, table_of
from planner.inputs.report import Action, Report
from planner.inputs.session_columns import holds_sessions

_DEEPEST = 3


def read_json_sessions(text: str, file: str, report: Report) -> RawTable:
    """Return the table of sessions in a JSON text."""
    document = parsed(text, file)
    refuse_code(document, file)
    tables = [table for table in map(table_of, _lists(document, 0)) if table[1]]
    if not tables:
        raise InputError(
            file, "", "this JSON holds no list of sessions", "export one record per session"
        )
    header, rows = next((t for t in tables if holds_sessions([t[0], *t[1]])), tables[0])
    report.say(Action.ACCEPT, "SES-JSON", f"JSON with {len(rows):,} records")
    return RawTable(
        file, [header, *rows], range(len(rows) + 1),
        lambda row, column: f"record {row}, '{header[column][:40]}'",
    )  # fmt: skip


def _lists(node: Any, depth: int) -> list[list[Any]]:
    """Return the lists of records of a document, those further up first."""
    if isinstance(node, list):
        return [node] if node and all(isinstance(item, dict) for item in node) else []
    if not isinstance(node, dict) or depth >= _DEEPEST:
        return []
    below = [_lists(value, depth + 1) for value in node.values()]
    return [found for lists in below for found in lists]
