"""Files from elsewhere are read in a process of their own, with limits of time and memory.

Contract: whatever a file does to its reader, the caller gets an `InputError` of
one sentence and lives on; closing the generator ends the reader (Cancel). What
comes back over the pipe are bytes that the caller decodes against fixed types.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from planner.inputs.problem import InputError

Told = Callable[[Path], None]
Function = Callable[..., bytes]
_SMALLER = "cut it to the site or to a shorter period"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the reader may be silent, and by how much its memory may grow."""

    seconds: float = 60.0
    megabytes: int = 1_500


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class _Reply:
    """A message: "ready" comes first, "file" begins one, "done" and "refused" end a job."""

    kind: str
    file: str = ""
    place: str = ""
    reason: str = ""
    remedy: str = ""
    question: bool = False
    body: bytes = b""


def guarded(
    function: Function, jobs: Sequence[tuple[Any, ...]], limits: Limits = LIMITS
) -> Iterator[bytes | InputError]:
    """Call `function(*job, told)` for each job in another process, one result each.

    The first item of a job is the file it is about; `told(path)` names another
    one and gives it its own time. A reader that fails is replaced for the rest.
    """
    done = 0
    while done < len(jobs):
        ours, theirs = _context().Pipe(duplex=False)
        process = _context().Process(
            target=_serve, args=(theirs, function, jobs[done:], limits), daemon=True
        )
        process.start()
        theirs.close()
        try:
            _wait_until_ready(ours, process)
            for job in jobs[done:]:
                result, alive = _result(ours, process, Path(job[0]).name, limits)
                done += 1
                yield result
                if not alive:
                    break
        finally:
            ours.close()
            process.kill()
            process.join()


def _context() -> Any:
    """Return the way processes begin: from nothing, so that no thread's lock is inherited."""
    return multiprocessing.get_context("spawn")


def _wait_until_ready(pipe: Connection, process: Any) -> None:
    """Wait for the reader to begin; that it cannot is no fault of any file."""
    try:
        pipe.recv_bytes()
    except (EOFError, OSError):
        process.join(5)
        raise RuntimeError(f"the reader did not start (code {process.exitcode})") from None


def _result(
    pipe: Connection, process: Any, file: str, limits: Limits
) -> tuple[bytes | InputError, bool]:
    """Wait for the end of one job; tell whether the reader is still there."""
    while True:
        try:
            if not pipe.poll(limits.seconds):
                return too_slow(file, limits), False
            reply = msgspec.msgpack.decode(pipe.recv_bytes(), type=_Reply)
        except (EOFError, OSError, msgspec.DecodeError):
            process.join(5)
            return ended(file, process.exitcode), False
        if reply.kind == "file":
            file = reply.file
        elif reply.kind == "done":
            return reply.body, True
        else:
            error = InputError(
                reply.file or file, reply.place, reply.reason, reply.remedy, question=reply.question
            )
            return error, True


def _serve(pipe: Connection, function: Function, jobs: Sequence[Any], limits: Limits) -> None:
    """Read the files of all jobs; nothing but replies leaves this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller decides what Ctrl-C ends
    _silence()

    def send(reply: _Reply) -> None:
        pipe.send_bytes(msgspec.msgpack.encode(reply))

    send(_Reply("ready"))
    for job in jobs:
        try:
            with memory_limit(limits):
                body = function(*job, lambda path: send(_Reply("file", path.name)))
            send(_Reply("done", body=body))
        except InputError as error:
            send(_refusal(error))
        except MemoryError:
            send(_refusal(too_large("", limits)))
        except Exception as fault:  # the reader's own fault, told like any other refusal
            send(_refusal(failed("", fault)))


def _silence() -> None:
    """Keep what C libraries print, and a dump of the memory, from the user."""
    with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refusal(error: InputError) -> _Reply:
    return _Reply("refused", error.file, error.place, error.reason, error.remedy, error.question)


@contextlib.contextmanager
def memory_limit(limits: Limits = LIMITS) -> Iterator[None]:
    """Let the memory of this process grow only so far, on systems that can say so."""
    used = _address_space()
    if used is None:
        yield
        return
    import resource

    old = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + limits.megabytes * 1_000_000
    if old[0] != resource.RLIM_INFINITY:
        wanted = min(wanted, old[0])
    resource.setrlimit(resource.RLIMIT_AS, (wanted, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)


def _address_space() -> int | None:
    """Return the bytes of address space in use; only Linux both tells and limits it."""
    if sys.platform != "linux":
        return None
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGESIZE")


def too_slow(file: str, limits: Limits = LIMITS) -> InputError:
    """Say that reading took too long."""
    return InputError(file, "", f"reading it takes longer than {limits.seconds:g} s", _SMALLER)


def too_large(file: str, limits: Limits = LIMITS) -> InputError:
    """Say that reading took too much memory."""
    return InputError(file, "", f"reading it takes more than {limits.megabytes:,} MB", _SMALLER)


def ended(file: str, exit_code: int | None) -> InputError:
    """Say that the reader ended before it was done."""
    killed = exit_code in {-9, 137}
    reason = "the system stopped the reader, as it does when memory runs out"
    if not killed:
        code = f" (code {exit_code})" if exit_code is not None else ""
        reason = f"the file made the reader end abruptly{code}"
    remedy = _SMALLER if killed else "export it again, or in another format; nothing was imported"
    return InputError(file, "", reason, remedy)


def failed(file: str, fault: Exception) -> InputError:
    """Say that the reader failed where it should have found words; details are logged."""
    from planner.fault_log import write_fault_log

    log = write_fault_log(fault)
    return InputError(
        file, "", f"the file made the reader fail ({type(fault).__name__})",
        f"keep the file and report it with {log.name}; nothing was imported",
    )  # fmt: skip
