"""Send the large, unchanging parts of a project to the worker only once.

The worker then sees the very same objects in every job, so that stages which
remember results by the identity of their inputs need not run again after an edit.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from planner.model.project import Project
from planner.model.scenario import Limits, Scenario
from planner.model.site import Site

_KEPT = 32
_NO_SITE = Site("", 0)
_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Packed:
    """A project without its large parts, their numbers, and those not sent before."""

    project: Project
    tokens: tuple[int, ...]
    new: tuple[tuple[int, object], ...]
    forget: tuple[int, ...]


class Sender:
    """Remembers which parts the worker has."""

    def __init__(self) -> None:
        self._sent: OrderedDict[int, tuple[object, int]] = OrderedDict()
        self._next = 1

    def pack(self, project: Project) -> Packed:
        """Return what has to be sent for a project."""
        new: list[tuple[int, object]] = []
        tokens = []
        for part in _parts(project):
            if id(part) not in self._sent:
                self._sent[id(part)] = (part, self._next)
                new.append((self._next, part))
                self._next += 1
            self._sent.move_to_end(id(part))
            tokens.append(self._sent[id(part)][1])
        forget = []
        while len(self._sent) > _KEPT:
            forget.append(self._sent.popitem(last=False)[1][1])
        return Packed(_hollow(project), tuple(tokens), tuple(new), tuple(forget))


class Receiver:
    """Keeps the parts and puts projects together again."""

    def __init__(self) -> None:
        self._parts: dict[int, Any] = {}

    def unpack(self, packed: Packed) -> Project:
        """Return the project with the parts kept here."""
        self._parts.update(packed.new)
        site, book, catalogue, files, limits, demand = (self._parts[t] for t in packed.tokens)
        for token in packed.forget:
            del self._parts[token]
        scenario = replace(packed.project.scenario, limits=limits, demand=demand)
        project = replace(
            packed.project, site=site, price_book=book, catalogue=catalogue, attachments=files
        )
        return _with_active(project, scenario)


def _parts(project: Project) -> tuple[object, ...]:
    scenario = project.scenario
    return (
        project.site, project.price_book, project.catalogue, project.attachments,
        scenario.limits, scenario.demand,
    )  # fmt: skip


def _hollow(project: Project) -> Project:
    book = replace(project.price_book, prices={})
    scenario = replace(project.scenario, limits=_NO_LIMITS, demand=())
    bare = replace(project, site=_NO_SITE, price_book=book, catalogue={}, attachments={})
    return _with_active(bare, scenario)


def _with_active(project: Project, scenario: Scenario) -> Project:
    scenarios = list(project.scenarios)
    scenarios[project.active] = scenario
    return replace(project, scenarios=tuple(scenarios))
