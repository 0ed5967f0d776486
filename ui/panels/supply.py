"""Step 2, Supply: what the site may draw, what it draws now, what is assumed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from grid.findings import Severity
from grid.model import Earthing, Supply
from planner import edits
from planner.model.site import Assumption
from ui.panels.panel import Panel
from ui.present.energy_price import summary
from ui.present.supply import (
    CODES,
    battery_words,
    capacity_lines,
    export_words,
    pme_decisions,
    timed_words,
    yield_words,
)
from ui.present.text import SYMBOLS, clipped, number, sentence
from ui.session import Session
from ui.widgets.basic import Mark, button, clear, column, label, line, link, note, number_label
from ui.widgets.charts import BoundBar
from ui.widgets.fields import NumberField, choice, field_row

_EARTHINGS = tuple(Earthing)
_TYPED = {"energy_price", "ageing_ambient_c"}


class SupplyPanel(Panel):
    """Intake, transformer, existing load and assumptions."""

    width_px = 280
    profile_asked = Signal()
    supply_file_asked = Signal()
    template_asked = Signal()
    typing_asked = Signal()
    profile_file_asked = Signal()
    yield_file_asked = Signal()
    price_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Supply")
        self._capacity = self.section(first=True)
        self._intake = self.section()
        self._transformer = self.section()
        rules = self.section()
        self._devices, self._rules = column(6), column(6)
        rules.addLayout(self._devices)
        rules.addSpacing(8)
        rules.addLayout(self._rules)
        self._load = self.section()
        self._assumed = self.section(spacing=8)
        self._shown: Supply | None = None
        self._rules_of: tuple[object, ...] = ()

    def refresh(self) -> None:
        """Show supply, load and assumptions."""
        site = self.session.document.require().site
        clear(self._capacity)
        self._capacity.addWidget(label("Capacity now", "group"))
        for title, value, limit, mark in capacity_lines(site):
            self._capacity.addWidget(label(title, "label"))
            self._capacity.addWidget(BoundBar(value, limit, "kW", mark, "kVA", 0))
        if site.supply is None:
            self._capacity.addWidget(note("Enter what the site may draw.", Severity.INFO))
        if site.supply is not self._shown or site.supply is None:
            self._shown = site.supply
            self._show_supply(site.supply)
        self._show_devices()
        self._show_rules()
        self._show_load()
        clear(self._assumed)
        self._assumed.addWidget(label("Assumptions", "group"))
        for assumption in site.assumptions:
            self._assumed.addWidget(self._assumption(assumption))
        if not site.assumptions:
            self._assumed.addWidget(label("Nothing is assumed.", "hint"))

    def _show_supply(self, supply: Supply | None) -> None:
        clear(self._intake)
        clear(self._transformer)
        self._intake.addWidget(label("Intake", "group"))
        if supply is not None:
            self._transformer.addWidget(label("Transformer", "group"))
        if supply is None:
            self._intake.addWidget(button("Enter the supply", self.typing_asked.emit, "pencil"))
            self._intake.addWidget(link("Read a supply workbook", self.supply_file_asked.emit))
            self._intake.addWidget(link("Save blank workbooks", self.template_asked.emit))
            return
        self._number(self._intake, "Agreed capacity", supply.agreed_kva, "kVA", 0,
                     lambda s, v: replace(s, agreed_kva=v))  # fmt: skip
        if supply.timed is not None:
            self._line(
                self._intake, timed_words(supply.timed), "Remove",
                lambda: self._set("Remove hours with less", lambda s: replace(s, timed=None)),
            )  # fmt: skip
        self._number(self._intake, "Voltage", supply.nominal_v, "V", 0,
                     lambda s, v: replace(s, nominal_v=v))  # fmt: skip
        earthing = choice(
            "Earthing", [e.value for e in _EARTHINGS], _EARTHINGS.index(supply.earthing),
            lambda i: self._set("Change earthing", lambda s: replace(s, earthing=_EARTHINGS[i])),
        )  # fmt: skip
        self._intake.addWidget(field_row("Earthing", earthing, 100))
        for title, field in (("Fault level, highest", "s_sc_max_mva"),
                             ("Fault level, lowest", "s_sc_min_mva")):  # fmt: skip
            self._number(
                self._intake, title, getattr(supply.source, field), "MVA", 1,
                functools.partial(_with_source, field),
            )  # fmt: skip
        self._intake.addWidget(link("All fields and boards", self.typing_asked.emit))
        self._intake.addWidget(link("Read a supply workbook", self.supply_file_asked.emit))
        if supply.transformer is None:
            self._transformer.addWidget(label("None on site.", "hint"))
            return
        for title, field, unit, decimals in (
            ("Rating", "rated_kva", "kVA", 0), ("Short-circuit voltage", "uk_pct", "%", 2),
            ("Load loss", "load_loss_kw", "kW", 2), ("No-load loss", "no_load_loss_kw", "kW", 3),
        ):  # fmt: skip
            self._number(
                self._transformer, title, getattr(supply.transformer, field), unit, decimals,
                functools.partial(_with_transformer, field),
            )  # fmt: skip

    def _optional(
        self, into: QVBoxLayout, title: str, unit: str, decimals: int, key: str, low: float
    ) -> None:
        """Add a field of the settings that may stay blank."""
        field = NumberField(title, unit, decimals, low=low)
        field.optional = True
        field.setPlaceholderText("None")
        field.show_value(getattr(self.session.document.require().settings, key))
        text = f"Change {title.lower()}"
        field.committed.connect(lambda v: self._change_settings(text, **{key: v}))
        field.cleared.connect(lambda: self._change_settings(text, **{key: None}))
        into.addWidget(field_row(title, field, 100))

    def _number(
        self,
        into: QVBoxLayout,
        title: str,
        value: float,
        unit: str,
        decimals: int,
        change: Callable[[Supply, float], Supply],
    ) -> None:
        field = NumberField(title, unit, decimals, low=10.0**-decimals if decimals else 1.0)
        field.show_value(value)
        field.committed.connect(
            lambda v: self._set(f"Change {title.lower()}", lambda s: change(s, v))
        )
        into.addWidget(field_row(title, field, 100))

    def _set(self, text: str, change: Callable[[Supply], Supply]) -> None:
        supply = self.session.document.require().site.supply
        if supply is not None:
            changed = change(supply)
            self._shown = changed
            self.session.edit(text, lambda p: edits.set_supply(p, changed))

    def _line(self, into: QVBoxLayout, words: str, action: str, act: Callable[[], object]) -> None:
        """Add a line of words with a link that does something about it."""
        holder = QWidget()
        row = line()
        row.addWidget(label(words, "label", wrap=True), 1)
        row.addWidget(link(action, act), 0, Qt.AlignmentFlag.AlignTop)
        holder.setLayout(row)
        into.addWidget(holder)

    def _show_devices(self) -> None:
        """List batteries and solar power of the scenario, and what may be fed back."""
        project = self.session.document.require()
        scenario = project.scenario
        clear(self._devices)
        self._devices.addWidget(label("Battery and solar power", "group"))
        if scenario.batteries:
            self._line(
                self._devices, ", ".join(battery_words(b) for b in scenario.batteries), "Remove",
                lambda: self.session.edit(
                    "Remove battery", lambda p: edits.set_batteries(p, ())
                ),
            )  # fmt: skip
        if scenario.solar:
            self._line(
                self._devices, ", ".join(s.name for s in scenario.solar), "Remove",
                lambda: self.session.edit("Remove solar power", lambda p: edits.set_solar(p, ())),
            )  # fmt: skip
            self._devices.addWidget(label(yield_words(scenario.solar), "hint", wrap=True))
            self._devices.addWidget(label(export_words(project), "hint", wrap=True))
        another = "Read another solar yield" if scenario.solar else "Read a solar yield"
        self._devices.addWidget(link(another, self.yield_file_asked.emit))

    def _show_rules(self) -> None:
        """Offer the code of practice and, on a PME supply, the measure against a lost PEN."""
        project = self.session.document.require()
        settings = project.settings
        made_from = (settings, project.site.supply, project.price_book.currency)
        if made_from == self._rules_of:
            return
        self._rules_of = made_from
        clear(self._rules)
        self._rules.addWidget(label("Rules", "group"))
        ids, names = tuple(CODES), list(CODES.values())
        code = choice(
            "Code of practice", names, ids.index(settings.code) if settings.code in ids else -1,
            lambda i: self._change_settings("Change code", code=ids[i]),
        )  # fmt: skip
        self._rules.addWidget(field_row("Code", code, 150))
        currency = project.price_book.currency
        self._line(
            self._rules, summary(settings.energy_tariff, currency), "Edit", self.price_asked.emit
        )  # fmt: skip
        unit = f"{SYMBOLS.get(currency, currency).strip()}/kWh"
        self._optional(self._rules, "Price of losses", unit, 3, "energy_price", 0.0)
        if project.site.supply is not None and project.site.supply.transformer is not None:
            self._optional(self._rules, "Air, for ageing", "°C", 0, "ageing_ambient_c", -40.0)
        decisions = pme_decisions(project)
        if not decisions:
            return
        keys = [key for key, _, _ in decisions]
        words = [short for _, short, _ in decisions]
        at = keys.index(settings.pme) if settings.pme in keys else 0
        measure = choice(
            "Measure against loss of the PEN conductor", words, at,
            lambda i: self._change_settings("Decide on PME", pme=keys[i]),
        )  # fmt: skip
        self._rules.addWidget(field_row("PME", measure, 190))
        self._rules.addWidget(label(decisions[at][2], "hint", wrap=True))

    def _change_settings(self, text: str, **changed: Any) -> None:
        project = self.session.document.require()
        settings = replace(project.settings, **changed)
        if set(changed) <= _TYPED:  # the field shows it already and keeps the focus
            self._rules_of = (settings, project.site.supply, project.price_book.currency)
        self.session.edit(text, lambda p: edits.set_settings(p, settings))

    def _show_load(self) -> None:
        profile = self.session.document.require().site.profile
        clear(self._load)
        self._load.addWidget(label("Existing load", "group"))
        if profile is None:
            self._load.addWidget(
                label("No load profile. Headroom is the agreed capacity.", "label", wrap=True)
            )
            self._load.addWidget(button("Read load profile", self.profile_file_asked.emit))
            return
        for title, value in (
            ("Peak", f"{number(profile.peak_kw, 1)} kW"),
            ("Year", f"{number(profile.total_kwh / 1000)} MWh"),
            ("Step", f"{profile.interval_min} min"),
            ("Filled in", f"{profile.filled:,} values"),
        ):
            holder = QWidget()
            holder.setLayout(line(label(title, "label"), 1, number_label(value)))
            self._load.addWidget(holder)
        self._load.addWidget(label(profile.source, "hint", wrap=True))
        self._load.addWidget(link("Show the load by hour", self.profile_asked.emit))
        self._load.addWidget(link("Read another load profile", self.profile_file_asked.emit))

    def _assumption(self, assumption: Assumption) -> QWidget:
        holder = QWidget()
        severity = Severity.OK if assumption.confirmed else Severity.WARNING
        words = column(0)
        told = label(sentence(clipped(assumption.text, 120)), "", wrap=True)
        told.setToolTip(assumption.text)
        words.addWidget(told)
        about = " – ".join(part for part in (assumption.value, assumption.source) if part)
        hint = label(clipped(about), "hint", wrap=True)
        hint.setToolTip(about)
        words.addWidget(hint)
        row = line(spacing=8)
        row.addWidget(Mark(severity, 15), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if not assumption.confirmed:
            confirm = link("Confirm", lambda: self.session.confirm(assumption))
            row.addWidget(confirm, 0, Qt.AlignmentFlag.AlignTop)
        holder.setLayout(row)
        return holder


def _with_transformer(field: str, supply: Supply, value: float) -> Supply:
    if supply.transformer is None:
        return supply
    changed: dict[str, Any] = {field: value}
    return replace(supply, transformer=replace(supply.transformer, **changed))


def _with_source(field: str, supply: Supply, value: float) -> Supply:
    changed: dict[str, Any] = {field: value}
    return replace(supply, source=replace(supply.source, **changed))
