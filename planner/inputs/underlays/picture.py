"""PNG and JPEG: placed by a world file, else by two points."""

from __future__ import annotations

import zlib
from pathlib import Path

from planner.inputs.maps.sniff import content_kind
from planner.inputs.problem import InputError
from planner.inputs.underlays import worldfile
from planner.inputs.underlays.gdal import opened
from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.inputs.underlays.placing import Placed, place, system_by_numbers, unplaced
from planner.inputs.underlays.raster import check_size, encoded, pixels_of
from planner.model.underlay import Underlay, UnderlayKind

NAME = "picture"
EXTENSIONS = (".png", ".jpg", ".jpeg")
CONTENTS = ("png", "jpeg")
_DRIVER = {"png": "PNG", "jpeg": "JPEG"}
_ENDING = {"png": ".png", "jpeg": ".jpg"}
_KEPT_BYTES = 15_000_000


def read(path: Path, options: UnderlayOptions) -> Laid:
    """Read a picture; it is kept as it is unless it is very large."""
    kind, _ = content_kind(path)
    content = path.read_bytes()
    if kind == "png":
        check_chunks(content, path.name)
    with opened(path, _DRIVER[kind]) as source:
        check_size(source, path.name)
        full = (source.width, source.height)
        pixels, notes = pixels_of(source, (0, 0, *full))
    ending, size = _ENDING[kind], full
    if (pixels.shape[2], pixels.shape[1]) != full or len(content) > _KEPT_BYTES:
        content, ending, size = encoded(pixels)
    else:
        notes = ()  # nothing was changed
    placed = _placed(path, full, size, options)
    underlay = Underlay(
        "", path.stem, UnderlayKind.PICTURE, f"{path.stem}{ending}", *size, placed.transform,
        calibrated=placed.calibrated, source=path.name, crs=placed.crs,
    )  # fmt: skip
    return Laid(underlay, content, (*placed.notes, *notes), placed.epsg)


def check_chunks(content: bytes, file: str) -> None:
    """Walk the pieces of a PNG with their checksums: GDAL fills what is missing silently."""
    at = 8
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(
            content[end - 4 : end]
        ):
            break
        if kind == b"IEND":
            return
        at = end
    raise InputError(
        file, f"byte {at:,}", "the picture is damaged or cut off here",
        "open it in a picture program and save it again",
    )  # fmt: skip


def _placed(
    path: Path, full: tuple[int, int], size: tuple[int, int], options: UnderlayOptions
) -> Placed:
    beside = worldfile.read(path)
    if beside is None:
        return unplaced(size, options)
    a, b, c, d, e, f = beside
    across, down = full[0] / size[0], full[1] / size[1]
    to_crs = (a * across, b * down, c, d * across, e * down, f)
    text = options.crs or worldfile.system_beside(path)
    text = text or system_by_numbers(to_crs, size, options, path.name)
    return place(to_crs, size, text, options, path.name)
