"""Kinds of areas, apart from their geometry: colours and words need no shapely."""

from __future__ import annotations

from enum import StrEnum


class AreaKind(StrEnum):
    """What an area is; surfaces can be dug, the others cannot."""

    BUILDING = "building"
    ASPHALT = "asphalt"
    PAVING = "paving"
    CONCRETE = "concrete"
    GRASS = "grass"
    ROAD = "road"
    KEEP_OUT = "keep_out"
    BOUNDARY = "boundary"
    PARKING = "parking"


SURFACES = (AreaKind.ASPHALT, AreaKind.PAVING, AreaKind.CONCRETE, AreaKind.GRASS, AreaKind.ROAD)
