"""The pictures of one view of an online map, laid together to one underlay.

Contract: runs where its caller wants it to (the window: the reader process), asks
only through `Tiles`, which insists on the consent of the project, and only for the
view it is given. What comes back is decoded like a file from elsewhere. The
underlay is kept in the project, so the plan needs no network afterwards.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import numpy as np

from planner.inputs.problem import InputError
from planner.inputs.tiles import Box, Tile, Tiles, tiles_of_view
from planner.inputs.underlays.gdal import opened
from planner.inputs.underlays.laid import Laid, UnderlayOptions
from planner.inputs.underlays.picture import check_chunks
from planner.inputs.underlays.placing import Placed, place
from planner.inputs.underlays.raster import Pixels, encoded, pixels_of
from planner.model.project import Project
from planner.model.site import Site
from planner.model.tiles import TileConsent, TileKind
from planner.model.underlay import Underlay, UnderlayKind
from planner.progress import Progress, silent

MOST_OFF_M = 1.0
_LARGEST_TILE_PX = 512
_LARGEST_WMS_PX = 4_096
_LONGEST_S = 40.0
_PNG, _JPEG = b"\x89PNG", b"\xff\xd8\xff"


@cache
def session_tiles() -> Tiles:
    """Return the one fetcher of this process, which counts what was fetched."""
    return Tiles()


def fetch_view(
    project: Project,
    source: TileConsent,
    view: Box,
    width_px: int,
    progress: Progress = silent,
    tiles: Tiles | None = None,
) -> Laid:
    """Fetch the pictures of a view (site metres) and lay them together.

    Raises
    ------
    InputError
        Without consent, where the host does not answer with pictures, and where
        the view is so wide that its picture would not lie true; then nothing is
        asked.
    """
    wanted = tiles_of_view(source, view, project.site.epsg, width_px)
    if not wanted:
        raise InputError(source.host, "", "the view shows no place on the map", "fit the site")
    _check_true(wanted, view, project.site, source.host)
    tiles = tiles or session_tiles()
    began, parts, drawn = monotonic(), [], False
    with TemporaryDirectory(prefix="ampyard-") as folder:
        for number, tile in enumerate(wanted):
            progress(number / len(wanted), f"Fetching picture {number + 1} of {len(wanted)}")
            if monotonic() - began > _LONGEST_S:
                raise InputError(
                    source.host, "",
                    f"{number} of {len(wanted)} pictures came in {_LONGEST_S:.0f} s",
                    "fetch this view again to go on, those that came are kept",
                )  # fmt: skip
            content = tiles.picture(project, source, tile)
            drawn = drawn or content.startswith(_PNG)
            parts.append(_decoded(content, source, Path(folder) / "picture"))
    progress(1.0, "Laying the pictures together")
    return _laid(
        encoded(_together(parts, wanted, source.host), drawn), wanted, view, project, source
    )


def _check_true(wanted: tuple[Tile, ...], view: Box, site: Site, host: str) -> None:
    """Refuse a view that no shift, turn and scale brings into the site's system."""
    off = _placed(wanted, (1_000, 1_000), view, site, host).off_m
    if off > MOST_OFF_M:
        raise InputError(
            host, "", f"the view is so wide that its picture would lie up to {off:,.0f} m off",
            "zoom in to the site",
        )  # fmt: skip


def _placed(
    wanted: tuple[Tile, ...], size: tuple[int, int], view: Box, site: Site, host: str
) -> Placed:
    west, south = (min(tile.bounds[n] for tile in wanted) for n in (0, 1))
    east, north = (max(tile.bounds[n] for tile in wanted) for n in (2, 3))
    to_crs = ((east - west) / size[0], 0.0, west, 0.0, (south - north) / size[1], north)
    options = UnderlayOptions(epsg=site.epsg, around=view, region=site.region)
    return place(to_crs, size, f"EPSG:{wanted[0].epsg}", options, host)


def _decoded(content: bytes, source: TileConsent, path: Path) -> Pixels:
    """Decode one picture as RGB or RGBA; a file from elsewhere, so sizes come first."""
    if not content.startswith((_PNG, _JPEG)):
        raise _unusable(source.host, "it sends pictures that are neither PNG nor JPEG")
    path.write_bytes(content)
    most = _LARGEST_TILE_PX if source.kind is TileKind.XYZ else _LARGEST_WMS_PX
    try:
        if content.startswith(_PNG):
            check_chunks(content, source.host)
        with opened(path, "PNG" if content.startswith(_PNG) else "JPEG") as picture:
            size = (picture.width, picture.height)
            pixels = None if max(size) > most else pixels_of(picture, (0, 0, *size))[0]
    except InputError:
        raise InputError(
            source.host, "", "one of its pictures is damaged", "erase the cache and fetch again"
        ) from None
    if pixels is None:
        raise _unusable(source.host, f"its pictures have more than {most} pixels a side")
    return pixels if len(pixels) > 2 else np.repeat(pixels[:1], 3, axis=0)


def _together(parts: list[Pixels], wanted: tuple[Tile, ...], host: str) -> Pixels:
    """Lay pictures of one size side by side, from the north-west."""
    if len({part.shape[1:] for part in parts}) > 1:
        raise _unusable(host, "its pictures differ in size")
    _, high, wide = parts[0].shape
    lefts = sorted({tile.bounds[0] for tile in wanted})
    tops = sorted({tile.bounds[3] for tile in wanted}, reverse=True)
    bands = max(len(part) for part in parts)
    whole = np.full((bands, high * len(tops), wide * len(lefts)), 255, dtype=np.uint8)
    for part, tile in zip(parts, wanted, strict=True):
        row, column = tops.index(tile.bounds[3]) * high, lefts.index(tile.bounds[0]) * wide
        whole[: len(part), row : row + high, column : column + wide] = part
    return whole


def _laid(
    made: tuple[bytes, str, tuple[int, int]],
    wanted: tuple[Tile, ...],
    view: Box,
    project: Project,
    source: TileConsent,
) -> Laid:
    content, ending, size = made
    placed = _placed(wanted, size, view, project.site, source.host)
    underlay = Underlay(
        "", source.host, UnderlayKind.PICTURE, f"{source.host}{ending}", *size, placed.transform,
        calibrated=placed.calibrated, source=f"{source.host}, {source.attribution}",
        crs=placed.crs, attribution=source.attribution,
    )  # fmt: skip
    return Laid(underlay, content, placed.notes, placed.epsg)


def _unusable(host: str, why: str) -> InputError:
    return InputError(host, "", why, "choose another map")
