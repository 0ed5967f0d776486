"""The hash locks: complete, within pyproject's bounds, alike, from no named index."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def lock_text(name: str) -> str:
    return (ROOT / "packaging" / "lock" / f"{name}.txt").read_text(encoding="utf-8")


def pinned(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock_text(name), re.M):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


def unmet(wanted: Iterable[str], lock: dict[str, set[str]]) -> list[str]:
    needs = [Requirement(text) for text in wanted]
    versions = {n: lock.get(canonicalize_name(n.name), set()) for n in needs}
    return [str(n) for n, vs in versions.items() if not vs or not all(v in n.specifier for v in vs)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("run", [*PROJECT["dependencies"], *EXTRAS["build"]]),
        ("test", [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["dev"]]),
    ],
)
def test_lock_satisfies_pyproject(name: str, wanted: list[str]) -> None:
    assert unmet(wanted, pinned(name)) == []


def test_an_unlocked_or_outdated_requirement_is_noticed() -> None:
    lock = {"numpy": {"2.4.6"}}
    assert unmet(["numpy<2", "scipy"], lock) == ["numpy<2", "scipy"]


def test_run_lock_is_part_of_the_test_lock() -> None:
    run, test = pinned("run"), pinned("test")
    assert run.items() <= test.items()
    assert "pytest" not in run


@pytest.mark.parametrize("name", ["run", "test"])
def test_lock_has_hashes_and_names_no_index(name: str) -> None:
    text = lock_text(name)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index" not in text
