"""Single engineering sums with their trace, as ``ampyard calc TOPIC`` prints them.

Contract: ``calc(topic, inputs)`` returns a plain mapping with a ``schema``
number, the results under keys that carry their units, ``trace`` and
``findings``. Bad input raises `InputError` naming key, reason and remedy. A new
topic is a function registered in one of the modules here.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.inputs.problem import InputError

if TYPE_CHECKING:
    from planner.calc.given import Topic

SCHEMA = 1


@functools.cache
def topics() -> Mapping[str, Topic]:
    """Return every topic by name; the sums are only loaded when one is asked for."""
    from planner.calc import cable, fault, load

    return {t.name: t for t in (*cable.TOPICS, *fault.TOPICS, *load.TOPICS)}


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
    return {"schema": SCHEMA, "topic": topic, **result}


def describe() -> str:
    """List every topic with its keys and results, for ``ampyard calc --help``."""
    lines = []
    for topic in topics().values():
        lines.append(f"{topic.name}: {topic.summary}")
        lines.append(f"    keys: {', '.join(topic.keys)}")
        lines.append(f"    gives: {topic.gives}")
    return "\n".join(lines)
