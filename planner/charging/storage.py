"""Batteries that lend power to the chargers: one rule, live in the simulation or after it.

A bank gives what the load lacks above the supply and refills itself from what
the supply has to spare; it knows nothing of the future. In the simulation the
supply then carries load + charging − discharging, never more than its limit.

Sign convention: net = load + charge − discharge in kW at the main board.
Energy: d(stored) = η·charge·dt − discharge·dt / η with η = √(round trip), so a
round trip returns the stated share; state of charge stays within 0 and capacity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.storage import Battery

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BankRecord:
    """What a bank did, per step: mean `net_kw` at the supply and `stored_kwh` at its end.

    `charged_kwh` and `discharged_kwh` are sums at the AC terminals; `over_kw` is by
    how much the net load passed the supply's limit at worst (0: never).
    """

    net_kw: Floats
    stored_kwh: Floats
    charged_kwh: float
    discharged_kwh: float
    start_kwh: float
    over_kw: float


class Bank:
    """The batteries of a site while time passes; `stored_kwh` by battery."""

    def __init__(self, batteries: Sequence[Battery], supply_kw: Sequence[float] | None) -> None:
        self._batteries = tuple(batteries)
        self._ways = [math.sqrt(b.round_trip_pct / 100) for b in self._batteries]
        self.stored_kwh = [b.capacity_kwh * b.start_pct / 100 for b in self._batteries]
        self.start_kwh = sum(self.stored_kwh)
        self.supply_kw = [math.inf] if supply_kw is None else list(supply_kw)
        self.charged_kwh = self.discharged_kwh = self.over_kw = 0.0

    def most_kw(self, step: int, hours: float) -> float:
        """Return the highest load that supply and batteries carry for `hours`."""
        return self.supply_kw[step % len(self.supply_kw)] + sum(
            min(b.discharge_kw, stored * way / hours)
            for b, stored, way in zip(self._batteries, self.stored_kwh, self._ways, strict=True)
        )

    def settle(self, step: int, load_kw: float, hours: float) -> float:
        """Charge or discharge beside a load for `hours` and return the net kW."""
        room = self.supply_kw[step % len(self.supply_kw)] - load_kw
        for n, (battery, way) in enumerate(zip(self._batteries, self._ways, strict=True)):
            stored = self.stored_kwh[n]
            if room < 0:
                kw = min(-room, battery.discharge_kw, stored * way / hours)
                self.stored_kwh[n] = max(stored - kw * hours / way, 0.0)
                self.discharged_kwh += kw * hours
                room += kw
                load_kw -= kw
            else:
                space = (battery.capacity_kwh - stored) / (way * hours)
                kw = max(min(room, battery.charge_kw, space), 0.0)
                self.stored_kwh[n] = min(stored + kw * hours * way, battery.capacity_kwh)
                self.charged_kwh += kw * hours
                room -= kw
                load_kw += kw
        if room < -1e-9:
            self.over_kw = max(self.over_kw, -room)
        return load_kw


def follow(
    load_kw: Floats, supply_kw: Floats, batteries: Sequence[Battery], step_min: float
) -> BankRecord:
    """Run a bank beside a load that is already known, step by step.

    Parameters
    ----------
    load_kw
        Mean kW per step at the main board; negative where solar power feeds in.
    supply_kw
        Most the supply may carry per step, in kW (repeated after its end).
    batteries, step_min
        The bank, and minutes per step.
    """
    bank = Bank(batteries, supply_kw.tolist())
    hours = step_min / 60
    net, stored = np.empty(len(load_kw)), np.empty(len(load_kw))
    for step, kw in enumerate(load_kw.tolist()):
        net[step] = bank.settle(step, kw, hours)
        stored[step] = sum(bank.stored_kwh)
    return record_of(bank, net, stored)


def record_of(bank: Bank, net_kw: Floats, stored_kwh: Floats) -> BankRecord:
    """Close the books of a bank."""
    return BankRecord(
        net_kw, stored_kwh, bank.charged_kwh, bank.discharged_kwh, bank.start_kwh, bank.over_kw
    )
