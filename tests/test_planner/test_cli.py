"""The command line as a user types it."""

import json
from pathlib import Path

import pytest

from planner.cli import main


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    assert main(["demo", "services", "--out", str(out), "--quiet"]) == 0
    return out


def one(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    "pattern", ["*-bom.xlsx", "*-quote.pdf", "*-proof.pdf", "*.gpkg", "*-map.html", "*.ampyard"]
)
def test_demo_delivers_every_document(delivered: Path, pattern: str) -> None:
    assert one(delivered, pattern).stat().st_size > 1000


def test_plan_check_and_export_agree_to_the_cent(
    delivered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.ampyard"
    project.write_bytes(one(delivered, "*.ampyard").read_bytes())
    assert main(["plan", str(project), "--objective", "cost", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert main(["export", str(project), "--out", str(tmp_path), "--formats", "csv", "--json"]) == 0
    exported = json.loads(capsys.readouterr().out)
    assert exported["total"] == planned["total"] > 0
    assert exported["schema"] == 1
    assert main(["check", str(project), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["errors"] == 0
    year = checked["year"]
    assert year["intervals"] * year["interval_min"] == 365 * 1440
    assert 0 < year["peak_kva"] <= year["agreed_kva"]
    assert year["intake_kwh"] > year["charging_kwh"] > 0
    assert year["difference_to_newton_pu"] < 1e-6


def test_unknown_option_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_missing_project_names_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", str(tmp_path / "none.ampyard")]) == 2
    err = capsys.readouterr().err
    assert "none.ampyard" in err
    assert str(tmp_path) not in err


def test_new_without_map_says_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--out", "x.ampyard"]) == 2
    assert "--map" in capsys.readouterr().err


def test_unknown_archetype_lists_the_known(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "x.ampyard"
    assert main(["new", "--map", "m.geojson", "--demand", "castle:3", "--out", str(out)]) == 2
    assert not out.exists()


def test_fault_is_one_line_and_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("planner.commands.SAMPLES", ("hotel",))
    monkeypatch.setattr("planner.pipeline.propose", lambda *_: 1 / 0)
    assert main(["demo", "hotel", "--out", str(tmp_path / "d")]) == 3
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "ZeroDivisionError" in err
    assert "1 / 0" in (tmp_path / "ampyard" / "last-fault.txt").read_text()


def test_check_tells_headroom_connection_and_reinforcement(
    delivered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(one(delivered, "*.ampyard"))
    wanted = ["--headroom", "--connection", "--reinforce", "--battery", "50:100", "--solar", "30"]
    assert main(["check", project, *wanted, "--json"]) in {0, 1}
    found = json.loads(capsys.readouterr().out)
    assert all(len(bay["sizes"]) == 5 for bay in found["headroom"]["bays"])
    assert {o["key"] for o in found["connection"]["offers"]} >= {"today", "timed", "battery"}
    assert found["reinforcement"]["passes"] is (not found["reinforcement"]["left"])
    assert any(f["code"].startswith("BATTERY-") for f in found["findings"])


def test_a_battery_that_is_no_size_is_one_line(
    delivered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(one(delivered, "*.ampyard")), "--battery", "big"]) == 2
    assert "such as 100:200" in capsys.readouterr().err
