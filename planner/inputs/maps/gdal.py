"""The one door to GDAL: all drivers the program does not need are off before it is loaded.

GDAL tries every driver it has on a file, and some follow links or read other
files named inside. Names are those of the bundled GDAL; a test compares.
"""

from __future__ import annotations

import os
from typing import Any

NEEDED = ("ESRI Shapefile", "FlatGeobuf", "GPKG", "GeoJSON", "MEM")
_OFF = (
    "VRT",
    "WMS",
    "HTTP",
    "DERIVED",
    "ADBC",
    "AIVector",
    "AVCBin",
    "AVCE00",
    "AmigoCloud",
    "CSV",
    "CSW",
    "Carto",
    "DGN",
    "DXF",
    "EDIGEO",
    "EEDA",
    "ESRIJSON",
    "Elasticsearch",
    "GDALG",
    "GML",
    "GPSBabel",
    "GPX",
    "GTFS",
    "GeoJSONSeq",
    "GeoRSS",
    "Idrisi",
    "JML",
    "JSONFG",
    "KML",
    "LIBKML",
    "LVBAG",
    "MBTiles",
    "MVT",
    "MapInfo File",
    "MapML",
    "MiraMonVector",
    "NGW",
    "OAPIF",
    "ODS",
    "OGCAPI",
    "OGR_GMT",
    "OGR_PDS",
    "OGR_VRT",
    "OSM",
    "OpenFileGDB",
    "PCIDSK",
    "PDF",
    "PDS4",
    "PGDUMP",
    "PLSCENES",
    "PMTiles",
    "S57",
    "SQLite",
    "SXF",
    "Selafin",
    "TopoJSON",
    "VDV",
    "VFK",
    "VICAR",
    "WAsP",
    "WFS",
    "XLSX",
)


def pyogrio() -> Any:
    """Load pyogrio with everything switched off that is not needed."""
    os.environ.setdefault("GDAL_SKIP", ",".join(_OFF))
    os.environ["GDAL_VRT_ENABLE_PYTHON"] = "NO"
    import pyogrio as loaded

    return loaded
