"""Mean power per step of many rectangular loads, without a loop over steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def mean_kw(start_min: Array, end_min: Array, kw: Array, step_min: float, steps: int) -> Array:
    """Return mean kW per step of loads that draw `kw` from start to end.

    Exact for any start and end; what lies outside 0 .. steps × step_min is cut
    off. Each edge adds a ramp to the cumulative energy, so two bincounts and
    two cumulative sums give all steps at once.
    """
    horizon = steps * step_min
    edges = np.concatenate((np.clip(start_min, 0, horizon), np.clip(end_min, 0, horizon)))
    slope = np.concatenate((kw, -kw))
    place = np.minimum((edges // step_min).astype(np.int64), steps)
    within = np.bincount(place, slope * (step_min * (place + 1) - edges), minlength=steps + 1)
    after = np.concatenate(([0.0], np.cumsum(np.bincount(place, slope, minlength=steps + 1))[:-1]))
    return np.asarray((within[:steps] + step_min * after[:steps]) / step_min)
