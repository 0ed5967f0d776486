"""Typed ids; all are plain strings at run time."""

from __future__ import annotations

from typing import NewType

BayId = NewType("BayId", str)
AreaId = NewType("AreaId", str)
ChargerId = NewType("ChargerId", str)
BoardId = NewType("BoardId", str)
CircuitId = NewType("CircuitId", str)
TrenchId = NewType("TrenchId", str)
ModelId = NewType("ModelId", str)
