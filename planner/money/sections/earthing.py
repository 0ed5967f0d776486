"""Earthing: electrodes, and the measure against loss of the PEN conductor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from grid.model import Earthing
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.site import Site
from planner.money.sections.taken import Taken, each

GROUP = "Electrical"
_RULE = "BS 7671, 722.411.4.1"


def earthing(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel], pme: str = "open"
) -> Iterator[Taken]:
    """Take off electrodes of the pillars and what the decision on PME asks for.

    Parameters
    ----------
    pme
        The designer's decision, a key of ``data/protection/open_pen``. Anything
        else, "open" among it, holds a provisional sum per board.
    """
    arrangement = site.supply.earthing if site.supply else None
    if arrangement is Earthing.TT:
        yield each(GROUP, "EARTH-TT", design.boards, "one electrode system per pillar on TT")
        return
    pme_rule = arrangement is Earthing.TN_C_S and site.region == "gb" and bool(design.chargers)
    feeding = tuple(design.boards) or tuple(site.boards)[:1]
    if pme_rule and pme == "tt-electrode":
        # The chargers leave the PME earth: a pillar's own electrode is that of the TT system.
        yield each(
            GROUP, "EARTH-TT", feeding,
            f"one electrode system per board that feeds chargers, TT as decided ({_RULE})",
        )  # fmt: skip
        return
    yield each(GROUP, "EARTH-BOARD", design.boards, "one per new pillar")
    if not pme_rule or pme == "balanced":
        return
    if pme == "open-pen-device":
        yield each(
            GROUP, "EARTH-OPEN-PEN", design.chargers,
            f"one per charger as decided; a device built into the charger saves it ({_RULE})",
        )  # fmt: skip
    elif pme == "isolating-transformer":
        yield _isolated(design, catalogue)
    else:
        # Until the designer decides, a sum is held for it.
        yield each(
            GROUP, "OPEN-DECISION", feeding,
            f"provisional, one per board that feeds chargers on TN-C-S ({_RULE})",
        )  # fmt: skip


def _isolated(design: Design, catalogue: Mapping[ModelId, ChargerModel]) -> Taken:
    """Add up the input of all chargers: P / (η · cos φ), each from its own transformer."""
    known = {i: catalogue[c.model] for i, c in design.chargers.items() if c.model in catalogue}
    kva = sum(m.power_kw / (m.efficiency * m.power_factor) for m in known.values())
    return Taken(
        GROUP, "EARTH-ISOLATE", Decimal(format(kva, ".3f")), "kVA", tuple(known),
        f"input of every charger, a transformer each as decided ({_RULE})", pack=Decimal("0.1"),
    )  # fmt: skip
