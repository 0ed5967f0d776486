"""Services: survey, design, application, test, commissioning and site days.

The daily outputs are Ampyard planning rates, unconfirmed; an installer replaces
them by pricing the day lines himself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal

from planner.model.charger import ChargerModel, Current
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.site import AreaKind
from planner.money.sections.civils import trench_lengths_m
from planner.money.sections.taken import Taken, each

GROUP = "Services"
SOFT_M_PER_DAY = 30
HARD_M_PER_DAY = 15
AC_PER_DAY = 2
DC_PER_DAY = 1
PILLARS_PER_DAY = 1


def services(design: Design, catalogue: Mapping[ModelId, ChargerModel]) -> Iterator[Taken]:
    """Take off the work that follows from the number of chargers, circuits and metres."""
    if not design.chargers:
        return
    chargers = tuple(design.chargers)
    one = Decimal(1)
    if design.trenches:
        trenches = tuple(design.trenches)
        yield Taken(GROUP, "SURVEY", one, "sum", trenches, "one where the ground is opened")
    yield Taken(GROUP, "DESIGN-BASE", one, "sum", chargers, "one per design")
    yield each(GROUP, "DESIGN-CHARGER", chargers, "one per charger")
    if design.circuits:
        yield Taken(
            GROUP, "CONNECTION-APPLICATION", one, "sum", tuple(design.circuits),
            "one where load is added",
        )  # fmt: skip
    yield each(GROUP, "TEST-CIRCUIT", design.circuits, "one per new circuit")
    dc = [c for c in chargers if _is_dc(design, catalogue, c)]
    ac = [c for c in chargers if c not in set(dc)]
    yield each(GROUP, "COMMISSION-AC", ac, "one per AC charger")
    yield each(GROUP, "COMMISSION-DC", dc, "one per DC charger")
    yield from _days(design, len(ac), len(dc))
    yield Taken(GROUP, "HANDOVER", one, "sum", chargers, "one per design")


def _is_dc(design: Design, catalogue: Mapping[ModelId, ChargerModel], charger: str) -> bool:
    model = next(c.model for c in design.chargers.values() if c.id == charger)
    return model in catalogue and catalogue[model].current is Current.DC


def _days(design: Design, ac: int, dc: int) -> Iterator[Taken]:
    metres = trench_lengths_m(design)
    hard_m = float(sum((m for k, m in metres.items() if k is not AreaKind.GRASS), Decimal(0)))
    soft_m = float(metres.get(AreaKind.GRASS, Decimal(0)))
    new = [t for t in design.trenches.values() if not t.existing_duct]
    hard = tuple(t.id for t in new if t.surface is not AreaKind.GRASS)
    yield Taken(
        GROUP, "TRAFFIC-DAY", Decimal(math.ceil(hard_m / HARD_M_PER_DAY)), "days", hard,
        f"trench in hard surfaces at {HARD_M_PER_DAY} m a day",
    )  # fmt: skip
    work = soft_m / SOFT_M_PER_DAY + hard_m / HARD_M_PER_DAY
    work += ac / AC_PER_DAY + dc / DC_PER_DAY + len(design.boards) / PILLARS_PER_DAY
    yield Taken(
        GROUP, "SITE-DAY", Decimal(math.ceil(work)), "days",
        (*(t.id for t in new), *design.chargers, *design.boards),
        f"trench at {SOFT_M_PER_DAY} m a day soft and {HARD_M_PER_DAY} m hard; "
        f"{AC_PER_DAY} AC or {DC_PER_DAY} DC chargers a day; a day per pillar",
    )  # fmt: skip
