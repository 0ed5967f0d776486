"""A short run of the fuzzer over every reader, and every file it ever found."""

import runpy
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
FUZZER = runpy.run_path(str(TESTS / "benchmarks" / "fuzz_readers.py"))
PARTS = {".dbf", ".shx", ".prj", ".cpg"}
FINDS = sorted(p for p in (TESTS / "cases" / "fuzz").glob("*-*") if p.suffix not in PARTS)


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMPYARD_STATE", str(tmp_path))


@pytest.mark.parametrize("name", FUZZER["TARGETS"])
def test_mutants_end_in_a_plain_message(name: str) -> None:
    try:
        FUZZER["target"](name)
    except LookupError as missing:
        pytest.skip(str(missing))
    results = [FUZZER["read_mutant"](Path(name), name, 7, n, None) for n in range(20)]
    assert [r for r in results if b'"find"' in r] == []


@pytest.mark.parametrize("path", FINDS, ids=lambda p: p.name)
def test_what_the_fuzzer_found_stays_found(path: Path) -> None:
    kind, problem = FUZZER["outcome"](path.name.partition("-")[0], path)
    assert kind != "find", problem
