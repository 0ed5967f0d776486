"""Preview of a solar yield by time: read as a load profile is, used as a generator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from planner import edits
from planner.inputs.beside import MOST_OF_MODULES, solar_of
from planner.inputs.profiles.preview import Preview
from planner.model.site import LoadProfile
from planner.model.storage import Solar
from ui.dialogs.profile_preview import ProfilePreview
from ui.present.text import number
from ui.session import Session
from ui.widgets.basic import label
from ui.widgets.fields import NumberField, field_row

_FIELD_PX = 176


class YieldPreview(ProfilePreview):
    """Shows an inverter's export as understood; OK puts the generator at the main board."""

    title = "Solar yield"
    is_load = False

    def __init__(self, session: Session, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(session, path, parent)
        # Below zero an inverter only feeds itself.
        self.options = replace(self.options, negative="zero")

    def _build_form(self) -> None:
        heading = label("Generator", "group")
        self.form.addWidget(heading)
        self.modules = NumberField("Power of the modules", "kW", 1, 0.1, 1e6)
        self.modules.optional = True
        self.modules.setPlaceholderText("Highest value")
        self.modules.committed.connect(lambda _kw: self._say())
        self.modules.cleared.connect(self._say)
        self.form.addWidget(field_row("Power of the modules", self.modules, _FIELD_PX))
        super()._build_form()

    def show_seen(self, seen: Preview) -> None:
        """Show what was understood, and whether it can be a yield."""
        super().show_seen(seen)
        self._say()

    def _say(self) -> None:
        """Offer to use the yield, or say why not."""
        profile = self.seen.profile if self.seen is not None else None
        if self.seen is None or profile is None or not self.seen.ready:
            return
        why = ""
        modules_kw = self.modules.value
        if not profile.peak_kw > 0:
            why = f"{self.path.name} is never above zero. Choose the column with the yield."
        elif modules_kw is not None and profile.peak_kw > MOST_OF_MODULES * modules_kw:
            why = (
                f"The yield reaches {number(profile.peak_kw, 1)} kW, far above "
                f"{number(modules_kw, 1)} kW of modules. Correct the power or the unit."
            )
        self.set_ready("Use this yield", why)

    def generator(self, profile: LoadProfile) -> Solar:
        """Return the generator that the answers describe."""
        made = solar_of(profile, None, self.path.name)
        kw = self.modules.value
        if kw is None:
            return made
        name = f"Solar {kw:.4g} kW, {self.path.name}"
        return replace(made, name=name, peak_kw=kw, inverter_kw=max(kw, profile.peak_kw))

    def take(self) -> None:
        """Put the generator in the place of the one there, as one undoable step."""
        if self.seen is not None and self.seen.profile is not None:
            made = self.generator(self.seen.profile)
            self.session.edit("Read solar yield", lambda p: edits.set_solar(p, (made,)))
            self.session.said.emit(f"Read {self.path.name}")
