"""Mixes as options with their figures, and which of them no other beats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from planner.layout.mix_candidate import Candidate
from planner.layout.mix_search import Search
from planner.layout.mix_settle import Verdicts
from planner.layout.mix_trial import Band, Trial
from planner.model.charger import ChargerModel
from planner.model.ids import ModelId
from planner.model.outcome import MixOption

MOST_RUNNERS_UP = 3


def make_option(
    counts: Mapping[ModelId, int],
    catalogue: Mapping[ModelId, ChargerModel],
    cost: float,
    trial: Trial,
    *,
    managed: bool,
    cap_kw: float | None = None,
    band: Band | None = None,
) -> MixOption:
    """Return a set of chargers with the figures of its trial."""
    models = [catalogue[m] for m, n in counts.items() if n]
    factor = min((m.power_factor for m in models), default=1.0)
    installed = sum(catalogue[m].power_kw / catalogue[m].efficiency * n for m, n in counts.items())
    option = MixOption(
        counts=counts,
        cap_kw=cap_kw,
        served_pct=trial.served_pct,
        served_ci_pct=trial.ci_pct,
        energy_pct=trial.energy_pct,
        peak_kw=trial.peak_kw,
        hardware_cost=cost,
        energy_ci_pct=trial.energy_ci_pct,
        peak_band_kw=trial.peak_band_kw,
        draws=trial.draws,
        draws_pct=trial.draws_pct,
        peak_draws_kw=trial.peak_draws_kw,
        charging_kva=(trial.peak_kw if managed else installed) / factor,
    )
    if band is None:
        return option
    return replace(
        option, served_band_pct=band.served_pct, energy_band_pct=band.energy_pct,
        peak_scenarios_kw=band.peak_kw,
    )  # fmt: skip


def option_of(
    search: Search, mix: Candidate, trial: Trial, cap_kw: float | None = None,
    band: Band | None = None,
) -> MixOption:  # fmt: skip
    """Return a mix of a search with the figures of its trial."""
    return make_option(
        search.counts(mix), search.catalogue, search.cost(mix), trial,
        managed=search.draws[0].managed, cap_kw=cap_kw, band=band,
    )  # fmt: skip


def runners_up(verdicts: Verdicts, chosen: Candidate) -> tuple[MixOption, ...]:
    """Return the cheapest other mix of each main DC size that reaches the level, up to three.

    Their figures come from the days of the verification, like those of the chosen mix.
    """
    search, target = verdicts.search, verdicts.target_pct
    best: dict[ModelId | None, Candidate] = {}
    for mix, trial in [*verdicts.plain.items(), *search.trials.items()]:
        dearer = search.cost(mix) >= search.cost(chosen)
        if trial.served_pct < target or not dearer or mix == chosen or not search.allowed(mix):
            continue
        known = best.get(mix.main_dc)
        if known is None or search.cost(mix) < search.cost(known):
            best[mix.main_dc] = mix
    order = sorted(best.values(), key=search.cost)[:MOST_RUNNERS_UP]
    return tuple(option_of(search, m, verdicts.known(m)) for m in order)


def unbeaten(options: Iterable[MixOption]) -> tuple[MixOption, ...]:
    """Return the options that no other beats in cost, service and kVA, cheapest first."""
    every = sorted({_point(o): o for o in options}.values(), key=_point)
    points = [_point(o) for o in every]
    return tuple(
        option
        for option, point in zip(every, points, strict=True)
        if not any(
            other != point and all(x <= y for x, y in zip(other, point, strict=True))
            for other in points
        )
    )


def _point(option: MixOption) -> tuple[float, float, float]:
    return option.hardware_cost, -option.served_pct, option.charging_kva
