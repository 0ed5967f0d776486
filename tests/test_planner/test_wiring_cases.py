"""Every worked case of ``tests/cases/wiring``, through the sums a user can call."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data import open_table
from grid.codes import registry
from grid.model import CircuitDemand, CircuitKind, Earthing, Installation
from grid.wiring import ampacity, maker, phases, transformers, utility
from planner.calc import calc, topics

FOLDER = Path(__file__).parents[1] / "cases" / "wiring"
CASES = [
    case
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
]


def law(i: dict[str, Any]) -> dict[str, Any]:
    worst = 0.0
    for row, cells in ampacity.load("iec60364").items():
        points = {s: c.it_a for s, c in cells.items() if s >= i["from_mm2"]}
        if row.method in i["methods"]:
            a, m = ampacity.power_law(points)
            errors = (abs(a * ampacity.effective_mm2(s) ** m / v - 1) for s, v in points.items())
            worst = max(worst, *errors)
    return {"error_pct": round(100 * worst, 1)}


def catalogue(i: dict[str, Any]) -> dict[str, Any]:
    row = next(r for r in open_table("chargers/models") if r.text("id") == i["model"])
    return {key: row.number(key) for key in ("power_kw", "heavy_duty_kw")}


def rcd(i: dict[str, Any]) -> dict[str, Any]:
    demand = CircuitDemand("F", CircuitKind.FINAL, "A", "B", 10, 32, 3, 22, 1, Installation())
    code = replace(registry.get(i["code"]), rcd_edition=i["edition"])
    return {"begins": code.residual(demand, Earthing.TN_S).text}


def share(i: dict[str, Any]) -> dict[str, Any]:
    found = phases.share_current(**i)
    return {"phases": found.phases, "current_a": found.current_a}


def transformer(i: dict[str, Any]) -> dict[str, Any]:
    kva = transformers.required_kva(i["load_kw"], i["efficiency"], i["power_factor"])
    return {"kva": kva, "standard_kva": transformers.smallest_kva(kva, i["loading"])}


def operator(i: dict[str, Any]) -> dict[str, Any]:
    found = utility.finding(utility.Connection(**i))
    return {"action": found.code.removeprefix("UTIL-").lower(), "says": found.message}


def cover(i: dict[str, Any]) -> dict[str, Any]:
    row = next(r for r in open_table("codes/nec/cover") if r.text("place") == i["place"])
    return {"cover_in": row.number("cover_in")}


OTHERS = {
    "law": law,
    "catalogue": catalogue,
    "rcd": rcd,
    "share": share,
    "transformer": transformer,
    "utility": operator,
    "cover": cover,
    "output": lambda i: {"output_pct": maker.output_pct(**i)},
    "maker": lambda i: {"mcb_a": maker.device_rating_a(**i)},
    "limit": lambda i: {"value": registry.get(i["code"]).limit(i["rule"]).value},
}


def agrees(value: Any, wanted: Any, tolerance: dict[str, float]) -> bool:
    if isinstance(wanted, dict):
        return all(agrees(value[k], v, tolerance) for k, v in wanted.items())
    if isinstance(wanted, list):
        return all(agrees(v, w, tolerance) for v, w in zip(value, wanted, strict=True))
    if wanted is None:
        return value is None
    if isinstance(wanted, str):
        return wanted in value
    if "atmost" in tolerance:
        return value <= wanted
    return value == pytest.approx(wanted, rel=tolerance.get("rel", 0), abs=tolerance.get("abs", 0))


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    topic, inputs = case["topic"], case["inputs"]
    result = calc(topic, inputs) if topic in topics() else OTHERS[topic](inputs)
    for key, wanted in case["expected"].items():
        assert agrees(result[key], wanted, case["tolerance"]), (key, result[key], wanted)


def test_cases_are_well_formed() -> None:
    assert len({c["id"] for c in CASES}) == len(CASES) > 70
    assert all(c["source"] and c["expected"] for c in CASES)
