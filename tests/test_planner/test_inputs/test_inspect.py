"""`inspect`: one schema for every kind of file, and never an exception."""

from pathlib import Path

import pytest

from planner.inputs.inspect import inspect
from planner.inputs.workbooks import demand, supply_template
from planner.model.demand import DemandInput
from planner.model.project import Project
from planner.store import project_file


def test_a_project_reports_its_counts(tiny_project: Project, tmp_path: Path) -> None:
    project_file.save(tiny_project, tmp_path / "p.ampyard")
    report = inspect(tmp_path / "p.ampyard")
    assert (report["schema"], report["kind"], report["action"]) == (1, "project", "accept")
    assert (report["summary"]["bays"], report["summary"]["generation"]) == (12, 1)


def test_a_damaged_project_offers_its_backup(
    tiny_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path / "state"))
    path = tmp_path / "p.ampyard"
    project_file.save(tiny_project, path)
    project_file.save(tiny_project, path)
    path.write_bytes(path.read_bytes()[:600])
    (finding,) = inspect(path)["findings"]
    assert "the newest is generation 1 of" in finding["remedy"]


def test_a_question_is_told_from_a_refusal(tmp_path: Path) -> None:
    hours = [f"2024-06-0{d} {h:02d}:00,{h}" for d in (1, 2) for h in range(24)]
    (tmp_path / "load.csv").write_text("\n".join(["time,Value", *hours]))
    report = inspect(tmp_path / "load.csv")
    assert (report["kind"], report["action"]) == ("profile", "ask")
    assert report["summary"]["total_kwh"] is None
    assert {f["severity"] for f in report["findings"]} == {"info", "warning"}


def test_templates_are_recognised_by_their_sheets(tmp_path: Path) -> None:
    supply_template.write_template(tmp_path / "s.xlsx")
    demand.write_template(tmp_path / "d.xlsx", (DemandInput("hotel", 24.0, 3.0),))
    assert inspect(tmp_path / "s.xlsx")["kind"] == "supply"
    assert "agreed capacity is blank" in inspect(tmp_path / "s.xlsx")["findings"][0]["message"]
    report = inspect(tmp_path / "d.xlsx")
    assert report["summary"] == {"groups": 1, "drivers_per_day": 24.0}


def test_demand_round_trip_and_bad_cells(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "d.xlsx"
    groups = (DemandInput("hotel", 24.0, 3.0), DemandInput("workplace", 14.5))
    demand.write_template(path, groups)
    assert demand.read_demand(path).inputs == groups
    book = openpyxl.load_workbook(path)
    book["Drivers"]["A6"] = "castle"
    book.save(path)
    finding = inspect(path)["findings"][0]
    assert finding["place"] == "sheet Drivers, A6"
    assert "workplace" in finding["remedy"]


@pytest.mark.parametrize("name", ["x.npy", "x.p", "x.pkl", "none.csv"])
def test_what_could_run_or_is_absent_is_refused(tmp_path: Path, name: str) -> None:
    if name != "none.csv":
        (tmp_path / name).write_bytes(b"\x80\x04.")
    assert inspect(tmp_path / name)["action"] == "reject"
