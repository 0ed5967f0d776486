"""Charging points on a PME supply: a decision of the designer, never automatic."""

from __future__ import annotations

from dataclasses import dataclass

from data import Row, open_table
from grid.findings import Finding, Severity
from grid.model import Earthing
from grid.trace import Trace, TraceInput
from grid.wiring.problem import NotTabulated

# Codes that restrict PME for charging points outdoors.
_RESTRICTED = ("bs7671",)
TOUCH_LIMIT_V = 70.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about loss of the PEN conductor.

    `bom_code` names the line the decision adds to the bill of materials;
    `OPEN-DECISION` where nothing has been decided yet, empty where nothing is due.
    """

    required: bool
    chosen: str
    bom_code: str
    findings: tuple[Finding, ...]
    traces: tuple[Trace, ...] = ()


def options() -> tuple[Row, ...]:
    """Return the ways to meet the rule, from ``data/protection/open_pen``."""
    return open_table("protection/open_pen")


def decide(
    code_id: str,
    earthing: Earthing,
    chosen: str = "",
    *,
    touch_v: float | None = None,
    place: str = "Chargers",
) -> Decision:
    """Return what a PME supply asks of the chargers and what the choice means.

    Parameters
    ----------
    code_id, earthing
        Code of practice and earthing of the supply; the rule applies to
        TN-C-S supplies under BS 7671 (722.411.4.1).
    chosen
        Decision of the designer, a key of the option table; empty while open.
    touch_v
        Touch voltage [V] with the PEN broken, needed for ``balanced``.
    """
    if earthing is not Earthing.TN_C_S or code_id not in _RESTRICTED:
        return Decision(False, "", "", ())
    if not chosen:
        return Decision(True, "", "OPEN-DECISION", (_open(place),))
    row = next((r for r in options() if r.text("decision") == chosen), None)
    if row is None:
        known = ", ".join(r.text("decision") for r in options())
        raise NotTabulated(f"no earthing decision '{chosen}'", f"choose one of {known}")
    trace = Trace(
        quantity="open PEN",
        value=chosen,
        unit="",
        rule=row.text("clause"),
        inputs=(TraceInput("decision", chosen, "", "designer", bool(row.text("status"))),),
        note=f"{row.text('text')}; needs: {row.text('needs')}",
    )
    found: tuple[Finding, ...] = (_recorded(row, place),)
    if chosen == "balanced":
        found = (*_balanced(touch_v, row, place), *found)
    return Decision(True, chosen, row.text("bom_code"), found, (trace,))


def touch_voltage_v(unbalance_a: float, electrode_ohm: float, u0_v: float = 230.0) -> float:
    """Return the voltage [V] on earthed metal after the PEN conductor breaks.

    Own formula: the unbalanced load Z = U0/I_u and the electrode R_A divide U0,
    U = U0 · R_A/(R_A + U0/I_u). Other paths to earth lower it (not counted).

    Parameters
    ----------
    unbalance_a
        Largest neutral current of the installation [A].
    electrode_ohm
        Resistance of all electrodes behind the break [ohm].
    """
    if unbalance_a <= 0:
        return 0.0
    return u0_v * electrode_ohm / (electrode_ohm + u0_v / unbalance_a)


def _open(place: str) -> Finding:
    return Finding(
        code="EARTH-PME-OPEN",
        severity=Severity.WARNING,
        subject="earthing",
        place=place,
        message="The supply is PME and nothing is decided about loss of the PEN conductor.",
        clause="BS 7671:2018+A1:2020 722.411.4.1",
        fix="Choose an earth electrode, an open-PEN device, isolating transformers, "
        "or prove the balanced exception.",
    )


def _recorded(row: Row, place: str) -> Finding:
    return Finding(
        code="EARTH-PME-DECIDED",
        severity=Severity.INFO,
        subject="earthing",
        place=place,
        message=f"Decided for loss of the PEN conductor: {row.text('text')}.",
        clause=row.text("clause"),
        fix=f"Confirm: {row.text('needs')}.",
    )


def _balanced(touch_v: float | None, row: Row, place: str) -> tuple[Finding, ...]:
    if touch_v is not None and touch_v <= TOUCH_LIMIT_V:
        return ()
    shown = "is not calculated" if touch_v is None else f"is {touch_v:.0f} V"
    return (
        Finding(
            code="EARTH-PME-TOUCH",
            severity=Severity.ERROR,
            subject="earthing",
            place=place,
            message=f"The touch voltage with the PEN broken {shown}; "
            f"the balanced exception allows {TOUCH_LIMIT_V:g} V (unconfirmed).",
            clause=row.text("clause"),
            value=touch_v,
            limit=TOUCH_LIMIT_V,
            unit="V",
            fix="Choose another measure, balance the phases, or lower the electrode resistance.",
        ),
    )
