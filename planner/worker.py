"""The worker process: runs heavy tasks for the window on immutable snapshots.

It never imports Qt. Requests and replies are tuples over a pipe between our own
two processes: ``(job, task, arguments)`` in, ``(job, kind, payload)`` out, where
kind is "progress", "partial", "done", "cancelled", "refused" (bad input, one
sentence) or "failed" (a fault of the program, one sentence).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from planner.inputs.guarded import memory_limit, too_large
from planner.inputs.problem import InputError
from planner.model.demand import Demand, DemandInput
from planner.model.energy_price import EnergyPrice
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Objective
from planner.model.site import Bay
from planner.model.tiles import TileConsent
from planner.progress import Cancelled, Progress
from planner.studies import STUDIES
from planner.worker_parts import Packed, Receiver

if TYPE_CHECKING:
    from planner.inputs.drawn import Drawn
    from planner.inputs.map_preview import MapPreview
    from planner.inputs.maps.crs import Box
    from planner.inputs.profiles import ProfileOptions
    from planner.inputs.profiles.preview import Preview
    from planner.inputs.session_preview import SessionPreview
    from planner.inputs.sessions import SessionOptions
    from planner.inputs.site import SiteOptions
    from planner.inputs.underlays import Laid, UnderlayOptions
    from planner.inputs.workbooks.supply_typed import TypedSupply

_REPORT_EVERY_S = 0.05

Partial = Callable[[object], None]


class CancelFlag(Protocol):
    """What the window sets to stop the running job."""

    def is_set(self) -> bool: ...


def _warm(_progress: Progress, _partial: Partial) -> None:
    """Load the engines before they are asked for, so that the first result comes sooner."""
    from grid.network.build import load_engine
    from planner import pipeline  # noqa: F401 - loading is the purpose

    load_engine()


def _load(path: Path, _progress: Progress, _partial: Partial) -> Project:
    from planner.store.project_file import load

    return load(path)


def _sample(name: str, _progress: Progress, _partial: Partial) -> Project:
    from planner.inputs.samples import load_sample

    return load_sample(name)


def _kinds(
    paths: tuple[Path, ...], _progress: Progress, _partial: Partial
) -> tuple[tuple[Path, str, str], ...]:
    """Say of each file what it is for, or why it can be used for nothing."""
    from planner.inputs.kinds import kind_of

    found = []
    for path in paths:
        try:
            found.append((path, kind_of(path), ""))
        except InputError as error:
            found.append((path, "", str(error)))
    return tuple(found)


def _typed_supply(path: Path, _progress: Progress, _partial: Partial) -> TypedSupply:
    from planner.inputs.workbooks.supply_typed import typed_from_workbook

    return typed_from_workbook(path)


def _templates(folder: Path, _progress: Progress, _partial: Partial) -> tuple[Path, ...]:
    from planner.inputs.new_project import write_templates

    return write_templates(folder)


def _preview_profile(
    path: Path, options: ProfileOptions, _progress: Progress, _partial: Partial
) -> Preview:
    from planner.inputs.profiles.preview import preview

    return preview(path, options)


def _preview_sessions(
    path: Path, options: SessionOptions, _progress: Progress, _partial: Partial
) -> SessionPreview:
    from planner.inputs.session_preview import preview_sessions

    return preview_sessions(path, options)


def _preview_maps(
    project: Project | None,
    maps: tuple[Path, ...],
    options: SiteOptions,
    _progress: Progress,
    _partial: Partial,
) -> MapPreview:
    from planner.inputs.map_preview import preview_maps

    return preview_maps(project, maps, options)


def _search_crs(
    text: str, bounds: Box | None, _progress: Progress, _partial: Partial
) -> tuple[tuple[str, str, bool], ...]:
    from planner.inputs.maps.crs import search

    return search(text, bounds)


def _read_rota(path: Path, _progress: Progress, _partial: Partial) -> DemandInput:
    from planner.inputs.workbooks.rota import read_rota

    return read_rota(path)


def _read_demand(path: Path, _progress: Progress, _partial: Partial) -> tuple[DemandInput, ...]:
    from planner.inputs.workbooks.demand import read_groups

    return read_groups(path)


def _read_prices(path: Path, _progress: Progress, _partial: Partial) -> EnergyPrice:
    from planner.inputs.energy_prices import read_energy_prices

    return read_energy_prices(path)


def _write_rota(
    rows: tuple[tuple[str, ...], ...], path: Path, _progress: Progress, _partial: Partial
) -> Path:
    from planner.inputs.workbooks.rota import write_rota, write_template

    return write_rota(rows, path) if rows else write_template(path)


def _read_underlay(
    path: Path, options: UnderlayOptions, _progress: Progress, _partial: Partial
) -> Laid | InputError:
    from planner.inputs.underlays import read_underlay

    try:
        return read_underlay(path, options)
    except InputError as error:  # its question is answered in the dialog
        return error


def _read_online(
    project: Project,
    source: TileConsent,
    view: Box,
    width_px: int,
    progress: Progress,
    _partial: Partial,
) -> Laid:
    from planner.inputs.underlays.online import fetch_view

    return fetch_view(project, source, view, width_px, progress)


def _blank(name: str, place: str, _progress: Progress, _partial: Partial) -> Project:
    from planner.inputs.blank import blank_project

    return blank_project(name, place)


def _fill_bays(wanted: Drawn, _progress: Progress, _partial: Partial) -> tuple[Bay, ...]:
    from planner.inputs.drawn import bays_of

    return bays_of(wanted)


def _save(project: Project, path: Path, _progress: Progress, _partial: Partial) -> Path:
    from planner.store.project_file import save

    save(project, path)
    return path


def _propose(project: Project, progress: Progress, partial: Partial) -> tuple[Outcome, ...]:
    from planner import pipeline

    outcomes: list[Outcome] = []
    for objective in Objective:
        share = len(outcomes) / len(Objective)

        def report(done: float, text: str, share: float = share) -> None:
            progress(share + done / len(Objective), text)

        outcomes.append(pipeline.propose(project, project.scenario, objective, report))
        partial(tuple(outcomes))
    return tuple(outcomes)


def _recalculate(project: Project, progress: Progress, _partial: Partial) -> Outcome:
    from planner import pipeline

    return pipeline.recalculate(project, project.scenario, progress)


def _check_year(
    project: Project, outcome: Outcome, _progress: Progress, _partial: Partial
) -> Outcome:
    from planner import pipeline

    return pipeline.check_year(project, outcome)[0]


def _deliver(
    project: Project,
    outcome: Outcome,
    folder: Path,
    formats: tuple[str, ...],
    progress: Progress,
    _partial: Partial,
) -> tuple[Path, ...]:
    from planner.deliver import complete, deliver

    outcome = complete(project, outcome, formats)
    written: list[Path] = []
    for number, name in enumerate(formats):
        progress(number / len(formats), f"Writing {name}")
        written += deliver(project, outcome, folder, (name,))
    return tuple(written)


def _estimate(
    inputs: tuple[DemandInput, ...],
    seed: int,
    years_ahead: float,
    bays: int,
    _progress: Progress,
    _partial: Partial,
) -> Demand:
    from planner.demand.estimate import estimate
    from planner.demand.room import bay_findings

    demand = estimate(inputs, seed, years_ahead=years_ahead)
    return replace(demand, findings=(*demand.findings, *bay_findings(demand.sessions, bays)))


TASKS: Mapping[str, Callable[..., object]] = {
    "warm": _warm,
    "load": _load,
    "look": _load,
    "sample": _sample,
    "kinds": _kinds,
    "typed_supply": _typed_supply,
    "templates": _templates,
    "preview_profile": _preview_profile,
    "preview_sessions": _preview_sessions,
    "preview_maps": _preview_maps,
    "search_crs": _search_crs,
    "read_underlay": _read_underlay,
    "read_online": _read_online,
    "blank": _blank,
    "fill_bays": _fill_bays,
    "read_rota": _read_rota,
    "read_demand": _read_demand,
    "read_prices": _read_prices,
    "write_rota": _write_rota,
    "save": _save,
    "propose": _propose,
    "recalculate": _recalculate,
    "check_year": _check_year,
    "estimate": _estimate,
    "deliver": _deliver,
    "deliver_draft": _deliver,
    **STUDIES,
}


# Names of tasks that read what others have made begin so.
_READING = ("load", "look", "kinds", "typed_", "read_", "preview_")


def reads(task: str) -> bool:
    """Tell whether a task reads what others have made: memory and time are limited then."""
    return task.startswith(_READING)


def file_read(arguments: Sequence[object]) -> str:
    """Return the name of the first file among the arguments of a task."""
    for argument in arguments:
        for item in argument if isinstance(argument, tuple) else (argument,):
            if isinstance(item, Path):
                return item.name
    return "the file"


def serve(connection: Connection, cancelled: CancelFlag) -> None:
    """Run jobs until the window closes the pipe or sends None."""
    kept = Receiver()
    while True:
        try:
            request = connection.recv()
        except (EOFError, OSError):
            return
        if request is None:
            return
        job, task, packed = request
        arguments = tuple(kept.unpack(a) if isinstance(a, Packed) else a for a in packed)
        connection.send((job, *run_task(job, task, arguments, connection.send, cancelled)))


def run_task(
    job: int,
    task: str,
    arguments: tuple[object, ...],
    send: Callable[[tuple[int, str, object]], None],
    cancelled: CancelFlag,
) -> tuple[str, object]:
    """Run one task and return the kind and payload of its last message."""
    last = 0.0

    def progress(share: float, text: str) -> None:
        nonlocal last
        if cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - last >= _REPORT_EVERY_S:
            last = now
            send((job, "progress", (share, text)))

    try:
        progress(0.0, "Starting")
        with memory_limit() if reads(task) else nullcontext():
            result = TASKS[task](*arguments, progress, lambda part: send((job, "partial", part)))
    except MemoryError:
        return "refused", str(too_large(file_read(arguments)))
    except Cancelled:
        return "cancelled", None
    except InputError as error:
        return "refused", str(error)
    except Exception as error:  # the window must hear of every fault, and live on
        from planner.fault_log import write_fault_log

        return "failed", f"{error.__class__.__name__} in '{task}'; see {write_fault_log(error)}"
    return "done", result
