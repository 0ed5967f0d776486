"""The priced bill of materials as CSV for other programs."""

from __future__ import annotations

import csv
import io
import re

from planner.model.money import QuoteLine
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

HEADER = (
    "group", "item", "code", "net_quantity", "quantity", "unit", "unit_price", "amount",
    "currency", "basis", "rule", "source", "confidence",
)  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def render(_project: Project, _scenario: Scenario, outcome: Outcome) -> bytes:
    """Return the bill as UTF-8 with a byte order mark; a line without price has blank money."""
    quote = outcome.quote
    priced = {line.bom.id: line for line in quote.lines}
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADER)
    for bom in outcome.bom.lines:
        line: QuoteLine | None = priced.get(bom.id)
        cells = (
            bom.group, bom.description, bom.code, f"{bom.net:f}", f"{bom.quantity:f}", bom.unit,
            f"{line.unit_price:f}" if line else "", f"{line.amount:f}" if line else "",
            quote.currency, " ".join(bom.basis), bom.rule,
            line.source if line else "not priced", line.confidence if line else "",
        )  # fmt: skip
        writer.writerow(guarded(cell) for cell in cells)
    return stream.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    CWE-1236: a cell that starts with ``= + - @`` or a control character is live;
    numbers with a sign are left alone.
    """
    if cell[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"} and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
