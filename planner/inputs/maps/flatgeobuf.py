"""FlatGeobuf layers."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from planner.inputs.maps.feature import RawMap, Source
from planner.inputs.maps.ogr import read_layer

NAME = "FlatGeobuf"
EXTENSIONS = (".fgb",)
CONTENTS = ("flatgeobuf",)


def read(source: Source) -> RawMap:
    """Read a FlatGeobuf file from a copy under a name of our own."""
    with tempfile.TemporaryDirectory(prefix="ampyard-") as folder:
        path = Path(folder) / "map.fgb"
        shutil.copyfile(source.path, path)
        features, crs = read_layer(path, source, None, {})
    return RawMap(file=source.name, format=NAME, features=features, crs=crs)
