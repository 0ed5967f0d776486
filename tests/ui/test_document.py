"""Undo, merging and results that belong to a snapshot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner import edits
from ui.document import Document


@pytest.fixture
def document(qapp, tiny_project) -> Document:
    made = Document()
    made.open(tiny_project, None)
    return made


def rename(name: str):
    return lambda p: edits.rename_project(p, name)


def test_undo_gives_the_very_same_snapshot_back(document, tiny_project) -> None:
    document.edit("Rename", rename("Other"))
    document.stack.undo()
    assert document.project is tiny_project


def test_a_change_to_nothing_is_no_step(document) -> None:
    document.edit("Nothing", lambda p: p)
    assert not document.stack.canUndo()


def test_steps_of_one_gesture_merge(document, tiny_project) -> None:
    for name in ("A", "AB", "ABC"):
        document.edit("Rename", rename(name), merge="name")
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.project is tiny_project


def test_a_result_belongs_to_its_inputs_only(document, tiny_outcome) -> None:
    assert document.absorb(document.project, tiny_outcome)
    known = document.outcome
    document.edit("Terms", lambda p: edits.set_terms(p, replace(p.terms, valid_days=7)))
    assert known is tiny_outcome
    assert document.outcome is None
    document.stack.undo()
    assert document.outcome is tiny_outcome


def test_a_stale_result_is_dropped(document, tiny_outcome) -> None:
    asked = document.project
    document.edit("Move", lambda p: edits.pin_charger(p, "C1", True))
    assert not document.absorb(asked, tiny_outcome)
    assert document.outcome is None


def test_absorbing_keeps_the_step_count(document, tiny_outcome) -> None:
    document.edit("Pin", lambda p: edits.pin_charger(p, "C1", True))
    derived = replace(tiny_outcome, design=replace(document.project.scenario.design))
    assert document.absorb(document.project, derived)
    assert document.stack.count() == 1
    document.stack.undo()
    document.stack.redo()
    assert document.outcome is derived


def test_renaming_needs_no_recalculation(document, tiny_outcome) -> None:
    document.absorb(document.project, tiny_outcome)
    document.edit("Rename", rename("Other"))
    assert document.outcome is tiny_outcome
