"""Energy of a stay as a mixture of lognormals, drawn by its quantiles."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
_LEAST_KWH, _MOST_KWH = 0.01, 1000.0


@dataclass(frozen=True, slots=True)
class Part:
    """One lognormal of a mixture: `location` = µ of ln kWh, `spread` = σ."""

    weight: float
    location: float
    spread: float


def quantiles_kwh(parts: tuple[Part, ...], probability: Array) -> Array:
    """Return the energies below which a car lies with these probabilities (0 to 1)."""
    kwh, share = _curve(parts)
    return np.asarray(np.interp(probability, share, kwh))


@functools.cache
def _curve(parts: tuple[Part, ...]) -> tuple[Array, Array]:
    """Return the cumulative curve on a fine grid of energies."""
    logs = np.linspace(math.log(_LEAST_KWH), math.log(_MOST_KWH), 2001)
    total = sum(part.weight for part in parts)
    share = np.zeros(len(logs))
    for part in parts:
        scores = (logs - part.location) / part.spread / math.sqrt(2)
        share += part.weight / total * (1 + np.array([math.erf(s) for s in scores])) / 2
    return np.exp(logs), share
