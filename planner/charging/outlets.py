"""Which outlet a car takes, and who comes next when one becomes free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.charging.station import Station
from planner.demand.taper import dc_mean_kw
from planner.model.charger import Current
from planner.model.demand import Sessions

Offers = tuple[tuple[int, float], ...]
"""Kinds of outlet a car can use, each with the mean kW of its charge there."""


@dataclass(slots=True)
class _Kind:
    """Stations that are alike; `by_use[k]` are those with k cars (ordered set)."""

    station: Station
    by_use: list[dict[int, None]]


class Outlets:
    """Free and taken outlets of a site.

    `used` counts cars per station; `users` names them where phases are watched.
    With `apart` every station is a kind of its own, in the order given.
    """

    def __init__(self, stations: Sequence[Station], *, apart: bool = False) -> None:
        self._kinds: list[_Kind] = []
        self._kind_of: list[int] = []
        self.used = [0] * len(stations)
        self.users: list[list[int]] = [[] for _ in stations]
        index: dict[tuple[Current, float, int, float, float, int], int] = {}
        for number, s in enumerate(stations):
            own = number if apart else -1
            key = (s.current, s.power_kw, s.outlets, s.outlet_kw, s.efficiency, own)
            if key not in index:
                index[key] = len(self._kinds)
                self._kinds.append(_Kind(s, [{} for _ in range(s.outlets + 1)]))
            self._kind_of.append(index[key])
            self._kinds[index[key]].by_use[0][number] = None

    def offered_kw(self, sessions: Sessions) -> list[Offers]:
        """Return for each car the kinds it can use, with the mean kW of its charge there."""
        columns = [self._mean_kw(kind.station, sessions).tolist() for kind in self._kinds]
        known: dict[tuple[float, ...], Offers] = {}
        found = []
        for row in zip(*columns, strict=True):
            if row not in known:
                known[row] = tuple((number, kw) for number, kw in enumerate(row) if kw > 0)
            found.append(known[row])
        return found or [()] * len(sessions)

    @staticmethod
    def _mean_kw(station: Station, sessions: Sessions) -> npt.NDArray[np.float64]:
        if station.current is Current.AC:
            return np.minimum(sessions.ac_kw, station.outlet_kw)
        return dc_mean_kw(sessions, station.outlet_kw)

    def preference(self, needed_kw: float, offers: Offers, *, quick: bool) -> Offers:
        """Return offers in the order a car takes them.

        A car that stays anyway takes the smallest outlet that suffices and
        leaves the quick ones to others; otherwise, the quickest first.
        """
        if len(offers) < 2:
            return offers
        ranked = []
        for number, kw in offers:
            s = self._kinds[number].station
            enough = kw >= needed_kw and not quick
            ranked.append(((0, s.outlet_kw) if enough else (1, -kw), s.power_kw, number, kw))
        return tuple((number, kw) for _, _, number, kw in sorted(ranked))

    def take(self, kinds: Offers) -> tuple[int, float] | None:
        """Take an outlet of the first kind that has one: (station, kW), else None."""
        for number, kw in kinds:
            by_use = self._kinds[number].by_use
            for use in range(len(by_use) - 1):
                if by_use[use]:
                    chosen = next(iter(by_use[use]))
                    self._move(chosen, use, use + 1)
                    return chosen, kw
        return None

    def release(self, chosen: int) -> int:
        """Free an outlet and return the kind it belongs to."""
        self._move(chosen, self.used[chosen], self.used[chosen] - 1)
        return self._kind_of[chosen]

    def _move(self, chosen: int, before: int, after: int) -> None:
        by_use = self._kinds[self._kind_of[chosen]].by_use
        del by_use[before][chosen]
        by_use[after][chosen] = None
        self.used[chosen] = after
