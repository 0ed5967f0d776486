"""An online map under the plan: whom it asks, consent for this project, then one view of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QWidget

from planner.inputs import tiles
from planner.inputs.blank import PLACE
from planner.inputs.problem import InputError
from planner.inputs.underlays import Laid
from planner.model.project import Project
from planner.model.tiles import TileConsent, TileKind
from ui.dialogs.importing import ReadingDialog
from ui.present.text import count
from ui.session import Session
from ui.widgets.basic import button, column, label, line, rule
from ui.widgets.fields import Segments, choice

_KINDS = (TileKind.XYZ, TileKind.WMS)
_WIDE_PX = 640


def consent_words(host: str) -> str:
    """Say who is asked and what that tells them."""
    return (
        f"{host} will be asked for pictures of what the plan shows. It learns where the site is, "
        "when you ask and the address of your network. Nothing is asked before you allow it "
        "and press Fetch this view; moving the plan asks nothing."
    )


class OnlineMapDialog(ReadingDialog):
    """Names the host before anything is asked of it; consent and its withdrawal are edits."""

    task = "read_online"

    def __init__(
        self, session: Session, view: tiles.Box, width_px: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, "Online map", parent)
        self.view, self.width_px = view, width_px
        self.kind = TileKind.XYZ
        self.resize(_WIDE_PX, 440)
        self._build()
        allowed = self._project.settings.tiles
        if allowed:
            self._fill(allowed[-1])
        self._show()

    @property
    def _project(self) -> Project:
        return self.session.document.require()

    def _build(self) -> None:
        outer = column(0)
        body = column(8, (20, 16, 20, 16))
        body.addWidget(label("Online map", "section"))
        allowed = self._project.settings.tiles
        self.known = choice(
            "Maps allowed in this project",
            ["New map", *(f"{t.host} {t.layer}".strip() for t in allowed)], len(allowed),
            lambda at: self._fill(allowed[at - 1] if at else TileConsent("", "", "")),
        )  # fmt: skip
        self.known.setVisible(bool(allowed))
        body.addWidget(self.known)
        self.kinds = Segments("Kind of map", ("Tiles (XYZ)", "WMS"))
        self.kinds.chosen.connect(self._take_kind)
        body.addWidget(self.kinds)
        self.url = _entry("Address", "https:// … /{z}/{x}/{y}.png")
        self.layer = _entry("Layer", "name of the layer")
        self.attribution = _entry("Attribution", "as the terms of the map ask, © …")
        for field in (self.url, self.layer, self.attribution):
            caption = label(field.accessibleName(), "label")
            caption.setBuddy(field)
            body.addWidget(caption)
            body.addWidget(field)
            field.textChanged.connect(lambda _text: self._show())
            if field is self.layer:
                self._layer_caption = caption
        self.told = label("", "", wrap=True)
        self.told.setAccessibleName("What is asked, and of whom")
        body.addWidget(self.told)
        self.needs = label("", "strong", wrap=True)
        body.addWidget(self.needs)
        body.addStretch(1)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Pictures fetched")
        self.bar.hide()
        body.addWidget(self.bar)
        self.state = label("", "label", wrap=True)
        self.state.setAccessibleName("State")
        body.addWidget(self.state)
        for words in (self.told, self.needs, self.state):
            words.setMinimumWidth(_WIDE_PX - 40)  # else height is kept for one letter a line
        outer.addLayout(body, 1)
        outer.addWidget(rule())
        outer.addLayout(self._footer())
        self.setLayout(outer)

    def _footer(self) -> QHBoxLayout:
        self.withdraw_button = button("Withdraw", self._withdraw)
        self.erase_button = button("Erase cache", self._erase)
        self.cancel_button = button("Cancel", self._cancel)
        self.allow_button = button("Allow for this project", self._allow, primary=True)
        self.fetch_button = button("Fetch this view", self._fetch, primary=True)
        every = (
            self.withdraw_button, self.erase_button, self.cancel_button,
            self.allow_button, self.fetch_button,
        )  # fmt: skip
        for one in every:
            one.setAutoDefault(False)  # Enter in a field gives no consent
            one.setMinimumHeight(34)
        foot = line(*every[:2], 1, *every[2:])
        foot.setContentsMargins(20, 10, 20, 12)
        return foot

    # what the form says ------------------------------------------------------

    def _fill(self, known: TileConsent) -> None:
        self.kind = known.kind
        for field, text in (
            (self.url, known.url), (self.layer, known.layer), (self.attribution, known.attribution),
        ):  # fmt: skip
            field.setText(text)
        self._show()

    def _take_kind(self, at: int) -> None:
        self.kind = _KINDS[at]
        self._show()

    def wanted(self) -> TileConsent:
        """Return the map that the form describes; it names its host where the address does."""
        layer = self.layer.text().strip() if self.kind is TileKind.WMS else ""
        said = self.attribution.text().strip()
        return TileConsent("", self.url.text().strip(), said, self.kind, layer)

    def allowed(self) -> TileConsent | None:
        """Return the consent of the project to the very map that the form describes."""
        wanted = self.wanted()
        same = (
            t for t in self._project.settings.tiles
            if replace(t, host="", given="", largest_zoom=wanted.largest_zoom) == wanted
        )  # fmt: skip
        return next(same, None)

    def _show(self) -> None:
        """Name the host, count the pictures and offer what can be done now."""
        self.kinds.show_choice(_KINDS.index(self.kind))
        for part in (self.layer, self._layer_caption):
            part.setVisible(self.kind is TileKind.WMS)
        wanted, allowed, host, why = self.wanted(), self.allowed(), "", ""
        try:
            host = tiles.checked_host(wanted)
        except InputError as error:
            why = str(error) if wanted.url else "Give the address of a map you may use."
        if host and self.kind is TileKind.WMS and not wanted.layer:
            why = "Name the layer of the WMS."
        elif host and not wanted.attribution:
            why = "Give the attribution; it is shown with the map."
        self.told.setText(consent_words(host) if host else "")
        self.needs.setText(self._needed(wanted) if host else "")
        self.allow_button.setVisible(allowed is None)
        self.allow_button.setEnabled(not why)
        self.fetch_button.setVisible(allowed is not None)
        self.fetch_button.setEnabled(not self._busy)
        hosts = {t.host for t in self._project.settings.tiles}
        self.withdraw_button.setEnabled(host in hosts and not self._busy)
        held = tiles.cache_bytes()
        self.erase_button.setEnabled(held > 0 and not self._busy)
        self.erase_button.setToolTip(f"{held / 1e6:,.1f} MB of pictures are kept here")
        for field in (self.known, self.kinds, self.url, self.layer, self.attribution):
            field.setEnabled(not self._busy)
        self.bar.setVisible(self._busy)
        self.state.setText(why)

    def _needed(self, wanted: TileConsent) -> str:
        site = self._project.site
        needed = len(tiles.tiles_of_view(wanted, self.view, site.epsg, self.width_px))
        words = f"This view needs {count(needed, 'picture')}."
        if any(a.id == PLACE and not a.confirmed for a in site.assumptions):
            words += " The place of the site is only assumed."
        return words

    # what the buttons do -----------------------------------------------------

    def _allow(self) -> None:
        given = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        wanted = replace(self.wanted(), given=given)
        self.session.edit("Allow online map", lambda p: tiles.agree(p, wanted))
        self._show()

    def _withdraw(self) -> None:
        host = tiles.checked_host(self.wanted())
        self.session.edit("Withdraw online map", lambda p: tiles.withdraw(p, host))
        self._show()
        self.state.setText(f"{host} is no longer asked; pictures already on the plan stay.")

    def _erase(self) -> None:
        tiles.erase_cache()
        self._show()
        self.state.setText("The kept pictures are erased.")

    def _fetch(self) -> None:
        allowed = self.allowed()
        if allowed is None or self._busy:
            return
        self._busy = True
        self.bar.setValue(0)
        self._show()
        self.state.setText(f"Asking {allowed.host}")
        self.session.reader.submit(
            self.task, self._project, allowed, self.view, self.width_px,
            done=self._done, failed=self._failed, progress=self._progress,
        )  # fmt: skip

    def _progress(self, share: float, text: str) -> None:
        if not self._over:
            self.bar.setValue(round(share * 100))
            self.state.setText(text)

    def _done(self, laid: Laid) -> None:
        self._busy = False
        if not self._over:
            self.session.add_underlay(laid)
            self.accept()

    def _failed(self, text: str) -> None:
        self._busy = False
        if not self._over:
            self._show()
            self.state.setText(text)

    def _cancel(self) -> None:
        """Stop fetching; where nothing is fetched, close."""
        if not self._busy:
            self.reject()
            return
        self._busy = False
        self.session.reader.cancel(self.task)
        self._show()
        self.state.setText("Stopped; what was fetched is kept for the next time.")


def _entry(name: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made
