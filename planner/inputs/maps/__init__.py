"""Map readers: one file per format behind one table, one report for all.

Contract: `read_map(path, options)` gives `MapLayers` in metres, or raises
`InputError`; with `question` set, the option named in the remedy answers it.
Opening a map never runs anything, follows no link and writes beside no file.
"""

from __future__ import annotations

from planner.inputs.maps.feature import Feature, MapLayers, MapOptions, Role
from planner.inputs.maps.reading import read_map

__all__ = ["Feature", "MapLayers", "MapOptions", "Role", "read_map"]
