"""What a circuit carries at most, whatever its voltage.

The power flow takes loads as constant power, so it finds more current where the voltage
is low. An AC outlet holds its car to a current instead (control pilot, IEC 61851-1:2017,
annex A), so a final circuit never carries more than its design current. Rectifiers of DC
chargers do draw more at a low voltage and are taken as the power flow finds them.
"""

from __future__ import annotations

import math

from grid.model import CircuitKind, SizedCircuit


def held_a(circuit: SizedCircuit) -> float:
    """Return the current in A that outlets let a circuit carry, infinite where nothing holds it."""
    demand = circuit.demand
    if demand.kind is CircuitKind.FINAL and not demand.dc_charger:
        return demand.ib_a
    return math.inf
