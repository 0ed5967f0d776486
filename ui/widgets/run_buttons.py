"""Start and stop of a calculation, and its progress: one of the buttons shows at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QProgressBar, QPushButton

from ui.widgets.basic import button


@dataclass(frozen=True, slots=True)
class RunButtons:
    """The three controls, for a page to lay out among its own."""

    start: QPushButton
    stop: QPushButton
    progress: QProgressBar

    def show_running(self, on: bool) -> None:
        """Show what can be pressed; the focus goes from the one button to the other."""
        gone, there = (self.start, self.stop) if on else (self.stop, self.start)
        focused = gone.hasFocus()
        there.setVisible(True)
        if focused:
            there.setFocus()
        gone.setVisible(False)
        self.progress.setVisible(on)

    def show_share(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self.progress.setValue(round(1000 * share))


def run_buttons(
    title: str, start: Callable[[], object], stop: Callable[[], object], what: str
) -> RunButtons:
    """Return the controls of a calculation; `what` names it to a screen reader."""
    progress = QProgressBar()
    progress.setRange(0, 1000)
    progress.setTextVisible(False)
    progress.setFixedWidth(160)
    progress.setAccessibleName(f"Progress of {what}")
    return RunButtons(button(title, start, "play"), button("Stop", stop, "circle-stop"), progress)
