"""A mix as the search sees it: AC outlets and DC units, with the mixes next to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.model.charger import ChargerModel
from planner.model.ids import ModelId


@dataclass(frozen=True, slots=True)
class Candidate:
    """AC outlets wanted and DC units by model, in order of the model's id."""

    ac_outlets: int
    dc: tuple[tuple[ModelId, int], ...] = ()

    @property
    def dc_units(self) -> int:
        """Return the number of DC units."""
        return sum(n for _, n in self.dc)

    @property
    def main_dc(self) -> ModelId | None:
        """Return the DC model with the most units, None without DC."""
        return max(self.dc, key=lambda item: (item[1], item[0]))[0] if self.dc else None

    def within(self, other: Candidate) -> bool:
        """Tell whether the other mix has nowhere fewer outlets or units."""
        has = dict(other.dc)
        return self.ac_outlets <= other.ac_outlets and all(n <= has.get(m, 0) for m, n in self.dc)

    def more(self, ac_outlets: int = 0, **units: int) -> Candidate:
        """Return the mix with so many AC outlets and DC units more (or fewer)."""
        dc = dict(self.dc)
        for name, n in units.items():
            model = ModelId(name)
            dc[model] = dc.get(model, 0) + n
        return candidate(self.ac_outlets + ac_outlets, dc)


def candidate(ac_outlets: int, dc: Mapping[ModelId, int]) -> Candidate:
    """Make a mix; models without units are left out."""
    return Candidate(ac_outlets, tuple(sorted((m, n) for m, n in dc.items() if n)))


def cheapest_posts(
    outlets: int, models: Iterable[ChargerModel], costs: Mapping[ModelId, float]
) -> dict[ModelId, int]:
    """Return posts with at least `outlets` outlets at least cost (one or two sizes)."""
    if outlets <= 0:
        return {}
    sizes = sorted(models, key=lambda m: costs[m.id] / m.outlets)
    best: tuple[float, dict[ModelId, int]] | None = None
    for main in sizes:
        for rest in sizes:
            whole, left = divmod(outlets, main.outlets)
            counts = {main.id: whole} if whole else {}
            if left:
                counts[rest.id] = counts.get(rest.id, 0) + -(-left // rest.outlets)
            cost = sum(costs[m] * n for m, n in counts.items())
            if best is None or cost < best[0]:
                best = cost, counts
    return best[1] if best else {}


def neighbours(mix: Candidate, dc_models: Sequence[ChargerModel]) -> list[Candidate]:
    """Return the mixes one step away: outlets more or fewer, a DC unit more, fewer or swapped.

    A DC unit more or fewer goes along with up to four AC outlets fewer or more. Mixes
    with fewer than no outlets or units are left out.
    """
    found = [mix.more(n) for n in (-2, -1, 1, 2)]
    names = [m.id for m in dc_models]
    for name in names:
        found += [mix.more(-n, **{name: 1}) for n in (0, 1, 2, 4)]
    for gone, _ in mix.dc:
        found += [mix.more(n, **{gone: -1}) for n in (0, 1, 2, 4)]
        for name in names:
            if name != gone:
                found += [mix.more(n, **{gone: -1, name: 1}) for n in (-1, 0, 1)]
    return [m for m in dict.fromkeys(found) if m.ac_outlets >= 0 and m != mix]
