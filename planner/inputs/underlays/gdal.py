"""The door to GDAL for pictures: PNG, JPEG and GeoTIFF, nothing else, and no network.

rasterio has a GDAL of its own beside that of the vector reader, with its own
drivers; each is given its own list before it is loaded. Names are those of the
bundled GDAL; a test compares.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.inputs.problem import InputError

NEEDED = ("GTiff", "JPEG", "MEM", "PNG")
_OFF = """
AAIGrid, ACE2, ADRG, AIG, AVCBin, AVCE00, AirSAR, BAG, BIGGIF, BLX, BMP, BSB, BT, BYN, CALS,
CEOS, COASP, COG, COSAR, CPG, CTG, CTable2, DAAS, DERIVED, DIMAP, DIPEx, DOQ1, DOQ2, DTED,
ECRGTOC, EEDA, EEDAI, EHdr, EIR, ELAS, ENVI, ERS, ESAT, ESRI Shapefile, ESRIC, ESRIJSON,
FAST, FIT, GFF, GIF, GNMDatabase, GNMFile, GPKG, GRASSASCIIGrid, GRIB, GS7BG, GSAG, GSBG,
GSC, GTI, GTX, GXF, GenBin, GeoJSON, GeoJSONSeq, HDF5, HDF5Image, HF2, HFA, HTTP, ILWIS,
IRIS, ISCE, ISG, ISIS2, ISIS3, JAXAPALSAR, JDEM, JP2OpenJPEG, KMLSUPEROVERLAY, KRO, L1B,
LAN, LCP, LOSLAS, Leveller, MAP, MBTiles, MFF, MFF2, MRF, MSGN, MVT, Memory, NDF, NGSGEOID,
NITF, NOAA_B, NSIDCbin, NTv2, NWT_GRC, NWT_GRD, OSM, OZI, PAux, PCIDSK, PCRaster, PDF, PDS,
PDS4, PLMOSAIC, PNM, PRF, R, RIK, RMF, ROI_PAC, RPFTOC, RRASTER, RS2, RST, Rasterlite, S102,
S104, S111, SAFE, SAGA, SAR_CEOS, SDTS, SENTINEL2, SGI, SIGDEM, SNAP_TIFF, SNODAS, SQLite,
SRP, SRTMHGT, STACIT, STACTA, TGA, TIL, TSX, Terragen, TopoJSON, USGSDEM, VICAR, VRT, WCS,
WEBP, WMS, WMTS, XPM, XYZ, ZMap, Zarr, netCDF
"""
_SETTINGS = {
    # Files beside the picture are read by us or not at all.
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_CACHEMAX": 64_000_000,
    "GDAL_ERROR_ON_LIBJPEG_WARNING": "YES",
    "CPL_CURL_ENABLED": "NO",
    "PROJ_NETWORK": "OFF",
}


def library() -> Any:
    """Load rasterio with everything switched off that is not needed."""
    before = os.environ.get("GDAL_SKIP")
    os.environ["GDAL_SKIP"] = ",".join(name.strip() for name in _OFF.split(","))
    os.environ["GDAL_VRT_ENABLE_PYTHON"] = "NO"
    os.environ["PROJ_NETWORK"] = "OFF"
    try:
        import rasterio

        # Faults come back as errors; the terminal is not the place for them.
        logging.getLogger("rasterio").setLevel(logging.CRITICAL)
        with rasterio.Env(**_SETTINGS):  # registers the drivers, once
            return rasterio
    finally:
        if before is None:
            del os.environ["GDAL_SKIP"]
        else:
            os.environ["GDAL_SKIP"] = before


@contextlib.contextmanager
def opened(path: Path, driver: str) -> Iterator[Any]:
    """Open a picture by one driver; whatever goes wrong inside is an `InputError`."""
    rasterio = library()
    import warnings

    with rasterio.Env(**_SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not georeferenced" is asked about below
        try:
            with rasterio.open(path, driver=driver, sharing=False) as source:
                yield source
        except InputError:
            raise
        except Exception as broken:  # rasterio, GDAL, numpy and memory errors all mean: damaged
            raise InputError(
                path.name, "", f"the picture is damaged or cut off ({_said(broken, path)})",
                "open it in a picture program and save it again",
            ) from None  # fmt: skip


def _said(broken: Exception, path: Path) -> str:
    text = str(broken).replace(str(path), "").replace(str(path.parent), "")
    return " ".join(text.split())[:100].strip("'./: ") or "it cannot be decoded"
