"""What cannot be right about a demand reaches whoever plans or checks on the command line."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner import edits
from planner.cli import main
from planner.demand.estimate import estimate
from planner.demand.room import bay_findings, most_at_once
from planner.model.demand import ROTA, DemandInput, Sessions, Visit
from planner.model.project import Project
from planner.store.project_file import save


def fleet(stay_min: float, kwh: float) -> DemandInput:
    """Return three vehicles that come at eight from Monday to Friday."""
    times = [480 + 1440 * day + number for day in range(5) for number in range(3)]
    return DemandInput(ROTA, 3.0, 0.0, tuple(Visit(t, t + stay_min, kwh, 11, 50) for t in times))


CASES = {
    "nobody": ((DemandInput("hotel", 0.0),), "DEM-EMPTY", "nothing to charge"),
    "one_group_of_nobody": (
        (DemandInput("hotel", 3.0), DemandInput("retail", 0.0)), "DEM-GROUP", "Retail customers",
    ),
    "no_stay": ((fleet(0, 10),), "DEM-STAY", "60 of 60 cars leave when they arrive"),
    "too_much": ((fleet(30, 60),), "DEM-ENERGY", "60 of 60 cars want more energy"),
    "too_many": ((DemandInput("workplace", 90.0),), "DEM-BAYS", "12 bays"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("command", ["plan", "check"])
def test_the_command_line_says_what_is_wrong(
    tiny_project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    command: str, case: str,
) -> None:  # fmt: skip
    demand, code, words = CASES[case]
    path = tmp_path / "p.ampyard"
    save(edits.set_demand(tiny_project, demand), path)
    main([command, str(path), "--json", "--quiet"])
    (found,) = (f for f in json.loads(capsys.readouterr().out)["findings"] if f["code"] == code)
    assert words in found["message"]
    assert found["severity"] == "warning"
    assert found["fix"]


def test_a_plan_without_groups_asks_who_parks(
    tiny_project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.ampyard"
    save(edits.set_demand(tiny_project, ()), path)
    assert main(["plan", str(path), "--quiet"]) == 2
    assert "Say who parks here first" in capsys.readouterr().err


def test_cars_at_once_are_counted_with_their_true_stays() -> None:
    arrive = np.array([0.0, 10.0, 20.0])
    kw, none = np.full(3, 60.0), np.zeros(3)
    quick = Sessions(
        arrive, arrive + 60, np.full(3, 5.0), none, kw, np.zeros(3, np.int64), ("a",), 1,
        np.ones(3, bool),
    )  # fmt: skip
    assert most_at_once(quick) == 1  # each leaves after five minutes
    assert most_at_once(replace(quick, leaves_full=None)) == 3
    assert bay_findings(quick, 1) == ()


def test_enough_bays_are_no_finding() -> None:
    sessions = estimate((DemandInput("workplace", 20.0),), 1).sessions
    most = most_at_once(sessions)
    assert bay_findings(sessions, most) == ()
    assert bay_findings(sessions, most - 1)[0].value == most
