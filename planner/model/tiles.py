"""An online map that the user of a project has allowed, by the host that learns of the site."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TileKind(StrEnum):
    """How an online map is asked for."""

    XYZ = "xyz"
    WMS = "wms"


@dataclass(frozen=True, slots=True)
class TileConsent:
    """One online map and the consent to it; without such an entry nothing is fetched.

    `host` is the name shown to the user when asked; pictures come from it alone.
    `url` has the places {z}, {x} and {y}, or is the address of a WMS, whose layer
    is `layer`. `attribution` is shown with every picture. `given` says when the
    user agreed.
    """

    host: str
    url: str
    attribution: str
    kind: TileKind = TileKind.XYZ
    layer: str = ""
    given: str = ""
    largest_zoom: int = 19
