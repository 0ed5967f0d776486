"""From a map file to features with roles in metres, with a report of all that was done."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from planner.inputs.maps.crs import Placing, place
from planner.inputs.maps.feature import Feature, MapLayers, MapOptions, RawMap, Source
from planner.inputs.maps.outlines import singled
from planner.inputs.maps.registry import format_of
from planner.inputs.maps.repair import merge_duplicates, repair, separate_overlaps, unique_ids
from planner.inputs.maps.roles import assign
from planner.inputs.maps.text import with_mended_names
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

SWAP = "swap"
_MANY = 500_000


def read_map(path: Path, options: MapOptions | None = None) -> MapLayers:
    """Read a map of any known format.

    Raises
    ------
    InputError
        Where nothing can be imported, or, with `question` set, where the user
        has to decide; the remedy names the option that answers.
    """
    # What is not finite is found and named below.
    with np.errstate(all="ignore"), _no_collection():
        return _read(path, options or MapOptions())


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the search for reference cycles: millions of fresh objects hold none."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(path: Path, options: MapOptions) -> MapLayers:
    raw = format_of(path).read(Source(path, options))
    if not raw.features:
        raise InputError(
            raw.file, "", "the map has no features", "choose a file or layer with features in it"
        )
    if len(raw.features) > _MANY and "size" not in options.accepted:
        raise InputError(
            raw.file, "", f"the map has {len(raw.features):,} features",
            "cut it to the site, or say --accept size to read them all", question=True,
        )  # fmt: skip
    return layers(with_mended_names(raw), options)


def layers(raw: RawMap, options: MapOptions) -> MapLayers:
    """Carry a raw map into metres, mend it and give its features their roles."""
    raw, options = _swapped(raw, options)
    if all(feature.geometry is None for feature in raw.features):
        first = raw.features[0]
        raise InputError(
            raw.file, first.place, f"no feature has a usable shape; {first.fault}",
            "export the map again with its geometry",
        )  # fmt: skip
    placing = place(raw, options)
    projected, part_notes = singled(_projected(raw.features, placing))
    mended = repair(projected, options)
    if not mended.features:
        raise InputError(
            raw.file, mended.notes[0].place,
            f"no feature could be used; this one was {mended.notes[0].message}",
            "correct the map and export it again",
        )  # fmt: skip
    named, id_notes = unique_ids(mended.features)
    placed, role_notes = assign(named, options, raw.file, raw.tagged)
    single = merge_duplicates(placed, options, raw.file)
    apart = separate_overlaps(single.features, options, raw.file)
    renamed = {note.place for note in id_notes} - {
        note.place for note in mended.notes if note.action is Action.REPAIR
    }
    return MapLayers(
        file=raw.file,
        format=raw.format,
        crs=placing.name,
        epsg=placing.epsg,
        features=apart.features,
        notes=(
            *raw.notes,
            *placing.notes,
            *part_notes,
            *mended.notes,
            *id_notes,
            *role_notes,
            *single.notes,
            *apart.notes,
        ),
        read=len(projected),
        repaired=mended.repaired + len(renamed),
        skipped=mended.skipped + single.skipped + apart.skipped,
    )


def _swapped(raw: RawMap, options: MapOptions) -> tuple[RawMap, MapOptions]:
    """Exchange x and y where the user has said so."""
    if options.crs.casefold() != SWAP:
        return raw, options
    turned = tuple(
        replace(f, geometry=shapely.transform(f.geometry, lambda xy: xy[:, ::-1]))
        if f.geometry is not None
        else f
        for f in raw.features
    )
    note = Note(Action.REPAIR, "MAP-AXES", "", "x and y exchanged, as told by --crs swap")
    return replace(raw, features=turned, notes=(*raw.notes, note)), replace(options, crs="")


def _projected(features: Sequence[Feature], placing: Placing) -> tuple[Feature, ...]:
    """Carry all shapes into the site's metres in one go."""
    shapes = np.array([f.geometry for f in features], dtype=object)
    flat = shapely.force_2d(shapes)
    if placing.name != f"EPSG:{placing.epsg}":

        def to_metres(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(placing.to_site.transform(xy[:, 0], xy[:, 1]))

        flat = shapely.transform(flat, to_metres)
    return tuple(map(_with_shape, features, flat))


def _with_shape(feature: Feature, shape: BaseGeometry) -> Feature:
    """Return a feature with another shape; `dataclasses.replace` takes five times as long."""
    f = feature
    return Feature(f.id, f.place, f.layer, f.tags, shape, f.fault, f.mended, f.role, f.why)
