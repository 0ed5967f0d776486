"""Predictions on the command line: periods, and what a record is too small for."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.cli import main
from planner.inputs.problem import InputError
from planner.prediction_report import period

MONDAY = date(2024, 1, 1)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a hundred days from 1 January with twenty cars each working day."""
    rng = np.random.default_rng(1)
    lines = ["arrival,departure,kWh"]
    for number in range(100):
        for _ in range(rng.poisson(20 if number % 7 < 5 else 1)):
            at = datetime(2024, 1, 1) + timedelta(number, hours=rng.normal(9, 1))  # noqa: DTZ001
            lines.append(f"{at:%Y-%m-%d %H:%M},{at + timedelta(hours=6):%Y-%m-%d %H:%M},12")
    path = tmp_path_factory.mktemp("record") / "s.csv"
    path.write_text("\n".join(lines))
    return path


def run(record: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    assert main(["sessions", str(record), "--json", *options]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)["prediction"]
    return found


@pytest.mark.parametrize(
    ("text", "days"),
    [("2024-01", (0, 31)), ("2024-02..2024-03", (31, 91)), ("2024-01-03..2024-01-05", (2, 5)),
     ("2023-12-20..2024-01-02", (0, 2))],
)  # fmt: skip
def test_periods(text: str, days: tuple[int, int]) -> None:
    assert period(text, MONDAY, "--learn") == range(*days)


@pytest.mark.parametrize("text", ["March", "2024-13", "2023-10", "2024-02..2024-01", ""])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(InputError, match="--learn"):
        period(text, MONDAY, "--learn")


def test_a_month_half_recorded_is_compared_on_its_recorded_days(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(record, capsys, "--learn", "2024-01..2024-03", "--predict", "2024-04")
    assert found["recorded_cars_per_day"] == pytest.approx(found["cars_per_day"], rel=0.25)
    assert any("of the 30 days" in note for note in found["notes"])  # type: ignore[attr-defined]


def test_days_after_the_record_are_not_learnt_as_empty(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(record, capsys, "--learn", "2024-03..2024-06", "--predict", "2024-07")
    assert found["cars_per_day"] == pytest.approx(15, rel=0.2)
    assert found["level_changed_on"] is None
    assert any("as far as the record goes" in n for n in found["notes"])  # type: ignore[attr-defined]


def test_learning_what_is_predicted_and_few_days_are_said(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(record, capsys, "--learn", "2024-03-04..2024-03-15", "--predict", "2024-03")
    notes = " ".join(found["notes"])  # type: ignore[call-overload]
    assert "agreement proves nothing" in notes
    assert "the band is too narrow" in notes


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--learn", "2024-01"), "needs two periods"),
        (("--learn", "2025-10", "--predict", "2025-11"), "sessions lie on 0 of the days"),
        (("--learn", "2024-03-04", "--predict", "2024-04"), "sessions lie on 1 of the days"),
        (("--learn", "2024-01", "--predict", "2024-02", "--closed", "2024-05-05"),
         "is not among the days to predict"),
        (("--learn", "2024-01", "--predict", "2024-02", "--closed", "soon"), "is no period"),
    ],
)  # fmt: skip
def test_what_cannot_be_predicted_is_a_sentence(
    record: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], reason: str
) -> None:
    assert main(["sessions", str(record), *options]) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert told.count("\n") == 1
