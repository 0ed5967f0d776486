"""Background jobs: one worker process, asked and heard without blocking the window."""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from planner import worker
from planner.inputs.guarded import LIMITS, ended, too_slow
from planner.model.project import Project
from planner.worker_parts import Sender

_KILL_AFTER_MS = 4000


@dataclass(slots=True)
class Job:
    """One request, who wants its result, and whether it still counts."""

    id: int
    task: str
    done: Callable[[Any], object]
    failed: Callable[[str], None]
    partial: Callable[[Any], None]
    progress: Callable[[float, str], None]
    file: str = ""
    dropped: bool = False
    late: bool = False


def _end_of(job: Job) -> str:
    """Say why a job has no result although the worker is gone."""
    if job.late:
        return str(too_slow(job.file))
    if job.file:
        return str(ended(job.file, None))
    return f"The calculation '{job.task}' ended unexpectedly."


def _nothing(*_args: object) -> None:
    """Take a report nobody waits for."""


class Jobs(QObject):
    """Runs tasks of `planner.worker` one after the other in a spawned process."""

    _heard = Signal(object, object)
    idle_changed = Signal(bool)
    reported = Signal(str, float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = multiprocessing.get_context("spawn")
        self._cancelled = self._context.Event()
        self._process: Any = None
        self._connection: Any = None
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._sender = Sender()
        self._waiting: list[tuple[Job, tuple[object, ...]]] = []
        self._running: Job | None = None
        self._next = 1
        self._closed = False
        self._heard.connect(self._hear)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._running is not None

    def running_task(self) -> str:
        """Return the name of the running task, empty for none."""
        return self._running.task if self._running and not self._running.dropped else ""

    def submit(
        self,
        task: str,
        *arguments: object,
        done: Callable[[Any], object],
        failed: Callable[[str], None] = _nothing,
        partial: Callable[[Any], None] = _nothing,
        progress: Callable[[float, str], None] = _nothing,
    ) -> int:
        """Queue a task; callbacks come on the window's thread. Returns the job's number."""
        file = worker.file_read(arguments) if worker.reads(task) else ""
        job = Job(self._next, task, done, failed, partial, progress, file)
        self._next += 1
        self._waiting.append((job, arguments))
        self._start_next()
        return job.id

    def cancel(self, task: str) -> None:
        """Stop running and waiting jobs of a task; their results are dropped."""
        self._waiting = [(j, a) for j, a in self._waiting if j.task != task]
        job = self._running
        if job and job.task == task and not job.dropped:
            job.dropped = True
            self._cancelled.set()
            QTimer.singleShot(_KILL_AFTER_MS, self, lambda: self._kill_if_stuck(job))

    def close(self) -> None:
        """End the worker."""
        self._closed = True
        self._waiting.clear()
        if self._process is not None:
            self._cancelled.set()
            self._outbox.put(None)
            self._process.join(0.3)
            if self._process.is_alive():
                self._process.terminate()
                self._process.join(2)
            self._connection.close()
            self._process = None

    def _start_next(self) -> None:
        if self._running or not self._waiting or self._closed:
            return
        if self._process is None or not self._process.is_alive():
            self._spawn()
        job, arguments = self._waiting.pop(0)
        self._running = job
        self._cancelled.clear()
        packed = tuple(self._sender.pack(a) if isinstance(a, Project) else a for a in arguments)
        self._outbox.put((job.id, job.task, packed))
        if job.file:
            QTimer.singleShot(round(LIMITS.seconds * 1_000), self, lambda: self._stop_if_late(job))
        self.idle_changed.emit(False)

    def _spawn(self) -> None:
        ours, theirs = self._context.Pipe()
        self._connection = ours
        self._outbox = queue.SimpleQueue()
        self._sender = Sender()
        self._process = self._context.Process(
            target=worker.serve, args=(theirs, self._cancelled), daemon=True, name="ampyard-worker"
        )
        self._process.start()
        theirs.close()
        for target in (self._send_all, self._receive_all):
            threading.Thread(target=target, args=(ours, self._outbox), daemon=True).start()

    def _send_all(self, connection: Any, outbox: queue.SimpleQueue[Any]) -> None:
        while True:
            message = outbox.get()
            try:
                connection.send(message)
            except (OSError, ValueError):
                return
            except (AttributeError, TypeError) as fault:  # a request that cannot travel
                text = f"The request could not be sent to the calculation: {fault}"
                self._heard.emit(connection, (message[0], "failed", text))
            if message is None:
                return

    def _receive_all(self, connection: Any, outbox: queue.SimpleQueue[Any]) -> None:
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError, TypeError):
                break
            if self._closed:
                return
            self._heard.emit(connection, message)
        outbox.put(None)
        if not self._closed:
            self._heard.emit(connection, None)

    def _hear(self, connection: Any, message: tuple[int, str, Any] | None) -> None:
        job = self._running
        if self._closed or connection is not self._connection:
            return
        if message is None:  # the process ended; the next job starts a new one
            self._process = None
            if job is not None:
                self._finish(job, "failed", _end_of(job))
            return
        if job is None:
            return
        number, kind, payload = message
        if number != job.id:
            return
        if kind == "progress":
            if not job.dropped:
                job.progress(*payload)
                self.reported.emit(job.task, *payload)
        elif kind == "partial":
            if not job.dropped:
                job.partial(payload)
        else:
            self._finish(job, kind, payload)

    def _finish(self, job: Job, kind: str, payload: Any) -> None:
        self._running = None
        if not job.dropped:
            if kind == "done":
                job.done(payload)
            elif kind in {"refused", "failed"}:
                job.failed(str(payload))
        self._start_next()
        if self._running is None:
            self.idle_changed.emit(True)

    def _stop_if_late(self, job: Job) -> None:
        """End a worker that reads one file for too long."""
        if self._running is job:
            job.late = True
            self._kill_if_stuck(job)

    def _kill_if_stuck(self, job: Job) -> None:
        """End a worker that does not answer a cancel; the next job starts a new one."""
        if self._running is job and self._process is not None:
            self._process.terminate()
