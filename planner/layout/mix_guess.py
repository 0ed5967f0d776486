"""The first guess of a mix: Erlang B for the outlets, and the power cabinets must have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from planner.charging.erlang import ports_for
from planner.demand.curve import mean_kw
from planner.demand.taper import dc_mean_kw
from planner.layout.mix_sample import Sample
from planner.model.charger import ChargerModel
from planner.model.demand import Sessions

Floats = npt.NDArray[np.float64]
AC_KW = 22.0


def offered_load(
    draws: Sequence[Sample], model: ChargerModel | None, *, has_ac: bool
) -> tuple[float, float]:
    """Return erlang in the busiest hour: (AC, DC of that model), the mean of the draws.

    A car goes to AC if that gives it its energy within its stay.
    """
    loads = [_offered(d.sessions, model, has_ac=has_ac) for d in draws]
    return float(np.mean([ac for ac, _ in loads])), float(np.mean([dc for _, dc in loads]))


def guess_units(draws: Sequence[Sample], model: ChargerModel, *, has_ac: bool) -> int:
    """Return the first guess of DC units: enough outlets by Erlang B and enough power.

    Five per cent may be blocked; cabinets are taken as loaded to 85 % in the busiest hour.
    """
    load = offered_load(draws, model, has_ac=has_ac)[1]
    power = float(np.mean([_power_kw(d.sessions, model, has_ac=has_ac) for d in draws]))
    return max(
        -(-ports_for(load, 0.05) // model.outlets), int(np.ceil(power / (0.85 * model.power_kw)))
    )


def quick_cars(s: Sessions, *, has_ac: bool) -> npt.NDArray[np.bool_]:
    """Tell which cars AC does not suffice for in their stay."""
    if not has_ac:
        return np.ones(len(s), bool)
    stay_h = (s.depart_min - s.arrive_min) / 60
    return np.asarray(_fast(s) | (np.minimum(s.ac_kw, AC_KW) * stay_h < s.energy_kwh))


def _fast(s: Sessions) -> npt.NDArray[np.bool_]:
    return np.zeros(len(s), bool) if s.leaves_full is None else s.leaves_full


def _offered(s: Sessions, model: ChargerModel | None, *, has_ac: bool) -> tuple[float, float]:
    stay_h = (s.depart_min - s.arrive_min) / 60
    quick = quick_cars(s, has_ac=has_ac)
    dc_h = stay_h
    if model is not None:
        charge_h = s.energy_kwh / np.maximum(dc_mean_kw(s, model.power_kw), 1e-9)
        dc_h = np.minimum(np.where(_fast(s), charge_h, stay_h), stay_h)
    return (
        _busiest(s.arrive_min[~quick], stay_h[~quick]),
        _busiest(s.arrive_min[quick], dc_h[quick]),
    )


def _power_kw(s: Sessions, model: ChargerModel, *, has_ac: bool) -> float:
    quick = quick_cars(s, has_ac=has_ac)
    kw = dc_mean_kw(s, model.power_kw)[quick]
    return _busiest(s.arrive_min[quick], s.energy_kwh[quick] / np.maximum(kw, 1e-9), kw)


def _busiest(arrive_min: Floats, hours: Floats, weight: Floats | None = None) -> float:
    """Return the 98 % quantile over the hours of the mean (weighted) cars present."""
    if not len(arrive_min):
        return 0.0
    end = arrive_min + 60 * hours
    weight = np.ones(len(end)) if weight is None else weight
    present = mean_kw(arrive_min, end, weight, 60, int(end.max() // 60) + 1)
    return float(np.quantile(present, 0.98))
