"""What the entry opens: the window or a command, and never Qt for a command."""

import subprocess
import sys
from pathlib import Path

import pytest

from ui import launch

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "window"),
    [([], True), (["a.ampyard"], True), (["plan", "a.ampyard"], False), (["--help"], False)],
)
def test_files_alone_open_the_window(arguments: list[str], window: bool) -> None:
    assert launch.wants_window(arguments) is window


@pytest.mark.parametrize(
    ("display", "arguments", "sample"),
    [
        (":1", ["demo"], "hotel"), (":1", ["demo", "depot"], "depot"),
        (":1", ["demo", "--out", "x"], ""), ("", ["demo"], ""), (":1", [], ""),
    ],
)  # fmt: skip
def test_a_plain_demo_opens_a_sample_where_there_is_a_display(
    monkeypatch, display: str, arguments: list[str], sample: str
) -> None:
    monkeypatch.setattr(launch.sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert launch.demo_sample(arguments) == sample


def test_a_command_loads_no_qt() -> None:
    script = (
        "import sys; from ui.launch import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "assert not [m for m in sys.modules if m.startswith('PySide6')]"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
