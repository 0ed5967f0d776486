"""A project: one site, its scenarios, and everything pinned with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.model.charger import ChargerModel
from planner.model.energy_price import EnergyPrice
from planner.model.ids import ModelId
from planner.model.money import PriceBook, Terms
from planner.model.scenario import Scenario
from planner.model.site import Site
from planner.model.tables import OwnTable
from planner.model.tiles import TileConsent


@dataclass(frozen=True, slots=True)
class Client:
    """Who the quote is for and who prepared it."""

    client: str = ""
    address: str = ""
    prepared_by: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that belong to the whole project.

    `pme` is the measure against loss of the PEN conductor on a PME supply, a key
    of ``data/protection/open_pen``; "open" while nothing is decided.
    `managed_grouping` counts only cables that load management lets be loaded
    together when they derate each other. Off: a failed load manager must not
    overheat a trench, so all cables in it count. `tiles` holds the online maps
    the user has agreed to; empty: the project never touches the network.
    `third_harmonic_pct` is the third harmonic of the phase current of AC circuits,
    `altitude_m` the height of the site. With `energy_price` per kWh the year's losses
    have a cost; with `ageing_ambient_c` the transformer's ageing is followed in air of
    that temperature in °C; None leaves either out. `energy_tariff` is what the contract
    of the site asks per kWh by time of use; None where nobody has entered it.
    """

    code: str = "iec60364"
    drop_limit_pct: float = 5.0
    soil_k_m_w: float = 2.5
    ambient_c: float = 30.0
    soil_c: float = 20.0
    trench_depth_m: float = 0.8
    pme: str = "open"
    managed_grouping: bool = False
    tiles: tuple[TileConsent, ...] = ()
    third_harmonic_pct: float = 0.0
    altitude_m: float = 0.0
    energy_price: float | None = None
    ageing_ambient_c: float | None = None
    energy_tariff: EnergyPrice | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """The document. Catalogue and price rows are pinned so that it reopens to the cent.

    `extras` keeps, by place, what a newer version has written into the file;
    `attachments` the bytes of underlays by base name, shared by all undo states;
    `tables` the user's own capacities, cables and devices by kind.
    """

    name: str
    site: Site
    scenarios: tuple[Scenario, ...]
    catalogue: Mapping[ModelId, ChargerModel]
    price_book: PriceBook
    terms: Terms = field(default_factory=Terms)
    client: Client = field(default_factory=Client)
    settings: Settings = field(default_factory=Settings)
    active: int = 0
    extras: Mapping[str, bytes] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    tables: Mapping[str, OwnTable] = field(default_factory=dict)

    @property
    def export_kw(self) -> float | None:
        """What the site may feed back; what the scenario says goes before the supply."""
        limit, supply = self.scenario.limits.export_kw, self.site.supply
        return supply.export_kw if limit is None and supply is not None else limit

    @property
    def scenario(self) -> Scenario:
        """The scenario on screen."""
        return self.scenarios[self.active]
