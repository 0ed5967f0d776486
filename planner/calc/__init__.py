"""Single engineering sums with their trace, as ``ampyard calc TOPIC`` prints them.

Contract: ``calc(topic, inputs)`` returns a plain mapping with a ``schema``
number, the results under keys that carry their units, ``trace``, ``findings``
and ``assumed``: the keys not given, with the values taken for them. Bad input
raises `InputError` naming key, reason and remedy. A new topic is a function
registered in one of the modules here.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.inputs.problem import InputError

if TYPE_CHECKING:
    from planner.calc.given import Topic

SCHEMA = 1


@functools.cache
def topics() -> Mapping[str, Topic]:
    """Return every topic by name; the sums are only loaded when one is asked for."""
    from planner.calc import cable, charging, fault, load

    return {t.name: t for t in (*cable.TOPICS, *fault.TOPICS, *load.TOPICS, *charging.TOPICS)}


def calc(topic: str, inputs: Mapping[str, object]) -> dict[str, object]:
    """Compute one topic; see `describe` for topics and keys."""
    from grid.wiring.problem import NotTabulated
    from planner.calc.given import Given

    if topic not in topics():
        known = ", ".join(topics())
        raise InputError("calc", f"topic {topic}", "there is no such topic", f"use one of {known}")
    given = Given(topic, inputs, topics()[topic].keys)
    try:
        result = topics()[topic].run(given)
    except NotTabulated as missing:
        raise InputError(f"calc {topic}", "", missing.reason, missing.remedy) from missing
    except (OverflowError, ZeroDivisionError) as beyond:
        raise _beyond(topic) from beyond
    if not _finite(result):
        raise _beyond(topic)
    assumed = {k: v for k, v in given.assumed.items() if not given.has(k)}
    return {"schema": SCHEMA, "topic": topic, **result, "assumed": assumed}


def _finite(value: object) -> bool:
    """Whether every number in a result is one."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_finite, value.values()))
    return not isinstance(value, list | tuple) or all(map(_finite, value))


def _beyond(topic: str) -> InputError:
    return InputError(
        f"calc {topic}", "", "the numbers are too large or too small together to be computed",
        "give values that an installation can have",
    )  # fmt: skip


def describe() -> str:
    """List every topic with its keys and results, for ``ampyard calc --help``."""
    lines = []
    for topic in topics().values():
        lines.append(f"{topic.name}: {topic.summary}")
        lines.append(f"    keys: {', '.join(topic.keys)}")
        lines.append(f"    gives: {topic.gives}, trace")
        if topic.example:
            lines.append(f"    example: ampyard calc {topic.name} --json '{topic.example}'")
    return "\n".join(lines)
