"""How firm a price is: P10, P50 and P90 from the ranges of the price book.

Method: each unit price is drawn from a triangle (low, typical, high). Prices of one
group move together with a rank correlation set by `GROUP_CORRELATION`, because a
dear market is dear for all cables; groups are independent. The same margin,
contingency and discount as in the quote follow. Quantities are taken as drawn, so
what the ground hides is not in the band. The shape and the correlation are planning
assumptions, unconfirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.model.money import Quote, QuoteLine

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

GROUP_CORRELATION = 0.5
DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Driver:
    """A bill line and its share of the variance of the price, in per cent."""

    description: str
    share_pct: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Net price that is not exceeded in 10, 50 and 90 of 100 cases."""

    p10: float
    p50: float
    p90: float
    draws: int
    drivers: tuple[Driver, ...]


def spread(quote: Quote, seed: int, draws: int = DRAWS) -> Spread:
    """Return the band of the net price and the lines that widen it most."""
    import numpy as np

    if not quote.lines:
        return Spread(0.0, 0.0, 0.0, draws, ())
    amounts = _amounts(quote.lines, np.random.default_rng(seed), draws)
    terms = quote.terms
    factor = float((1 + terms.contingency_pct / 100) * (1 - terms.discount_pct / 100))
    net = amounts.sum(axis=1) * factor
    p10, p50, p90 = np.percentile(net, (10, 50, 90))
    return Spread(float(p10), float(p50), float(p90), draws, _drivers(quote.lines, amounts))


def _amounts(
    lines: tuple[QuoteLine, ...], rng: np.random.Generator, draws: int
) -> npt.NDArray[np.float64]:
    """Draw every line's amount, shape (draws, lines)."""
    import numpy as np
    from scipy.special import ndtr

    groups = {name: n for n, name in enumerate(dict.fromkeys(q.bom.group for q in lines))}
    codes = {code: n for n, code in enumerate(dict.fromkeys(q.bom.code for q in lines))}
    of_group = np.array([groups[q.bom.group] for q in lines])
    of_code = np.array([codes[q.bom.code] for q in lines])
    common = rng.standard_normal((draws, len(groups)))[:, of_group]
    own = rng.standard_normal((draws, len(codes)))[:, of_code]
    u = ndtr(np.sqrt(GROUP_CORRELATION) * common + np.sqrt(1 - GROUP_CORRELATION) * own)
    low, mode, high = (
        np.array([float(getattr(q, name)) for q in lines]) for name in ("low", "amount", "high")
    )
    return triangular(u, low, mode, high)


def triangular(
    u: npt.NDArray[np.float64], low: npt.NDArray[np.float64],
    mode: npt.NDArray[np.float64], high: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Return the quantile u of the triangular distribution; a point where low = high."""
    import numpy as np

    width = high - low
    split = np.divide(mode - low, width, out=np.zeros_like(width), where=width > 0)
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u <= split, left, right)


def _drivers(lines: tuple[QuoteLine, ...], amounts: npt.NDArray[np.float64]) -> tuple[Driver, ...]:
    """Share of each line in the variance of the sum: cov(line, sum) / var(sum)."""
    import numpy as np

    total = amounts.sum(axis=1)
    variance = float(total.var())
    if not variance:
        return ()
    shares = (
        100
        * np.mean((amounts - amounts.mean(axis=0)) * (total - total.mean())[:, None], axis=0)
        / variance
    )
    order = np.argsort(-shares, kind="stable")[:5]
    return tuple(Driver(lines[n].bom.description, float(shares[n])) for n in order)
