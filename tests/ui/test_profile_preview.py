"""The preview of a load profile: evidence, corrections, one undoable edit."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox

from planner.inputs.profiles import ProfileOptions
from planner.inputs.profiles.preview import preview
from ui.dialogs.profile_preview import ProfilePreview
from ui.present.notes import note_row
from ui.present.profile_preview import answered, facts, take_words, unit_rows, with_answer


@pytest.fixture
def meter(tmp_path: Path):
    """Write two winter days of quarter-hours of 5 units, with changes by row."""

    def write(head: str = "Time;Load kWh", changes: dict[int, str] | None = None) -> Path:
        rows = []
        for i in range(192):
            value = (changes or {}).get(i, f"{5 + i % 7},5")
            if value:
                rows.append(f"{1 + i // 96:02d}.02.2024 {i % 96 // 4:02d}:{i % 4 * 15:02d};{value}")
        path = tmp_path / "meter.csv"
        path.write_text("\n".join([head, *rows]))
        return path

    return write


@pytest.fixture
def opened(open_tiny, qtbot):
    def show(path: Path) -> ProfilePreview:
        dialog = ProfilePreview(open_tiny.session, path, open_tiny)
        dialog.open()
        qtbot.waitUntil(lambda: dialog.seen is not None)
        return dialog

    return show


def answer(dialog: ProfilePreview, qtbot, key: str, value: str) -> None:
    dialog.seen = None
    box: QComboBox = dialog.controls[key]
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: dialog.seen is not None)


def test_columns_and_energy_are_those_of_the_file(meter) -> None:
    seen = preview(meter(), ProfileOptions())
    assert seen.excerpt.roles == {0: "time", 1: "value"}
    assert seen.excerpt.rows[seen.excerpt.data][1] == "5,5"
    expected = sum(5.5 + i % 7 for i in range(192))
    kwh = next(r for r in seen.units if r.unit == "kWh")
    assert kwh.energy_kwh == pytest.approx(expected)
    assert kwh.peak_kw == pytest.approx(11.5 * 4)
    assert next(r for r in seen.units if r.unit == "kW").energy_kwh == pytest.approx(expected / 4)


def test_a_gap_is_counted_shown_and_asked_about(meter) -> None:
    seen = preview(meter(changes={50: "", 51: "", 90: ""}), ProfileOptions())
    assert (seen.gaps, seen.missing, seen.ready) == (2, 3, False)
    assert np.isnan(seen.curve).sum() == 3
    assert note_row(seen.questions[0]).answers == ("fill",)
    assert "2 gaps, 3 values" in {f.value for f in facts(seen)}


def test_a_file_that_cannot_be_read_still_shows_its_rows(meter) -> None:
    seen = preview(meter(head="Time;A kWh"), ProfileOptions(column="nothing"))
    assert seen.profile is None
    assert seen.problem is not None
    assert seen.excerpt.rows[0] == ("Time", "A kWh")


def test_a_unit_above_the_agreed_capacity_says_so(meter) -> None:
    rows = unit_rows(preview(meter(), ProfileOptions()), 100.0)
    assert {r.unit for r in rows if r.against} == {"MW", "MWh per 15 min"}
    assert [r.unit for r in rows if r.chosen] == ["kWh per 15 min"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("unit", "kW"), ("dayfirst", "no"), ("register", "yes"), ("resample", "yes"),
     ("separator", "tab"), ("column", "2")],
)  # fmt: skip
def test_an_answer_is_held_and_can_be_taken_back(key: str, value: str) -> None:
    options = with_answer(ProfileOptions(), key, value)
    assert answered(options, key) == value
    assert with_answer(options, key, None) == ProfileOptions()


def test_questions_hold_back_until_they_are_answered(opened, meter, qtbot) -> None:
    dialog = opened(meter(head="Time;Load", changes={50: ""}))
    assert not dialog.take_button.isEnabled()
    assert dialog.take_button.toolTip() == "2 questions are open."
    assert dialog.controls["unit"].property("flag") == "ask"
    answer(dialog, qtbot, "unit", "kW")
    answer(dialog, qtbot, "fill", "interpolate")
    assert dialog.take_button.isEnabled()
    assert take_words(dialog.seen) == "Use 192 values"
    dialog.reject()


def test_ok_is_one_undoable_edit_that_keeps_the_report(opened, meter, open_tiny, qtbot) -> None:
    document = open_tiny.session.document
    before = document.require().site.profile
    dialog = opened(meter(changes={50: ""}))
    answer(dialog, qtbot, "fill", "zero")
    dialog.take_button.click()
    profile = document.require().site.profile
    assert profile is not before
    assert profile.filled == 1
    assert any("filled by 'zero'" in note for note in profile.notes)
    assert document.stack.undoText() == "Read load profile"
    document.stack.undo()
    assert document.require().site.profile is before


def test_a_question_is_confirmed_in_its_row(opened, meter, qtbot) -> None:
    dialog = opened(meter(changes={60: "5000"}))
    assert [q.code for q in dialog.seen.questions] == ["PRF-SPIKE"]
    dialog.seen = None
    dialog.notes.accepted.emit("PRF-SPIKE")
    qtbot.waitUntil(lambda: dialog.seen is not None)
    assert dialog.seen.ready
    dialog.reject()


def test_a_dialog_left_while_reading_changes_nothing(open_tiny, meter, qtbot) -> None:
    before = open_tiny.session.document.require()
    dialog = ProfilePreview(open_tiny.session, meter(), open_tiny)
    dialog.open()
    dialog.reject()
    qtbot.wait(200)
    assert open_tiny.session.document.require() is before


def test_every_control_is_reached_and_named(opened, meter) -> None:
    dialog = opened(meter())
    for key, box in dialog.controls.items():
        assert box.accessibleName(), key
        assert box.focusPolicy().value, key
    dialog.reject()
