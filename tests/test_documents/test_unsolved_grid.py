"""A design whose grid could not be computed is still written, with gaps instead of numbers."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from planner.documents import FORMATS
from planner.model.outcome import CaseState, NodeState
from planner.summary import check_json, plan_json

NAN = math.nan


@pytest.fixture(scope="module")
def unsolved(tiny_outcome):
    grid = tiny_outcome.grid
    nodes = {key: NodeState(n.id, n.name, NAN, NAN, NAN, NAN, NAN) for key, n in grid.nodes.items()}
    case = CaseState("Charging at its limit", 240, 100, NAN, NAN, NAN, NAN, False)
    return replace(tiny_outcome, grid=replace(grid, cases=(case,), nodes=nodes, branches={}))


@pytest.mark.parametrize("document", [check_json, plan_json])
def test_json_has_null_where_nothing_is_known(document, tiny_project, unsolved) -> None:
    text = json.dumps(document(tiny_project, unsolved), allow_nan=False)
    grid = json.loads(text)["grid"]
    assert grid["cases"][0]["agreed_pct"] is None
    assert {n["zs_ohm"] for n in grid["nodes"]} == {None}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_written(name: str, tiny_project, unsolved, tmp_path: Path) -> None:
    path = FORMATS[name].write(tiny_project, tiny_project.scenario, unsolved, tmp_path)
    content = path.read_bytes()
    assert content
    if path.suffix == ".geojson":
        json.loads(content, parse_constant=pytest.fail)
    if path.suffix == ".xlsx":
        cells = [c.value for sheet in load_workbook(path) for row in sheet.rows for c in row]
        assert not any(isinstance(c, float) and math.isnan(c) for c in cells)
        assert "nan" not in [str(c).lower() for c in cells]
