"""Supply current of a charger or load at its worst supply voltage."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grid.trace import Trace, TraceInput
from grid.wiring.problem import NotTabulated

RULE = "I = S_max / (√3 · U_min), S from the data sheet where it states one"


@dataclass(frozen=True, slots=True)
class Input:
    """What is known of a charger's supply side; None means not published.

    Attributes
    ----------
    power_kw
        Output power of the whole unit [kW].
    efficiency, power_factor
        Worst stated values, above 0 to 1.
    apparent_kva
        Data-sheet apparent power [kVA]; wins over power and efficiency.
    max_input_a, max_input_low_a
        Data-sheet input current per phase [A], at nominal and at lowest voltage.
    constant_current
        True for AC chargers, which pass current through and never exceed
        `max_input_a`, whatever the voltage.
    voltage_v, voltage_min_v
        Nominal and lowest supply voltage, line to line (or to neutral if
        single-phase) [V].
    """

    power_kw: float
    efficiency: float = 1.0
    power_factor: float = 1.0
    phases: int = 3
    voltage_v: float = 400.0
    voltage_min_v: float | None = None
    apparent_kva: float | None = None
    max_input_a: float | None = None
    max_input_low_a: float | None = None
    constant_current: bool = False


def _check(given: Input) -> None:
    if given.phases not in (1, 3):
        raise NotTabulated(f"a charger on {given.phases} phases", "use 1 or 3 phases")
    for name in ("efficiency", "power_factor"):
        value = getattr(given, name)
        if not 0 < value <= 1:
            raise NotTabulated(f"{name.replace('_', ' ')} {value:g}", "use a value up to 1")
    volts = given.voltage_v if given.voltage_min_v is None else given.voltage_min_v
    if not (volts > 0 and given.voltage_v > 0):
        raise NotTabulated(f"supply voltage {volts:g} V", "give a voltage above zero")
    if given.power_kw < 0 or not math.isfinite(given.power_kw):
        raise NotTabulated(f"power {given.power_kw:g} kW", "give a power of zero or more")


def _root(phases: int) -> float:
    return math.sqrt(3) if phases == 3 else 1.0


def _lowest_v(given: Input) -> float:
    return given.voltage_v if given.voltage_min_v is None else given.voltage_min_v


def apparent_kva(given: Input) -> float:
    """Return S [kVA]: stated, or √3·U·I of the data sheet, or P/(η·cos φ)."""
    if given.apparent_kva is not None:
        return given.apparent_kva
    if given.max_input_a is not None:
        return _root(given.phases) * given.voltage_v * given.max_input_a / 1000
    return given.power_kw / (given.efficiency * given.power_factor)


def design_current_a(given: Input) -> float:
    """Return the design current Ib of one phase [A].

    S/(√3·U_min) three-phase, S/U_min single-phase, where U_min is the lowest
    supply voltage: a charger that regulates its output draws more current as
    the voltage falls. Never below a data-sheet current.

    Raises
    ------
    NotTabulated
        Where a value has no physical meaning (voltage 0, power factor above 1).
    """
    _check(given)
    if given.constant_current and given.max_input_a is not None:
        return given.max_input_a
    if given.max_input_low_a is not None:
        return max(given.max_input_low_a, given.max_input_a or 0.0)
    amps = 1000 * apparent_kva(given) / (_root(given.phases) * _lowest_v(given))
    return max(amps, given.max_input_a or 0.0)


def trace_current(given: Input) -> Trace:
    """Explain the design current of a charger."""
    amps = design_current_a(given)
    volts = _lowest_v(given)
    root = "√3 · " if given.phases == 3 else ""
    inputs = [TraceInput("U_min", volts, "V", "lowest supply voltage of the data sheet")]
    data = (("I_data", given.max_input_a), ("I_data,low", given.max_input_low_a))
    inputs += [TraceInput(s, a, "A", "data sheet") for s, a in data if a is not None]
    if given.apparent_kva is not None:
        inputs.append(TraceInput("S", given.apparent_kva, "kVA", "data sheet"))
    if len(inputs) == 1:
        inputs += [
            TraceInput("P", given.power_kw, "kW", "charger catalogue"),
            TraceInput("η", given.efficiency, "", "charger catalogue, worst value"),
            TraceInput("cos φ", given.power_factor, "", "charger catalogue, worst value"),
        ]
    if given.max_input_low_a is not None or (given.constant_current and given.max_input_a):
        return Trace("I_b", amps, "A", RULE, "I_b = I_data", f"{amps:.4g} A", tuple(inputs))
    formula = f"I_b = S / ({root}U_min)"
    numbers = f"{1000 * apparent_kva(given):.5g} / ({root}{volts:g}) = {amps:.4g} A"
    return Trace("I_b", amps, "A", RULE, formula, numbers, tuple(inputs))
