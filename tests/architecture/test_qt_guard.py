"""PySide6 6.12.0 loses references of None and True on CPython 3.11 and aborts."""

import os
import subprocess
import sys

import pytest

EMIT = """
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Bell(QObject):
    rung = Signal(bool)
app = QCoreApplication([])
bell, heard = Bell(), []
bell.rung.connect(heard.append)
for _ in range(2000):
    bell.rung.emit(True)
assert len(heard) == 2000
"""
UNDO = """
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand, QUndoStack
class Nothing(QUndoCommand):
    def undo(self): pass
    def redo(self): pass
app, stack = QCoreApplication([]), QUndoStack()
stack.push(Nothing())
for _ in range(5000):
    stack.undo(); stack.redo()
"""


@pytest.mark.parametrize("script", [EMIT, UNDO], ids=["2000 signals", "5000 undos"])
def test_pyside_keeps_its_references(script: str) -> None:
    pytest.importorskip("PySide6")
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-500:]
