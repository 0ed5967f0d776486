"""Nouns of the electrical kernel: supply, boards, circuits and load cases.

Ids are plain strings so that callers may use their own. Impedances are per
phase; voltages of sources are line to line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Earthing(StrEnum):
    """Earthing arrangement of the installation (IEC 60364-1, 312.2)."""

    TN_S = "TN-S"
    TN_C_S = "TN-C-S"
    TT = "TT"


class Conductor(StrEnum):
    """Conductor metal."""

    CU = "Cu"
    AL = "Al"


class Insulation(StrEnum):
    """Insulation group of the ampacity tables: PVC 70 °C, XLPE 90 °C."""

    PVC = "PVC"
    XLPE = "XLPE"


class CircuitKind(StrEnum):
    """A feeder ends at a board, a final circuit at a charger."""

    FEEDER = "feeder"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Source:
    """Upstream network at the high-voltage side, or at the LV intake if no transformer."""

    vn_kv: float
    s_sc_max_mva: float
    s_sc_min_mva: float
    rx_ratio: float = 0.1


@dataclass(frozen=True, slots=True)
class Transformer:
    """Distribution transformer, always treated as Dyn (the clock only shifts angle)."""

    id: str
    rated_kva: float
    hv_kv: float
    lv_no_load_v: float
    uk_pct: float
    load_loss_kw: float
    no_load_loss_kw: float
    no_load_current_pct: float
    clock: int = 11


@dataclass(frozen=True, slots=True)
class TimedLimit:
    """Hours of every day in which a site may draw less than at other times.

    `kva` holds from the beginning of hour `from_h` to that of `to_h`, local time;
    over midnight where `from_h` is the later one.
    """

    kva: float
    from_h: int
    to_h: int


@dataclass(frozen=True, slots=True)
class Supply:
    """Electrical intake of a site.

    `agreed_kva` is what the network operator lets the site draw; `zs_origin_ohm`
    the external earth-fault loop impedance where no transformer is on site;
    `export_kw` what the site may feed back, None where nobody has said; `timed`
    the hours in which less than `agreed_kva` may be drawn, None for none.
    """

    source: Source
    transformer: Transformer | None
    agreed_kva: float
    nominal_v: float = 400.0
    earthing: Earthing = Earthing.TN_S
    frequency_hz: float = 50.0
    zs_origin_ohm: float | None = None
    export_kw: float | None = None
    timed: TimedLimit | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """Busbar from which circuits leave: main board or feeder pillar."""

    id: str
    name: str
    rating_a: float
    ways: int
    spare_ways: int


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable type of the catalogue; `key` names it in prices and schedules.

    `r20_ohm_per_km` and `x_ohm_per_km` are per phase conductor, `cores` counts
    all conductors (4 = three phases and neutral/earth, 5 = with separate earth).
    `earth_mm2` is a core of the cable, or a copper conductor laid beside it
    where `earth_separate` is set; `r20_earth_ohm_per_km` is that conductor's.
    """

    key: str
    size_mm2: float
    cores: int
    conductor: Conductor
    insulation: Insulation
    r20_ohm_per_km: float
    x_ohm_per_km: float
    od_mm: float
    earth_mm2: float
    earth_separate: bool = False
    r20_earth_ohm_per_km: float | None = None
    mass_kg_per_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Device:
    """Overcurrent protective device at the start of a circuit.

    `trip_a` is the current that certainly trips it at once with the setting
    described by `setting`, `trip_min_a` the highest that certainly does not;
    `i2_a` the conventional operating current; `let_through_a2s` the most
    energy it lets through, None where it does not limit current.
    """

    key: str
    kind: str
    curve: str
    in_a: float
    breaking_ka: float
    trip_a: float | None = None
    trip_min_a: float | None = None
    i2_a: float | None = None
    clearing_s: float = 0.1
    let_through_a2s: float | None = None
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """How a circuit is laid; the inputs of all derating factors."""

    method: str = "D1"
    ambient_c: float = 30.0
    soil_c: float = 20.0
    soil_k_m_w: float = 2.5
    depth_m: float = 0.7
    grouped: int = 1
    spacing: str = "touching"
    third_harmonic_pct: float = 0.0


@dataclass(frozen=True, slots=True)
class CircuitDemand:
    """What a circuit must carry, before any cable is chosen.

    `ib_a` is the design current of one phase at the lowest supply voltage;
    `supply_protection_a` the rating a charger's maker asks for, if any;
    `charger_rcd` the residual current protection its maker asks for, if any;
    `conductor` the metal the designer insists on, if any.
    """

    id: str
    kind: CircuitKind
    from_id: str
    to_id: str
    length_m: float
    ib_a: float
    phases: int
    p_kw: float
    power_factor: float
    installation: Installation
    supply_protection_a: float | None = None
    dc_charger: bool = False
    charger_rcd: str = ""
    conductor: Conductor | None = None


@dataclass(frozen=True, slots=True)
class SizedCircuit:
    """A circuit with cable and protection; the input of the network.

    `drop_pct` is the drop along this circuit, `drop_total_pct` that from the
    origin to its end; `zs_ohm` the earth-fault loop at its end, conductors at
    operating temperature. Both are None where nobody has worked them out.
    """

    demand: CircuitDemand
    cable: Cable
    parallel: int
    device: Device
    rcd: str
    iz_a: float
    drop_pct: float
    binding: str
    drop_total_pct: float | None = None
    zs_ohm: float | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """A radial site network: `boards` by id, the first one being the origin."""

    supply: Supply
    origin: str
    boards: Mapping[str, Board]
    circuits: Mapping[str, SizedCircuit]


@dataclass(frozen=True, slots=True)
class LoadCase:
    """Loads at one moment: kW and kvar by node id (board or charger)."""

    name: str
    p_kw: Mapping[str, float]
    q_kvar: Mapping[str, float]
