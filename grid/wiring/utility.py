"""What the network operator must be told or asked: thresholds as data."""

from __future__ import annotations

from dataclasses import dataclass

from data import Row, open_table
from grid.findings import Finding, Severity
from grid.wiring.problem import NotTabulated

_RANK = {"none": Severity.OK, "notify": Severity.INFO, "apply": Severity.WARNING}


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection as the operator's rules see it.

    `demand_kva` is the sum behind the connection, `demand_a` the maximum demand
    per phase; `doubtful` covers looped or unmetered supplies, cut-out concerns
    and unknown adequacy.
    """

    country: str
    demand_kva: float
    demand_a: float
    doubtful: bool = False


def action(connection: Connection) -> tuple[str, Row]:
    """Return the gravest action due and the row of ``data/codes/utility`` that asks it.

    Actions are ``none``, ``notify`` and ``apply`` (apply before connecting, or
    consent of the operator).
    """
    rows = [r for r in open_table("codes/utility") if r.text("country") == connection.country]
    if not rows:
        raise NotTabulated(f"no operator rules for '{connection.country}'", "use gb, de or us")
    due = [r for r in rows if _applies(r, connection)]
    order = list(_RANK)
    worst = max(due, key=lambda r: order.index(r.text("action")))
    return worst.text("action"), worst


def _applies(row: Row, connection: Connection) -> bool:
    over_a, over_kva = row.optional_number("over_a"), row.optional_number("over_kva")
    if row.flag("doubtful"):
        return connection.doubtful
    if over_a is not None:
        return connection.demand_a > over_a
    return over_kva is not None and connection.demand_kva > over_kva


def finding(connection: Connection, subject: str = "supply") -> Finding:
    """Return the action due as a finding with threshold and source."""
    due, row = action(connection)
    over_a = row.optional_number("over_a")
    return Finding(
        code=f"UTIL-{due.upper()}",
        severity=_RANK[due],
        subject=subject,
        place="Connection to the network",
        message=row.text("text"),
        clause=row.text("source"),
        value=connection.demand_kva if over_a is None else connection.demand_a,
        limit=row.optional_number("over_kva") if over_a is None else over_a,
        unit="kVA" if over_a is None else "A",
        fix=row.text("fix"),
    )


def notes(
    connection: Connection, largest_kw: float, subject: str = "supply"
) -> tuple[Finding, ...]:
    """Return what else the operator's rules ask, from ``data/codes/utility_notes``.

    Parameters
    ----------
    connection
        Country and demand behind the connection.
    largest_kw
        Power of the largest charging point [kW].
    """
    found = []
    for row in open_table("codes/utility_notes"):
        each, total = row.optional_number("over_each_kw"), row.optional_number("over_sum_kva")
        applies = (each is None or largest_kw > each) and (
            total is None or connection.demand_kva > total
        )
        if row.text("country") == connection.country and applies:
            found.append(
                Finding(
                    "UTIL-NOTE",
                    Severity.INFO,
                    subject,
                    "Connection to the network",
                    row.text("text"),
                    row.text("source"),
                    value=largest_kw if each is not None else connection.demand_kva,
                    limit=total if each is None else each,
                    unit="kVA" if each is None else "kW",
                    fix=row.text("fix"),
                )
            )
    return tuple(found)
