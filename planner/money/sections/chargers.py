"""Chargers: one line per catalogue model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ChargerId, ModelId
from planner.money.sections.taken import Taken, each

GROUP = "Chargers"


def chargers(design: Design, catalogue: Mapping[ModelId, ChargerModel]) -> Iterator[Taken]:
    """Count the placed chargers by model; a model without price code keeps its own id."""
    placed: dict[ModelId, list[ChargerId]] = defaultdict(list)
    for charger in design.chargers.values():
        placed[charger.model].append(charger.id)
    for model_id, ids in placed.items():
        model = catalogue.get(model_id)
        code = (model.price_code if model else "") or f"CHG-{model_id}"
        line = each(GROUP, code, ids, "one per charger on the plan", model.name if model else "")
        yield replace(line, variant=model_id)
