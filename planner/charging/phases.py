"""Limits per phase: which current a car draws on which line.

Currents are counted relative to the voltage of their line, at unit power
factor. A car between line and neutral adds its current in phase; a three-phase
car adds a third of its power to each line in phase; a car between two lines
adds its current turned by +30° on the first and −30° on the second. So a line
with m A of one pair and n A of the other carries √(m² + n² + m·n).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LINES = ("A", "B", "C")
_COS, _SIN = math.sqrt(0.75), 0.5
_PAIRS = {"AB": (0, 1), "BC": (1, 2), "CA": (2, 0)}


@dataclass(frozen=True, slots=True)
class PhaseLimit:
    """A transformer, board or cable: amperes per line for the stations behind it.

    `neutral_v` is line to neutral: 230 V for 230/400 V, 120 V for 120/208 V. With
    `delta_ratio` the amperes are those of the lines before a delta-star transformer,
    of that line-to-line over line-to-neutral voltage (480 V / 120 V = 4): line A
    there carries (A − C) / ratio. With `follows_cap` a line carries at most a third
    of the moment's cap at `neutral_v`, if that is less.
    """

    name: str
    limit_a: tuple[float, float, float]
    stations: frozenset[str]
    neutral_v: float = 230.0
    delta_ratio: float | None = None
    follows_cap: bool = False


def line_currents_a(load_kw: Mapping[str, float], neutral_v: float) -> tuple[float, float, float]:
    """Return the current of each line in A.

    Parameters
    ----------
    load_kw
        Power by connection: "A", "B", "C" line to neutral, "AB", "BC", "CA"
        line to line, "ABC" three-phase.
    neutral_v
        Line-to-neutral voltage in V; line to line is √3 times that.
    """
    sums = [[0.0, 0.0] for _ in LINES]
    for connection, kw in load_kw.items():
        for line, real, imag in per_kw(connection, neutral_v):
            sums[line][0] += kw * real
            sums[line][1] += kw * imag
    a, b, c = (math.hypot(real, imag) for real, imag in sums)
    return a, b, c


def per_kw(connection: str, neutral_v: float) -> tuple[tuple[int, float, float], ...]:
    """Return (line, in-phase A, quadrature A) that 1 kW of a connection draws."""
    if connection in _PAIRS:
        first, second = _PAIRS[connection]
        amps = 1000 / (math.sqrt(3) * neutral_v)
        return (first, amps * _COS, amps * _SIN), (second, amps * _COS, -amps * _SIN)
    if len(connection) == 1:
        return ((LINES.index(connection), 1000 / neutral_v, 0.0),)
    return tuple((line, 1000 / (3 * neutral_v), 0.0) for line in range(3))


Draw = tuple[tuple[int, float, float], ...]


def before_delta(draw: Draw, ratio: float) -> Draw:
    """Return what a draw on the star side asks of the lines on the delta side.

    Draws are counted relative to their own line's voltage; B lags A by 120° and C
    leads by 120°. Primary line n carries (n − the line before it) / ratio, given here
    in the star side's frame of line n (a turn common to a line changes no magnitude).
    """
    amps = [0j, 0j, 0j]
    for line, real, imag in draw:
        amps[line] += complex(real, imag) * _TURN[line]
    found = ((amps[n] - amps[(n + 2) % 3]) / _TURN[n] / ratio for n in range(3))
    return tuple((n, a.real, a.imag) for n, a in enumerate(found) if abs(a) > 1e-12)


_TURN = (1 + 0j, complex(-0.5, -math.sqrt(0.75)), complex(-0.5, math.sqrt(0.75)))


@dataclass(slots=True)
class PhaseTree:
    """All phase limits of a site while it is simulated.

    Sums of amperes are kept per limit as [A real, A imag, B real, ...];
    `highest_a` is the highest current seen per limit and line.
    """

    limits: Sequence[PhaseLimit]
    above: Mapping[str, tuple[int, ...]] = field(init=False)
    highest_a: list[list[float]] = field(init=False)
    limit_a: list[tuple[float, ...]] = field(init=False)
    _following: tuple[int, ...] = field(init=False)
    _sums: list[list[float]] = field(init=False)
    _rising: list[list[float]] = field(init=False)
    _draws: dict[tuple[str, str], tuple[tuple[int, Draw], ...]] = field(init=False)

    def __post_init__(self) -> None:
        above: dict[str, tuple[int, ...]] = {}
        for number, limit in enumerate(self.limits):
            for name in limit.stations:
                above[name] = (*above.get(name, ()), number)
        self.above = above
        self.highest_a = [[0.0] * 3 for _ in self.limits]
        self.limit_a = [limit.limit_a for limit in self.limits]
        self._following = tuple(n for n, limit in enumerate(self.limits) if limit.follows_cap)
        self._sums, self._rising = [], []
        self._draws = {}
        self.clear()

    def clear(self) -> None:
        """Start a new moment without any load."""
        self._sums = [[0.0] * 6 for _ in self.limits]

    def draws(self, station: str, connection: str) -> tuple[tuple[int, Draw], ...]:
        """Return what 1 kW at a station adds to each limit above it."""
        key = (station, connection)
        if key not in self._draws:
            self._draws[key] = tuple(
                (n, self._seen(self.limits[n], connection)) for n in self.above.get(station, ())
            )
        return self._draws[key]

    @staticmethod
    def _seen(limit: PhaseLimit, connection: str) -> Draw:
        draw = per_kw(connection, limit.neutral_v)
        return before_delta(draw, limit.delta_ratio) if limit.delta_ratio else draw

    def follow(self, cap_kw: float) -> None:
        """Lower the limits that follow the cap to a third of it per line."""
        for number in self._following:
            limit = self.limits[number]
            amps = cap_kw * 1000 / (3 * limit.neutral_v)
            self.limit_a[number] = tuple(min(amps, most) for most in limit.limit_a)

    def room_kw(self, draws: tuple[tuple[int, Draw], ...], most_kw: float) -> float:
        """Return the most kW that can be added here without passing any limit.

        For a line with sum S and unit current u: |S + x·u| = L is a quadratic in x.
        """
        most = most_kw
        for number, draw in draws:
            sums, limit = self._sums[number], self.limit_a[number]
            for line, real, imag in draw:
                x, y = sums[2 * line], sums[2 * line + 1]
                if imag or y:
                    a = real * real + imag * imag
                    b = x * real + y * imag
                    c = x * x + y * y - limit[line] * limit[line]
                    if c >= 0:
                        return 0.0
                    root = (math.sqrt(b * b - a * c) - b) / a
                else:  # all in phase: a sum of amperes
                    root = (limit[line] - x) / real
                most = min(most, root)
        return max(most, 0.0)

    def add(self, draws: tuple[tuple[int, Draw], ...], kw: float) -> None:
        """Add a load."""
        for number, draw in draws:
            sums = self._sums[number]
            for line, real, imag in draw:
                sums[2 * line] += kw * real
                sums[2 * line + 1] += kw * imag

    def gather(self, all_draws: Iterable[tuple[tuple[int, Draw], ...]]) -> None:
        """Sum up what one kW more for each of several cars would add."""
        self._rising = [[0.0] * 6 for _ in self.limits]
        for draws in all_draws:
            self._count(draws, 1.0)

    def drop(self, draws: tuple[tuple[int, Draw], ...]) -> None:
        """Leave a car out of those that rise."""
        self._count(draws, -1.0)

    def _count(self, draws: tuple[tuple[int, Draw], ...], sign: float) -> None:
        for number, draw in draws:
            rising = self._rising[number]
            for line, real, imag in draw:
                rising[2 * line] += sign * real
                rising[2 * line + 1] += sign * imag

    def rise_kw(self, most_kw: float) -> float:
        """Return by how much all rising cars can rise together within every limit."""
        most = most_kw
        for rising, sums, limit in zip(self._rising, self._sums, self.limit_a, strict=True):
            for line in range(3):
                real, imag = rising[2 * line], rising[2 * line + 1]
                a = real * real + imag * imag
                if a < 1e-18:
                    continue
                x, y = sums[2 * line], sums[2 * line + 1]
                b = x * real + y * imag
                c = x * x + y * y - limit[line] * limit[line]
                # Written so that a tiny `a` loses no digits.
                root = -c / (b + math.sqrt(max(b * b - a * c, 0.0))) if b > 0 else (
                    (math.sqrt(max(b * b - a * c, 0.0)) - b) / a
                )  # fmt: skip
                most = min(most, root)
        return max(most, 0.0)

    def raise_all(self, kw: float) -> None:
        """Add the same power to every rising car."""
        for rising, sums in zip(self._rising, self._sums, strict=True):
            for n in range(6):
                sums[n] += kw * rising[n]

    def full_lines(self) -> set[tuple[int, int]]:
        """Return (limit, line) of all lines that carry what they may."""
        return {
            (number, line)
            for number, (sums, limit) in enumerate(zip(self._sums, self.limit_a, strict=True))
            for line in range(3)
            if math.hypot(sums[2 * line], sums[2 * line + 1]) >= limit[line] * (1 - 1e-9)
        }

    @staticmethod
    def meets(draws: tuple[tuple[int, Draw], ...], lines: set[tuple[int, int]]) -> bool:
        """Tell whether a load draws on one of the lines."""
        return any((number, line) in lines for number, draw in draws for line, _, _ in draw)

    def fits(self) -> bool:
        """Tell whether the present sums are within all limits."""
        for sums, limit in zip(self._sums, self.limit_a, strict=True):
            for line in range(3):
                x, y = sums[2 * line], sums[2 * line + 1]
                if x * x + y * y > limit[line] ** 2 * (1 + 1e-12):
                    return False
        return True

    def note(self) -> None:
        """Remember the present currents if they are the highest so far."""
        for sums, highest in zip(self._sums, self.highest_a, strict=True):
            for line in range(3):
                amps = math.hypot(sums[2 * line], sums[2 * line + 1])
                highest[line] = max(highest[line], amps)
