"""Compare what could be agreed with the network operator, with the same cars each time.

Every option is simulated with the very same sessions and chargers, so that
differences come from the connection alone. Charging is managed within what each
option leaves beside the existing load; feeders of the design may then need more
than they have today, which `reinforce` finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data import open_table
from grid.findings import Finding, Severity
from grid.model import TimedLimit
from planner import stages
from planner.charging.headroom import (
    LOSS_SHARE,
    POWER_FACTOR,
    headroom_kw,
    weekly_highest_kw,
    within,
)
from planner.charging.simulate import simulate
from planner.charging.station import Station, installed_kw, stations_of_chargers
from planner.checks.lifting import (
    larger_transformer,
    lead_time,
    more_agreed,
    next_transformer_kva,
    priced,
    round_up_kva,
)
from planner.checks.load_cases import EXISTING_POWER_FACTOR, tangent
from planner.model.connection import CapacityPoint, ConnectionOptions, Offer
from planner.model.demand import Sessions
from planner.model.design import Design
from planner.model.headroom import Lift
from planner.model.money import PriceBook
from planner.model.outcome import Service
from planner.model.project import Project
from planner.model.site import Site
from planner.model.storage import Battery, Solar
from planner.progress import Progress, silent

Reals = npt.NDArray[np.float64]

TARGET_PCT = 99.0
"""What an option shall deliver, in % of what the chargers could without limit (choice)."""
POINTS = 10
TIMED_HOURS = (16, 20)
"""Local hours in which a timed connection gives no more than today's capacity (assumption:
the evening peak of the network)."""
BATTERY_KWH = (50.0, 100.0, 200.0, 300.0, 400.0, 600.0, 800.0, 1200.0)
"""Battery sizes tried, each with half its capacity per hour as power (assumption)."""
SMALLER = 0.8
"""Where today's capacity suffices, a timed connection or a battery is tried with this
share of what is needed (choice)."""
ROUND_TRIP_PCT = 85.0
"""Energy out over energy in, AC to AC (assumption for lithium iron phosphate)."""
STRATEGY = "least_laxity"


def connection_options(
    project: Project,
    design: Design,
    sessions: Sessions,
    *,
    target_pct: float = TARGET_PCT,
    timed_hours: tuple[int, int] = TIMED_HOURS,
    progress: Progress = silent,
) -> ConnectionOptions:
    """Return the curve of agreed capacity against energy delivered, and offers side by side.

    Parameters
    ----------
    project, design
        Site with supply, and the chargers.
    sessions
        The cars; the same for every option.
    target_pct
        What a firm offer should deliver, in per cent of the energy that the chargers
        deliver where no capacity binds.
    timed_hours
        First hour and the hour after the last in which a timed connection gives
        only today's capacity, local time, every day.
    """
    supply, book = project.site.supply, project.price_book
    if supply is None or not design.chargers:
        return ConnectionOptions(
            0.0, target_pct, 0.0, None, book.currency, (), (), (), (_nothing(),)
        )
    trial = _Trial(
        project.site, project.scenario.solar, sessions,
        stations_of_chargers(design.chargers.values(), project.catalogue), book,
    )  # fmt: skip
    floor = trial.least_kva()
    free = simulate(sessions, trial.stations, None, "uncontrolled", step_min=stages.STEP_MIN)
    top = round_up_kva(floor + free.peak_kw / (POWER_FACTOR * (1 - LOSS_SHARE)))
    wanted = sorted({*np.linspace(floor, top, POINTS).tolist(), supply.agreed_kva})
    curve = []
    for n, kva in enumerate(wanted):
        progress(0.6 * n / len(wanted), "Agreed capacity against energy delivered")
        curve.append(trial.point(kva if kva == supply.agreed_kva else round_up_kva(kva)))
    goal_pct = free.energy_pct * target_pct / 100
    recommended = _least(trial, curve, goal_pct)
    progress(0.7, "Offers side by side")
    offers = tuple(_offers(trial, curve, recommended, goal_pct, timed_hours))
    return ConnectionOptions(
        supply.agreed_kva, target_pct, free.energy_pct, recommended, book.currency,
        tuple({p.agreed_kva: p for p in curve}.values()), offers, _assumptions(trial, timed_hours),
        tuple(_findings(trial, offers)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Trial:
    """What stays the same in every option."""

    site: Site
    solar: tuple[Solar, ...]
    sessions: Sessions
    stations: tuple[Station, ...]
    book: PriceBook

    @property
    def now_kva(self) -> float:
        """What is agreed today."""
        assert self.site.supply is not None
        return self.site.supply.agreed_kva

    def room(self, agreed_kva: float) -> Reals:
        """Return kW left for charging per step of the horizon."""
        assert self.site.supply is not None
        # Hours with less belong to today's agreement, not to what could take its place.
        timed = self.site.supply.timed if agreed_kva == self.now_kva else None
        supply = replace(self.site.supply, agreed_kva=agreed_kva, timed=timed)
        site = replace(self.site, supply=supply)
        days = self.sessions.horizon_days
        return headroom_kw(site, days, stages.STEP_MIN, solar=self.solar)

    def least_kva(self) -> float:
        """Return the capacity that the existing load takes up with its margin."""
        steps = 7 * 1440 // stages.STEP_MIN
        # Headroom at a capacity far above any load shows the load itself.
        large = 1e6
        room = self.room(large)[:steps]
        used = large * POWER_FACTOR * (1 - LOSS_SHARE) - float(room.min(initial=0.0 + large))
        return round_up_kva(max(used, 0.0) / (POWER_FACTOR * (1 - LOSS_SHARE)))

    def run(self, limit_kw: Reals, batteries: tuple[Battery, ...] = ()) -> Service:
        """Simulate the same cars within a limit."""
        cap: Reals | float = installed_kw(self.stations) if batteries else limit_kw
        return simulate(
            self.sessions, self.stations, cap, STRATEGY, step_min=stages.STEP_MIN,
            unmanaged_peak_kw=0.0, batteries=batteries, supply_kw=limit_kw,
        )  # fmt: skip

    def point(self, agreed_kva: float) -> CapacityPoint:
        """Simulate one agreed capacity and price it."""
        steps = capacity_steps(self.site, agreed_kva, self.book)
        return self.priced_point(agreed_kva, self.run(self.room(agreed_kva)), steps)

    def priced_point(
        self, agreed_kva: float, service: Service, steps: Sequence[Lift]
    ) -> CapacityPoint:
        """Put service, peak and cost of an option together."""
        drawn = service.load_kw if service.net_kw is None else service.net_kw
        peak = self._peak_kva(drawn)
        known = [s.cost for s in steps if s.cost is not None]
        return CapacityPoint(
            agreed_kva, service.energy_pct, service.served_pct, service.p5_energy_pct, peak,
            sum(known) if len(known) == len(steps) else None,
            yearly_cost(self.site.region, self.book.currency, agreed_kva, peak),
            float(service.load_kw.max(initial=0.0)),
        )  # fmt: skip

    def existing_kva(self) -> float:
        """Return the highest draw of the existing load alone, without losses."""
        return self._peak_kva(np.zeros(7 * 1440 // stages.STEP_MIN))

    def _peak_kva(self, charging_kw: Reals) -> float:
        existing = np.zeros(len(charging_kw))
        if self.site.profile is not None and len(self.site.profile.kw):
            week = weekly_highest_kw(self.site.profile, stages.STEP_MIN)
            existing = np.resize(week, len(charging_kw))
        q = existing * tangent(EXISTING_POWER_FACTOR) + np.abs(charging_kw) * tangent(POWER_FACTOR)
        return float(np.hypot(existing + charging_kw, q).max(initial=0.0))


def capacity_steps(site: Site, agreed_kva: float, book: PriceBook) -> tuple[Lift, ...]:
    """Return what it takes to draw some kVA: more capacity, and a transformer that carries it."""
    supply = site.supply
    assert supply is not None
    steps: list[Lift] = []
    if agreed_kva > supply.agreed_kva:
        steps.append(more_agreed(supply.agreed_kva, agreed_kva, book))
    unit = supply.transformer
    if unit is not None and agreed_kva > unit.rated_kva:
        larger = larger_transformer(supply, agreed_kva, book)
        if larger is None:
            text = f"A transformer above {unit.rated_kva:,.0f} kVA, beyond the standard range"
            larger = Lift("transformer", unit.id, text, code="TX", currency=book.currency)
        steps.append(larger)
    return tuple(steps)


def yearly_cost(region: str, currency: str, agreed_kva: float, peak_kva: float) -> float | None:
    """Return the yearly price of capacity where the region's tariff table has one.

    Either of the agreed kVA or of the highest draw, as the region charges; the
    peak in kW is taken as its kVA (safe).
    """
    tariffs = capacity_tariffs()
    row = tariffs.get(region) or tariffs.get({"EUR": "eu"}.get(currency, ""))
    if row is None or not row[2].startswith(currency):
        return None
    basis, typical, _ = row
    return typical * (agreed_kva if basis == "agreed" else peak_kva)


def capacity_tariffs() -> Mapping[str, tuple[str, float, str]]:
    """Return basis, typical price and unit by region."""
    return {
        row.text("region"): (row.text("basis"), row.number("typical"), row.text("unit"))
        for row in open_table("tariffs/capacity")
    }


def _least(trial: _Trial, curve: list[CapacityPoint], goal_pct: float) -> float | None:
    """Halve between the points that miss and reach the goal, in steps of 10 kVA."""
    curve.sort(key=lambda p: p.agreed_kva)
    met = next((n for n, p in enumerate(curve) if p.energy_pct >= goal_pct), None)
    if met is None:
        return None
    high = curve[met].agreed_kva
    low = curve[met - 1].agreed_kva if met else 0.0
    while met and high - low > 10.0 + 1e-9:
        middle = round_up_kva((low + high) / 2 - 5.0)
        if not low < middle < high:
            break
        point = trial.point(middle)
        curve.append(point)
        if point.energy_pct >= goal_pct:
            high = middle
        else:
            low = middle
    curve.sort(key=lambda p: p.agreed_kva)
    return high


def _offers(
    trial: _Trial, curve: Sequence[CapacityPoint], recommended: float | None, goal_pct: float,
    hours: tuple[int, int],
) -> list[Offer]:  # fmt: skip
    now = trial.now_kva
    by_kva = {p.agreed_kva: p for p in curve}
    found = [_offer(trial, "today", "As agreed today", "No change.", by_kva[now], ())]
    wanted = recommended if recommended is not None else max(by_kva)
    if wanted != now:
        steps = capacity_steps(trial.site, wanted, trial.book)
        text = f"{wanted:,.0f} kVA at all times."
        found.append(_offer(trial, "firm", "Firm connection", text, by_kva[wanted], steps))
    # What may stand in for the firm capacity starts from today's, or from less than is needed.
    less = now if now < wanted else max(trial.least_kva(), round_up_kva(SMALLER * wanted))
    if less < wanted:
        found.append(_timed(trial, wanted, less, hours))
    found.append(_with_battery(trial, less, goal_pct))
    larger = _bigger_transformer(trial)
    return found if larger is None else [*found, larger]


def _timed(trial: _Trial, kva: float, less_kva: float, hours: tuple[int, int]) -> Offer:
    """Give all of it outside some hours, less within them."""
    full, low = trial.room(kva), trial.room(less_kva)
    limit = TimedLimit(less_kva, *hours)
    inside = within(limit, np.arange(len(full), dtype=np.int64) * stages.STEP_MIN)
    service = trial.run(np.where(inside, low, full))
    steps = tuple(
        replace(s, lead_time=lead_time("timed-connection")) if s.kind == "agreed capacity" else s
        for s in capacity_steps(trial.site, kva, trial.book)
    )
    said = f"{hours[0]:02d}:00 to {hours[1]:02d}:00 every day: {less_kva:,.0f} kVA"
    point = trial.priced_point(kva, service, steps)
    text = f"{kva:,.0f} kVA, but less when the network is busy."
    offer = _offer(trial, "timed", "Timed connection", text, point, steps)
    return replace(offer, restricted=said, timed=limit)


def _with_battery(trial: _Trial, kva: float, goal_pct: float) -> Offer:
    """Find the smallest battery that reaches the goal with some capacity, else the best tried."""
    room = trial.room(kva)
    best: tuple[Battery, Service] | None = None
    for kwh in BATTERY_KWH:
        battery = Battery(f"Battery {kwh:g} kWh", kwh, kwh / 2, kwh / 2, ROUND_TRIP_PCT, 100.0)
        service = trial.run(room, (battery,))
        if best is None or service.energy_pct > best[1].energy_pct + 0.05:
            best = battery, service
        if service.energy_pct >= goal_pct:
            break
    assert best is not None
    battery, service = best
    steps = capacity_steps(trial.site, kva, trial.book) + tuple(
        priced(Lift("battery", battery.name, text, lead_time=lead_time("battery")), trial.book,
               code, number, unit)
        for text, code, number, unit in (
            (f"{battery.name}, store", "BATTERY-KWH", battery.capacity_kwh, "kWh"),
            (f"{battery.name}, inverter {battery.charge_kw:g} kW", "BATTERY-KW",
             battery.charge_kw, "kW"),
        )
    )  # fmt: skip
    point = trial.priced_point(kva, service, steps)
    text = f"{kva:,.0f} kVA with {battery.capacity_kwh:g} kWh of storage."
    offer = _offer(trial, "battery", "With a battery", text, point, steps)
    unknown = (*offer.unknown, "energy price for what the battery loses")
    return replace(offer, unknown=unknown, battery=battery)


def _bigger_transformer(trial: _Trial) -> Offer | None:
    """Take the next transformer, with as much capacity agreed as it carries."""
    supply = trial.site.supply
    if supply is None or supply.transformer is None:
        return None
    kva = next_transformer_kva(supply.transformer.rated_kva + 1.0)
    if kva is None:
        return None
    steps = capacity_steps(trial.site, kva, trial.book)
    point = trial.priced_point(kva, trial.run(trial.room(kva)), steps)
    text = f"A transformer of {kva:,.0f} kVA, all of it agreed."
    return _offer(trial, "transformer", "Bigger transformer", text, point, steps)


def _offer(
    trial: _Trial, key: str, name: str, text: str, point: CapacityPoint, steps: Sequence[Lift]
) -> Offer:
    unknown = [f"price of {s.text[:1].lower()}{s.text[1:]}" for s in steps if s.cost is None]
    unknown += [
        f"lead time of {kind}"
        for kind in dict.fromkeys(s.kind for s in steps if s.lead_time == "not known")
    ]
    if point.yearly_cost is None:
        unknown.append("yearly price of capacity")
    known = [s.lead_time for s in steps if s.lead_time != "not known"]
    lead = "none" if not steps else max(known, key=_weeks, default="not known")
    possible = trial.existing_kva() <= point.agreed_kva
    return Offer(key, name, text, point, tuple(steps), lead, "", tuple(unknown), possible)


def _weeks(text: str) -> float:
    return max((float(word) for word in text.split() if word.isdigit()), default=0.0)


def _assumptions(trial: _Trial, hours: tuple[int, int]) -> tuple[str, ...]:
    found = [
        "Charging is managed within what each option leaves beside the existing load "
        f"(strategy {STRATEGY}); the charging limit of the design is not applied.",
        f"Peaks are without losses, the existing load at cos φ {EXISTING_POWER_FACTOR:g}.",
        f"Timed connection: less from {hours[0]:02d}:00 to {hours[1]:02d}:00 every day, assumed.",
        f"Battery: power half its capacity per hour, round trip {ROUND_TRIP_PCT:g} %, full at the "
        "start; replacement and upkeep are not priced.",
        "Costs are typical prices of the price book before margin and tax.",
    ]
    tariff = capacity_tariffs().get(trial.site.region)
    if tariff is not None:
        found.append(f"Yearly price of capacity: {tariff[1]:g} {tariff[2]} ({tariff[0]}), assumed.")
    return tuple(found)


def _findings(trial: _Trial, offers: Sequence[Offer]) -> list[Finding]:
    found = []
    now, site = trial.now_kva, trial.site
    existing = trial.existing_kva()
    if existing > now:
        found.append(
            Finding(
                "CONNECTION-EXISTING", Severity.ERROR, "supply", site.name,
                f"The existing load alone needs {existing:.0f} kVA; {now:.0f} kVA are agreed.",
                "Connection agreement", existing, now, "kVA",
                f"Ask for {round_up_kva(existing):.0f} kVA or more, or correct the supply data.",
            )
        )  # fmt: skip
    unit = site.supply.transformer if site.supply else None
    if unit is not None and now > unit.rated_kva:
        found.append(
            Finding(
                "CONNECTION-TX", Severity.WARNING, unit.id, f"Transformer {unit.id}",
                f"{now:.0f} kVA are agreed, more than the transformer's {unit.rated_kva:.0f} kVA.",
                "Rating plate", now, unit.rated_kva, "kVA",
                "Correct the supply data, or plan a larger transformer.",
            )
        )  # fmt: skip
    found += [
        Finding(
            "CONNECTION-OFFER", Severity.WARNING, offer.key, offer.name,
            "The existing load alone draws more than this option gives.",
            "", offer.point.agreed_kva, existing, "kVA", "Choose another one.",
        )
        for offer in offers if not offer.possible
    ]  # fmt: skip
    return found


def _nothing() -> Finding:
    return Finding(
        "CONNECTION-NOTHING", Severity.ERROR, "supply", "Connection options",
        "Options cannot be compared without a supply and chargers.",
        fix="Fill in the supply, and propose or place chargers.",
    )  # fmt: skip
