"""Shapefiles, loose or in one zip; parts are copied first so that none is written beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile

from planner.inputs.archive import open_zip, read_entry, real_names
from planner.inputs.maps.feature import RawMap, Source
from planner.inputs.maps.ogr import read_layer
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = "Shapefile"
EXTENSIONS = (".shp", ".zip")
CONTENTS = ("shapefile", "zip")
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read(source: Source) -> RawMap:
    """Read a shapefile; a missing index is rebuilt, other missing parts are named."""
    with tempfile.TemporaryDirectory(prefix="ampyard-") as name:
        folder = Path(name)
        zipped = source.path.suffix.lower() == ".zip"
        found = _unpack(source, folder) if zipped else _copy(source.path, folder)
        return _read(source, folder / "map.shp", found)


def _copy(path: Path, folder: Path) -> set[str]:
    """Copy the parts that exist, whatever the case of their endings."""
    found = set()
    for neighbour in path.parent.glob(f"{_escaped(path.stem)}.*"):
        extension = neighbour.suffix.lower()
        if extension in _PARTS and neighbour.stem == path.stem and neighbour.is_file():
            copyfile(neighbour, folder / f"map{extension}")
            found.add(extension)
    return found


def _escaped(stem: str) -> str:
    return "".join(f"[{c}]" if c in "[]*?" else c for c in stem)


def _unpack(source: Source, folder: Path) -> set[str]:
    """Write the parts of the one shapefile in a zip under names of our own."""
    with open_zip(source.path) as archive:
        names = real_names(archive)
        maps = [name for name in names if name.lower().endswith(".shp")]
        if len(maps) != 1:
            what = "no shapefile" if not maps else f"{len(maps)} shapefiles"
            raise InputError(
                source.name, "", f"the archive holds {what}, not one", "unpack it and choose a map"
            )
        stem = maps[0][:-4].casefold()
        parts = {n[-4:].lower(): n for n in names if n[:-4].casefold() == stem}
        for extension, entry in parts.items():
            if extension in _PARTS:
                content = read_entry(archive, entry, source.name)
                (folder / f"map{extension}").write_bytes(content)
    return set(parts) & set(_PARTS)


def _read(source: Source, path: Path, found: set[str]) -> RawMap:
    notes = []
    if ".shx" not in found:
        notes.append(
            Note(
                Action.REPAIR, "MAP-SHX", source.name, "the index (.shx) is missing and was rebuilt"
            )
        )
    if ".dbf" not in found:
        notes.append(
            Note(
                Action.ACCEPT, "MAP-DBF", source.name,
                "the table (.dbf) is missing, so no feature has attributes",
            )
        )  # fmt: skip
    encoding = source.options.encoding
    if ".dbf" in found and ".cpg" not in found and not encoding:
        encoding = _guess(path.with_suffix(".dbf"), source, notes)
    elif encoding:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    features, crs = read_layer(path, source, encoding or None, _RESTORE)
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        crs=crs if ".prj" in found else "",
        notes=tuple(notes),
    )


_RESTORE: Mapping[str, str] = {"SHAPE_RESTORE_SHX": "YES"}


def _guess(table: Path, source: Source, notes: list[Note]) -> str:
    """Choose UTF-8 where the table is valid UTF-8, else Windows-1252, and say so."""
    content = table.read_bytes()
    if content.isascii() or not any(byte > 127 for byte in content[32:]):
        return ""
    try:
        content[32:].decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    notes.append(
        Note(
            Action.REPAIR, "MAP-ENCODING", source.name,
            f"no part says how names are encoded; read as {encoding}",
            "name another encoding with --encoding NAME if they look wrong",
        )
    )  # fmt: skip
    return encoding
