"""The cable catalogue, conductor resistance and the order of cost."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from data import open_table
from grid.model import Cable, Conductor, Insulation
from grid.wiring.problem import NotTabulated

# IEC 60228 / IEC 60364-5-52: temperature coefficients at 20 °C [1/K].
ALPHA = {Conductor.CU: 0.00393, Conductor.AL: 0.00403}
OPERATING_C = {Insulation.PVC: 70.0, Insulation.XLPE: 90.0}
_DENSITY_KG_PER_M_MM2 = {Conductor.CU: 8.89e-3, Conductor.AL: 2.70e-3}


@functools.cache
def catalogue(table: str = "cables/multicore") -> Mapping[str, Cable]:
    """Return the shipped cables of one table by key, earth of phase size."""
    found = {}
    for row in open_table(table):
        size = row.number("size_mm2")
        found[row.text("key")] = Cable(
            key=row.text("key"),
            size_mm2=size,
            cores=int(row.number("cores")),
            conductor=Conductor(row.text("conductor")),
            insulation=Insulation(row.text("insulation")),
            r20_ohm_per_km=row.number("r20_ohm_per_km"),
            x_ohm_per_km=row.number("x_ohm_per_km"),
            od_mm=row.number("od_mm"),
            earth_mm2=size,
            mass_kg_per_m=row.number("mass_kg_per_km") / 1000,
        )
    return MappingProxyType(found)


def gland(cable: Cable) -> str:
    """Return the gland size for an armoured cable, nothing for conductors in conduit.

    The smallest whose range takes the overall diameter; ranges are unconfirmed.
    """
    if "swa" not in cable.key:
        return ""
    rows = open_table("cables/glands")
    fit = (r.text("size") for r in rows if cable.od_mm <= r.number("od_up_to_mm"))
    return next(fit, "by maker")


@functools.cache
def resistances(conductor: Conductor) -> Mapping[float, float]:
    """Return R20 [ohm/km] by size [mm²], IEC 60228 class 2."""
    rows = open_table("cables/resistance")
    return MappingProxyType(
        {
            r.number("size_mm2"): r.number("r20_ohm_per_km")
            for r in rows
            if r.text("conductor") == conductor.value
        }
    )


def r20(conductor: Conductor, size_mm2: float) -> float:
    """Return R20 of a standard size [ohm/km]; another size is refused."""
    try:
        return resistances(conductor)[size_mm2]
    except KeyError:
        raise NotTabulated(
            f"{size_mm2:g} mm² {conductor.value} is no standard size", "choose a standard size"
        ) from None


def resistance(r20_ohm_per_km: float, conductor: Conductor, temperature_c: float) -> float:
    """Return R(T) = R20·(1 + α(T − 20)) [ohm/km].

    Parameters
    ----------
    r20_ohm_per_km
        Resistance at 20 °C [ohm/km].
    conductor
        Metal; α = 0.00393 /K copper, 0.00403 /K aluminium (IEC 60228).
    temperature_c
        Conductor temperature [°C].
    """
    return r20_ohm_per_km * (1 + ALPHA[conductor] * (temperature_c - 20))


def earth_conductor(cable: Cable) -> tuple[Conductor, float]:
    """Return metal and R20 [ohm/km] of the earth path; a separate one is copper.

    A cable that states no earth conductor is taken to have one like a phase.
    """
    metal = Conductor.CU if cable.earth_separate else cable.conductor
    if cable.r20_earth_ohm_per_km is not None:
        return metal, cable.r20_earth_ohm_per_km
    if not cable.earth_separate and cable.earth_mm2 in (0.0, cable.size_mm2):
        return metal, cable.r20_ohm_per_km
    return metal, r20(metal, cable.earth_mm2)


@functools.cache
def _weights() -> Mapping[str, float]:
    return {r.text("item"): r.number("weight") for r in open_table("cables/ranking")}


def cost_rank(cable: Cable, parallel: int, length_m: float) -> float:
    """Return a relative cost that orders admissible cables; not money.

    Weights are own assumptions of ``data/cables/ranking``: conductor metal by
    mass, sheath by diameter, laying and terminating per cable.
    """
    w = _weights()
    metal = w["copper_kg"] if cable.conductor is Conductor.CU else w["aluminium_kg"]
    cores = cable.cores * cable.size_mm2 * _DENSITY_KG_PER_M_MM2[cable.conductor] * metal
    earth = cable.earth_mm2 * _DENSITY_KG_PER_M_MM2[Conductor.CU] if cable.earth_separate else 0.0
    per_m = cores + earth * w["copper_kg"] + cable.od_mm * w["od_mm_m"]
    laying = (w["cable_m"] + w["duct_m"]) * length_m + w["termination"]
    return parallel * (per_m * length_m + laying)
