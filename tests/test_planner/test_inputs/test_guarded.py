"""A reader that hangs, eats memory or crashes costs one sentence, never the program."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from planner.inputs import guarded as module
from planner.inputs.guarded import Limits, Told, ended, guarded, memory_limit
from planner.inputs.problem import InputError

FILE = Path("folder/plan.geojson")
TIGHT = Limits(seconds=20, megabytes=400)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="memory limits exist on Linux")


def behave(_file: Path, how: str, told: Told) -> bytes:
    """Read a file in one of many ways; runs in the other process."""
    match how:
        case "burn":
            while True:
                pass
        case "eat":
            return bytes(2_000_000_000)[:1]
        case "crash":
            ctypes.string_at(0)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "refuse":
            raise InputError("plan.geojson", "line 2", "it is no map", "draw one", question=True)
        case "fault":
            raise KeyError("secret")
        case "second":
            told(Path("load.csv"))
            os._exit(3)
        case "noise":
            os.write(2, b"libfoo: warning 17\n")
    return how.encode()


def outcome(how: str, limits: Limits = TIGHT) -> bytes | InputError:
    (result,) = guarded(behave, [(FILE, how)], limits)
    return result


@pytest.fixture(autouse=True)
def _logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_bytes_come_back_and_noise_does_not(capfd: pytest.CaptureFixture[str]) -> None:
    assert outcome("noise") == b"noise"
    assert capfd.readouterr().err == ""


def test_a_refusal_comes_back_whole() -> None:
    error = outcome("refuse")
    assert isinstance(error, InputError)
    assert (error.question, error.place) == (True, "line 2")
    assert str(error) == "plan.geojson, line 2: it is no map; draw one."


@pytest.mark.parametrize(
    ("how", "limits", "reason"),
    [
        ("burn", Limits(seconds=1), "longer than 1 s"),
        pytest.param("eat", TIGHT, "more than 400 MB", marks=linux_only),
        ("crash", TIGHT, "end abruptly"),
        pytest.param("killed", TIGHT, "memory runs out", marks=linux_only),
        ("fault", TIGHT, "made the reader fail (KeyError)"),
    ],
)
def test_a_bad_end_is_one_sentence(how: str, limits: Limits, reason: str) -> None:
    error = outcome(how, limits)
    assert isinstance(error, InputError)
    assert (error.file, error.question) == ("plan.geojson", False)
    assert reason in error.reason
    assert error.remedy
    assert "secret" not in str(error)


def test_the_file_that_was_being_read_is_named() -> None:
    error = outcome("second")
    assert isinstance(error, InputError)
    assert error.file == "load.csv"


def test_the_rest_is_read_after_a_crash() -> None:
    first, second, third = guarded(behave, [(FILE, h) for h in ("ok", "crash", "fine")], TIGHT)
    assert (first, third) == (b"ok", b"fine")
    assert isinstance(second, InputError)


def test_cancel_ends_the_reader_at_once() -> None:
    results = guarded(behave, [(FILE, "ok"), (FILE, "burn")], Limits(seconds=60))
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < 5
    assert not multiprocessing.active_children()


def test_without_a_way_to_limit_memory_files_are_still_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_address_space", lambda: None)
    with memory_limit():
        assert len(bytes(1_000)) == 1_000


@linux_only
def test_the_memory_limit_is_lifted_again() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with memory_limit(TIGHT), pytest.raises(MemoryError):
        bytearray(2_000_000_000)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_an_end_without_a_code_is_said_too() -> None:
    assert "abruptly;" in str(ended("a.dxf", None))
