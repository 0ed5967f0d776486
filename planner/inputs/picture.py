"""Shapes of a small picture, simple enough to be sent to the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline, line or point for the picture; `kept` is False for what is left out."""

    role: str
    layer: str
    kind: str
    xy: npt.NDArray[np.float64]
    kept: bool = True
