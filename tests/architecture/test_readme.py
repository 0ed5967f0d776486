"""The README keeps to the tree: its paths exist and its commands are known."""

import re
from pathlib import Path

import pytest

from planner.documents import FORMATS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:data|grid|planner|ui|tests|packaging)/[\w./<>-]+)`", README)))
COMMANDS = sorted(set(re.findall(r"`ampyard ([a-z]+)", README)))


def test_the_readme_names_paths_and_commands() -> None:
    assert len(PATHS) > 15
    assert {"demo", "new", "plan", "check", "export", "inspect", "calc"} <= set(COMMANDS)


@pytest.mark.parametrize("path", PATHS)
def test_path_exists(path: str) -> None:
    assert list(ROOT.glob(re.sub(r"<\w+>", "*", path))), f"{path} is not there"


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_known(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from planner.cli import main

    assert main([command, "--help"]) == 0
    assert "usage: ampyard" in capsys.readouterr().out


def test_formats_are_those_there_are() -> None:
    (listed,) = re.findall(r"--formats ([\w,-]+)", README)
    assert set(listed.split(",")) == set(FORMATS), "put the new format into README.md"
