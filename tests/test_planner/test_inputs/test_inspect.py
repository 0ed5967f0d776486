"""`inspect`: one schema for every kind of file, and never an exception."""

import zipfile
from pathlib import Path

import pytest

from planner.inputs.inspect import inspect
from planner.inputs.workbooks import demand, rota, supply_template
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


def test_files_of_every_other_kind(tmp_path: Path) -> None:
    fleet = inspect(rota.write_template(tmp_path / "rota.xlsx"))
    assert (fleet["kind"], fleet["summary"]["groups"]) == ("demand", 1)
    assert "a fleet rota with" in fleet["findings"][0]["message"]
    (tmp_path / "a.py").write_text("import os\n")
    assert "nothing in it is run" in inspect(tmp_path / "a.py")["findings"][0]["message"]
    gone = inspect(tmp_path / "gone.csv")
    assert (gone["action"], gone["findings"][0]["message"]) == ("reject", "there is no such file")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (MemoryError(), "reading it takes more than 1,500 MB"),
        (KeyError("x"), "the file made the reader fail (KeyError)"),
    ],
)
def test_a_fault_of_a_reader_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: str
) -> None:
    def fail(_path: Path) -> str:
        raise fault

    monkeypatch.setattr("planner.inputs.inspect.kind_of", fail)
    (finding,) = inspect(tmp_path / "a.csv")["findings"]
    assert finding["message"] == words


def test_workbooks_that_cannot_be_opened_are_left_to_their_reader(tmp_path: Path) -> None:
    old = tmp_path / "old.xls"
    old.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900))
    assert inspect(old)["kind"] == "profile"
    assert "password protected" in inspect(old)["findings"][0]["message"]
    ods = tmp_path / "a.ods"
    with zipfile.ZipFile(ods, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", "<x")
    assert "damaged or cut off" in inspect(ods)["findings"][0]["message"]
    book = rota.write_template(tmp_path / "b.xlsx")
    with zipfile.ZipFile(book) as opened:
        parts = {n: opened.read(n) for n in opened.namelist()}
    with zipfile.ZipFile(book, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content[:-40] if name.endswith("sheet1.xml") else content)
    assert inspect(book)["action"] == "reject"
