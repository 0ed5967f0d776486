"""What a file really is, by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from planner.inputs.problem import InputError

_LARGEST_MB = 300
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r\f\x1a\x1b\x1e"})
_FEW = 0.02
_BLANKS = b" \t\r\n\f\x1e"  # the last begins each record of a text sequence (RFC 8142)
_MAGIC = (
    (b"SQLite format 3\x00", "sqlite", "an SQLite database"),
    (b"PK\x03\x04", "zip", "a zip archive"),
    (b"PK\x05\x06", "zip", "an empty zip archive"),
    (b"\x00\x00\x27\x0a", "shapefile", "a shapefile"),
    (b"fgb\x03fgb", "flatgeobuf", "a FlatGeobuf file"),
    (b"AC10", "dwg", "an AutoCAD drawing (DWG)"),
    (b"AutoCAD Binary DXF", "dxf", "a DXF drawing"),
    (b"\xd0\xcf\x11\xe0", "ole", "an old Office or encrypted document"),
    (b"%PDF", "pdf", "a PDF document"),
    (b"\x89PNG", "png", "a PNG picture"),
    (b"\xff\xd8\xff", "jpeg", "a JPEG picture"),
    (b"II*\x00", "tiff", "a TIFF picture"),
    (b"MM\x00*", "tiff", "a TIFF picture"),
    (b"II+\x00", "tiff", "a TIFF picture"),
    (b"\x1f\x8b", "gzip", "a gzip archive"),
    (b"7z\xbc\xaf", "7z", "a 7-Zip archive"),
    (b"Rar!", "rar", "a RAR archive"),
    (b"\x80\x04", "pickle", "a Python pickle"),
    (b"\x80\x05", "pickle", "a Python pickle"),
    (b"\x93NUMPY", "npy", "a NumPy array"),
    (b"\x7fELF", "program", "a program"),
    (b"MZ", "program", "a program"),
)
_WORDS = (
    (b"<!doctype html", "html", "a web page (HTML)"),
    (b"<html", "html", "a web page (HTML)"),
    (b"<ogrvrtdatasource", "vrt", "a virtual layer (VRT) that points to other files"),
    (b"<vrtdataset", "vrt", "a virtual raster (VRT) that points to other files"),
    (b"<osm", "osm", "an OpenStreetMap file"),
    (b"<kml", "kml", "a KML file"),
    (b"<gpx", "gpx", "a GPS track (GPX)"),
)
_HOW = {
    "html": "log in and download the file again",
    "dwg": "DWG is not supported: save it as DXF R2018 in the drawing program, or convert it "
    "with the free ODA File Converter",
    "vrt": "open the file it points to",
    "pickle": "such files can run programs and are never opened; export the data as GeoJSON",
    "zip": "unpack it and choose the map in it",
    "gpx": "export the map as GeoJSON",
}


def content_kind(path: Path) -> tuple[str, str]:
    """Return the kind of a file and how to call it; refuse missing, empty and huge files."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except IsADirectoryError:
        raise InputError(path.name, "", "this is a folder", "choose a file in it") from None
    except FileNotFoundError:
        raise InputError(path.name, "", "there is no such file", "check the name") from None
    except OSError as broken:
        reason = (broken.strerror or "it cannot be opened").lower()
        raise InputError(path.name, "", f"the file cannot be read ({reason})", "check it") from None
    if not head:
        raise InputError(path.name, "", "the file is empty", "export or download it again")
    if size > _LARGEST_MB * 1_000_000:
        raise InputError(
            path.name, "", f"the file has {size / 1e6:,.0f} MB, more than {_LARGEST_MB:,} MB",
            "cut the map to the site first",
        )  # fmt: skip
    return _kind(head)


def _kind(head: bytes) -> tuple[str, str]:
    if head[4:15] == b"\n\tOSMHeader":  # after the length of the first block
        return "pbf", "an OpenStreetMap extract (PBF)"
    for magic, kind, words in _MAGIC:
        if head.startswith(magic):
            return kind, words
    marked = head
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    text = head.replace(b"\x00", b"").strip(_BLANKS).lower()
    if marked == head and len(text) - len(text.translate(None, _CONTROLS)) > len(text) * _FEW:
        return "binary", "a binary file of no known kind"
    if text.startswith((b"{", b"[")):
        return "json", "a JSON file"
    if text.startswith(b"<"):
        for word, kind, words in _WORDS:
            if word in text[:2000]:
                return kind, words
        return "xml", "an XML file"
    return "text", "a text file"


def not_a(expected: str, file: str, kind: str, words: str) -> InputError:
    """Say what a file is in place of what its name promises."""
    remedy = _HOW.get(kind, f"choose the {expected} file itself")
    return InputError(file, "", f"this is {words}, not {expected}", remedy)
