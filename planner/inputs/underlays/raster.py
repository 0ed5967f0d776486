"""Pixels: sizes checked before anything is decoded, large pictures read smaller, then encoded."""

from __future__ import annotations

import warnings
from math import ceil, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.underlays.gdal import library

MOST_PIXELS = 500_000_000
MOST_KEPT_PIXELS = 12_000_000
_LARGEST_SIDE = 200_000
_LARGEST_BLOCK_BYTES = 64_000_000
_CAREFUL_PIXELS = 60_000_000
_LARGEST_BYTES = 15_000_000
_CLEAR_SHARE = 0.001
Pixels = npt.NDArray[np.uint8]
Window = tuple[int, int, int, int]
"""First column, first row, width and height."""


def check_size(source: Any, file: str) -> None:
    """Refuse pictures too large to open, by their header alone."""
    width, height = source.width, source.height
    if width * height > MOST_PIXELS or max(width, height) > _LARGEST_SIDE:
        raise InputError(
            file, "", f"the picture says it has {width:,} × {height:,} pixels "
            f"({width * height / 1e6:,.0f} million), more than {MOST_PIXELS / 1e6:,.0f} million",
            "cut it to the site or save it with fewer pixels",
        )  # fmt: skip
    rows, columns = source.block_shapes[0]
    together = source.interleaving is not None and source.interleaving.name == "pixel"
    planes = source.count if together else 1
    held = rows * columns * np.dtype(source.dtypes[0]).itemsize * planes
    if held > _LARGEST_BLOCK_BYTES or source.count > 64:
        raise InputError(
            file, "", f"the picture is stored in pieces of {held / 1e6:,.0f} MB",
            "save it as a tiled GeoTIFF or as PNG",
        )  # fmt: skip


def pixels_of(source: Any, window: Window) -> tuple[Pixels, tuple[Note, ...]]:
    """Read a window as grey, RGB or RGBA of 8 bits, smaller where it has too many pixels."""
    rasterio = library()
    column, row, width, height = window
    share = min(1.0, sqrt(MOST_KEPT_PIXELS / (width * height)))
    shape = (max(1, round(height * share)), max(1, round(width * share)))
    bands = _bands(source)
    way = rasterio.enums.Resampling
    how = way.average if share < 1 and width * height < _CAREFUL_PIXELS else way.nearest
    part = rasterio.windows.Window(column, row, width, height)
    raw = source.read(bands, window=part, out_shape=(len(bands), *shape), resampling=how)
    colours, notes = _eight_bits(_coloured(source, raw, bands))
    if share < 1:
        said = f"{width:,} × {height:,} pixels read as {shape[1]:,} × {shape[0]:,}"
        notes.append(Note(Action.ACCEPT, "UND-SIZE", "", said))
    if source.count > 4 or (source.count == 4 and len(bands) == 3):
        said = f"of {source.count} bands the first three are shown"
        notes.append(Note(Action.ACCEPT, "UND-BANDS", "", said))
    if len(colours) in {1, 3} and source.nodatavals[0] is not None:
        mask = source.dataset_mask(window=part, out_shape=shape)
        if (mask == 0).mean() > _CLEAR_SHARE:
            colours = np.concatenate([*([colours] * (3 // len(colours))), mask[None]])
    return np.ascontiguousarray(colours), tuple(notes)


def _bands(source: Any) -> list[int]:
    """Choose the bands to show: grey or the first three, and what makes them clear."""
    roles = [interp.name for interp in source.colorinterp]
    first = [1] if source.count < 3 else [1, 2, 3]
    return first + [n for n, role in enumerate(roles[:5], 1) if role == "alpha" and n not in first]


def _coloured(source: Any, raw: npt.NDArray[Any], bands: list[int]) -> npt.NDArray[Any]:
    """Look palette colours up, and give grey with a mask three equal colours."""
    if bands[0] == 1 and source.count < 3 and source.colorinterp[0].name == "palette":
        table = np.zeros((256, 4), dtype=np.uint8)
        for index, colour in source.colormap(1).items():
            if index < 256:
                table[index] = colour
        shown = table[raw[0].astype(np.uint8)]
        clear = (shown[..., 3] < 255).any()
        return np.moveaxis(shown[..., : 4 if clear else 3], -1, 0)
    return raw[[0, 0, 0, 1]] if len(raw) == 2 else raw


def _eight_bits(raw: npt.NDArray[Any]) -> tuple[Pixels, list[Note]]:
    """Stretch other number types between their darkest and brightest 2 %."""
    if raw.dtype == np.uint8:
        return raw, []
    if raw.dtype == np.bool_:
        return raw.astype(np.uint8) * np.uint8(255), []
    values = raw.astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, (2, 98)) if finite.size else (0.0, 1.0)
    spread = high - low or 1.0
    shown = np.clip((np.nan_to_num(values, nan=low) - low) / spread, 0, 1) * 255
    said = f"values of the type {raw.dtype} shown from {low:,.4g} to {high:,.4g}"
    return shown.astype(np.uint8), [Note(Action.ACCEPT, "UND-DEPTH", "", said)]


def encoded(pixels: Pixels, drawn: bool = False) -> tuple[bytes, str, tuple[int, int]]:
    """Return the bytes, their ending and the size: JPEG for photographs, PNG for the rest."""
    clear = len(pixels) == 4
    for _ in range(4):
        content, ending = (
            (_written(pixels, "PNG"), ".png")
            if drawn or clear
            else (_written(pixels, "JPEG", QUALITY=88), ".jpg")
        )
        if drawn and not clear and len(content) > _LARGEST_BYTES:
            content, ending = _written(pixels, "JPEG", QUALITY=88), ".jpg"
        if len(content) <= _LARGEST_BYTES:
            break
        step = ceil(sqrt(len(content) / _LARGEST_BYTES))
        pixels = np.ascontiguousarray(pixels[:, ::step, ::step])
    return content, ending, (pixels.shape[2], pixels.shape[1])


def _written(pixels: Pixels, driver: str, **how: Any) -> bytes:
    rasterio = library()
    count, height, width = pixels.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no place is written into the picture on purpose
        with rasterio.Env(GDAL_PAM_ENABLED="NO"), rasterio.MemoryFile() as memory:
            with memory.open(
                driver=driver, width=width, height=height, count=count, dtype="uint8", **how
            ) as target:
                target.write(pixels)
            return bytes(memory.read())
