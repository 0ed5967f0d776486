"""The plan as a GeoPackage in the site's own coordinate system, with QGIS styles."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from planner.documents.features import Feature, Value, features
from planner.documents.gpkg_styles import qml
from planner.inputs.problem import InputError
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

_WHEN = "1980-01-01T00:00:00.000Z"


def render(project: Project, _scenario: Scenario, outcome: Outcome) -> bytes:
    """Return a GeoPackage with one layer per kind of object."""
    layers: dict[str, list[Feature]] = defaultdict(list)
    for feature in features(project, outcome):
        layers[feature.layer].append(feature)
    if not layers:
        raise InputError(
            project.name, "", "there is nothing on the plan to write",
            "draw or import the site first",
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        for name, members in layers.items():
            _write_layer(path, name, members, project.site.epsg)
        _finish(path, layers)
        return path.read_bytes()


def _write_layer(path: Path, name: str, members: Sequence[Feature], epsg: int) -> None:
    from planner.inputs.maps.gdal import pyogrio

    raw = pyogrio().raw

    kinds = {shapely.force_2d(f.geometry).geom_type for f in members}
    columns = list(members[0].attributes)
    data, masks = zip(*(_column([f.attributes[c] for f in members]) for c in columns), strict=True)
    raw.write(
        path,
        shapely.to_wkb(shapely.force_2d([f.geometry for f in members])),
        list(data),
        columns,
        field_mask=list(masks),
        layer=name,
        driver="GPKG",
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        crs=f"EPSG:{epsg}",
    )


def _column(values: Sequence[Value]) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]:
    """Return a column of one type and the mask of its blanks."""
    blank = np.array([v is None for v in values])
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, bool) for v in present):
        return np.array([bool(v) for v in values]), blank
    if present and all(isinstance(v, int) for v in present):
        return np.array([0 if v is None else v for v in values], dtype=np.int64), blank
    if present and all(isinstance(v, int | float) for v in present):
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64), blank
    return np.array(["" if v is None else str(v) for v in values], dtype=object), blank


def _finish(path: Path, layers: Mapping[str, Sequence[Feature]]) -> None:
    """Add styles that QGIS applies by itself, and take the clock out."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE gpkg_contents SET last_change = ?", (_WHEN,))
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, f_table_catalog TEXT,"
            " f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT,"
            " styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT,"
            " ui TEXT, update_time DATETIME)"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description,"
            " last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (_WHEN,),
        )
        base.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, 'Ampyard', '', ?)",
            [(name, name, style, _WHEN) for name in layers if (style := qml(name))],
        )
