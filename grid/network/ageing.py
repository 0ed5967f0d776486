"""Hot-spot temperature and ageing of a distribution transformer under a varying load.

IEC 60076-7:2005, clause 8.2.2 (exponential equations for an interval of constant
load) with the constants of an ONAN distribution transformer: table 5 (exponents
and time constants) and table E.1 (rises and loss ratio). Ageing is that of paper
which is not thermally upgraded, clause 6.2, equation (2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]

OIL_EXPONENT, WINDING_EXPONENT = 0.8, 1.6
OIL_MIN, WINDING_MIN = 180.0, 4.0
K11, K22 = 1.0, 2.0
"""With k21 = 1 of a distribution transformer the hot spot does not overshoot."""
OIL_RISE_K, GRADIENT_K = 55.0, 23.0
RATED_HOT_SPOT_C = 98.0
HOT_SPOT_LIMIT_C, OIL_LIMIT_C, CURRENT_LIMIT = 120.0, 105.0, 1.5
"""Normal cyclic loading of distribution transformers (IEC 60076-7:2005, table 4)."""
_FINE_MIN = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Ageing:
    """Temperatures in °C at the end of each interval and relative ageing in it (1 = normal)."""

    hot_spot_c: Reals
    top_oil_c: Reals
    rate: Reals

    @property
    def mean_rate(self) -> float:
        """Life used over the series as a multiple of normal."""
        return float(self.rate.mean())


def ageing(
    load_pu: Reals, interval_min: float, ambient_c: float | Reals, loss_ratio: float
) -> Ageing:
    """Follow hot spot and ageing through a series of loads.

    Parameters
    ----------
    load_pu
        Current over rated current by interval, NaN counts as no load.
    interval_min
        Length of an interval in minutes; each is followed in steps of at most 5 min.
    ambient_c
        Temperature of the cooling air in °C, one value or one per interval.
    loss_ratio
        Load loss at rated current over no-load loss, R.

    Notes
    -----
    Top oil:  Δθ_o → Δθ_or·((1 + R·K²)/(1 + R))^x with time constant k11·τ_o.
    Gradient: Δθ_h → Δθ_hr·K^y with time constant k22·τ_w (k21 = 1).
    Ageing:   V = 2^((θ_h − 98)/6).
    The series begins in the steady state of its first load.
    """
    parts = max(1, int(np.ceil(interval_min / _FINE_MIN)))
    k = np.repeat(np.nan_to_num(load_pu), parts)
    air = np.repeat(np.broadcast_to(ambient_c, load_pu.shape), parts)
    step = interval_min / parts
    oil = _follow(
        OIL_RISE_K * ((1 + loss_ratio * k**2) / (1 + loss_ratio)) ** OIL_EXPONENT,
        step / (K11 * OIL_MIN),
    )
    gradient = _follow(GRADIENT_K * k**WINDING_EXPONENT, step / (K22 * WINDING_MIN))
    hot = air + oil + gradient
    rate = 2.0 ** ((hot - RATED_HOT_SPOT_C) / 6)
    return Ageing(
        hot.reshape(-1, parts).max(axis=1), (air + oil).reshape(-1, parts).max(axis=1),
        rate.reshape(-1, parts).mean(axis=1),
    )  # fmt: skip


def _follow(target: Reals, share: float) -> Reals:
    """Approach a target that is constant in each step, from the first one's steady state."""
    from scipy.signal import lfilter

    keep = float(np.exp(-share))
    start = np.array([keep * target[0]]) if len(target) else np.zeros(1)
    return np.asarray(lfilter([1 - keep], [1.0, -keep], target, zi=start)[0])
