"""The middle of the workspace: cards, plan with floating panels, drawer, inspector."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from planner.model.headroom import SIZES_KW
from planner.model.project import Project
from planner.model.site import Site
from ui.canvas.floating import ColourBy, Legend, NorthArrow, ScaleBar, ToolBar, legend_entries
from ui.canvas.overlay import FindingMark
from ui.canvas.scene import Key, PlanScene
from ui.canvas.view import PlanView, Tool
from ui.drawer import CLOSED_PX, OPEN_PX, Drawer
from ui.drawing import Drawing
from ui.inspector import Inspector
from ui.panels.propose import Cards
from ui.present.findings import FindingRow, finding_rows
from ui.present.headroom import LARGEST, bay_colours, with_room
from ui.present.headroom import legend as headroom_legend
from ui.present.sheets import sheet, tag
from ui.present.text import class_kw, power
from ui.session import Session
from ui.theme import theme
from ui.widgets.basic import label

_MARGIN = 12
COLOURINGS: tuple[tuple[str, float | None], ...] = (
    ("Nothing", None), ("Headroom", LARGEST),
    *((f"Room for {power(kw)} kW", kw) for kw in SIZES_KW),
)  # fmt: skip


class PlanArea(QWidget):
    """Plan and what belongs to it; selection is one for plan, table and inspector."""

    selection_changed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.scene = PlanScene()
        self.view = PlanView(self.scene)
        self.inspector = Inspector()
        self.drawer = Drawer()
        self.cards = Cards(session)
        self.drawing = Drawing(session, self.view)
        self.tools = ToolBar(self.view)
        self.scale_bar = ScaleBar(self.view)
        self.north = NorthArrow(self.view)
        self.legend = Legend(self.view)
        self.attribution = label("", "tiny")
        self.attribution.setParent(self.view)
        self.attribution.setObjectName("floating")
        self.attribution.setContentsMargins(6, 1, 6, 1)
        self.attribution.setAccessibleName("Attribution of the online map")
        self.attribution.hide()
        self.colour_by = ColourBy(self.view, COLOURINGS)
        self.colour_by.hide()
        self._at_check = False
        self._fit_pending = True
        self._open_px = OPEN_PX
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.inner = QSplitter(Qt.Orientation.Vertical)
        self.outer = QSplitter(Qt.Orientation.Vertical)
        for splitter in (self.across, self.inner, self.outer):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        self.inner.addWidget(self.view)
        self.inner.addWidget(self.drawer)
        self.across.addWidget(self.inner)
        self.across.addWidget(self.inspector)
        self.across.setStretchFactor(0, 1)
        self.across.setSizes([720, 318])
        self.outer.addWidget(self.across)
        self.view.setMinimumSize(280, 160)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.cards)
        column.addWidget(self.outer, 1)
        self.cards.hide()
        self.inner.setSizes([600, OPEN_PX])

    def _connect(self) -> None:
        self.view.installEventFilter(self)
        for splitter in (self.inner, self.outer):
            splitter.splitterMoved.connect(lambda _at, _index: self._border_dragged())
        self.view.zoomed.connect(self.scale_bar.set_zoom)
        self.view.selected.connect(self._selected)
        self.view.charger_moved.connect(self._session.move_charger)
        self.view.tool_changed.connect(lambda tool: self.tools.mark(tool.value))
        self.tools.chosen.connect(self.choose_tool)
        self.colour_by.chosen.connect(lambda _size: self.show_colours())
        self._session.studies.changed.connect(self.show_colours)
        self.tools.draw_chosen.connect(self.drawing.draw)
        self.drawer.row_chosen.connect(self.show_subject)
        self.drawer.toggled.connect(lambda _open: self._size_drawer())
        self.inspector.pin_asked.connect(self._session.pin)
        self.inspector.remove_asked.connect(self._session.remove)
        self.inspector.model_chosen.connect(self._session.change_model)
        self.inspector.charger_asked.connect(self._session.add_charger)
        self.view.nudged.connect(self._session.nudge)
        document = self._session.document
        document.changed.connect(lambda _b, _a: self.refresh())
        document.results_changed.connect(self.refresh)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep floating panels in their corners when the view changes size."""
        if watched is self.view and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.place_floating()
            if self._fit_pending and self.view.isVisible():
                QTimer.singleShot(0, self.view, self._fit_if_pending)  # after its own resize
        return False

    def _fit_if_pending(self) -> None:
        if self._fit_pending and self.view.isVisible():
            self.view.fit()

    def place_floating(self) -> None:
        """Put tools, legend, scale bar and north arrow into their corners."""
        w, h = self.view.width(), self.view.height()
        self.drawing.place_bar()
        self.tools.adjustSize()
        self.tools.move(_MARGIN, _MARGIN)
        self.colour_by.adjustSize()
        self.colour_by.move(w - self.colour_by.width() - _MARGIN, _MARGIN)
        self.legend.adjustSize()
        has_legend = not self.legend.isHidden()
        self.legend.move(_MARGIN, h - self.legend.height() - _MARGIN)
        bar = self.scale_bar
        if has_legend:
            bar.move(w - bar.width() - _MARGIN, h - bar.height() - _MARGIN)
            self.north.move(w - 36 - _MARGIN, h - bar.height() - 36 - 2 * _MARGIN)
        else:
            bar.move(_MARGIN, h - bar.height() - _MARGIN)
            self.north.move(w - 36 - _MARGIN, h - 36 - _MARGIN)
        free = w - (bar.width() if has_legend else 36) - 2 * _MARGIN
        self.attribution.adjustSize()
        self.attribution.move(
            max(free - self.attribution.width(), _MARGIN), h - self.attribution.height() - 2
        )

    def _show_attribution(self, site: Site) -> None:
        """Name whose pictures are on screen, as their terms ask."""
        said = [u.attribution for u in site.underlays if u.visible and u.attribution]
        self.attribution.setText(" | ".join(dict.fromkeys(said)))
        self.attribution.setVisible(bool(said))
        self.place_floating()

    def set_step(self, step: int) -> None:
        """Lay the drawer where the step wants it, show cards with Propose."""
        wide = step in (2, 3, 4)
        home = self.outer if wide else self.inner
        if self.drawer.parent() is not home:
            home.addWidget(self.drawer)
        self.drawer.set_open(step not in (3,))
        self._size_drawer()
        self.set_results(step)

    def set_results(self, step: int) -> None:
        """Show cards with Propose and finding marks with Check."""
        self._show_cards(step == 3)
        self._show_marks(step == 4)
        self.colour_by.setVisible(step == 4)
        self._at_check = step == 4
        self.show_colours()

    def show_colours(self) -> None:
        """Colour the bays by their headroom, where that is asked for and known."""
        document, studies = self._session.document, self._session.studies
        size, made = self.colour_by.value, studies.headroom
        if size is None or not self._at_check or document.project is None:
            size = None
        elif made is None or studies.headroom_is_old:
            studies.want_headroom()
        if size is None or made is None:
            self.scene.colour_bays({})
        else:
            self.scene.colour_bays(bay_colours(made, size, theme.tokens))
        self.view.refresh()
        self._show_legend()

    def _show_legend(self) -> None:
        document, made = self._session.document, self._session.studies.headroom
        project, size = document.project, self.colour_by.value
        if project is None:
            return
        if size is not None and self._at_check and made is not None:
            entries = headroom_legend(made, size, theme.tokens)
        else:
            models = {k: (class_kw(m), m.outlets) for k, m in project.catalogue.items()}
            entries = legend_entries(project.site, document.design, models)
        self.legend.set_entries(entries)
        self.place_floating()

    def _size_drawer(self) -> None:
        QTimer.singleShot(0, self, self._size_drawer_now)  # once the layout knows its height

    def _size_drawer_now(self) -> None:
        splitter = self.drawer.parent()
        if isinstance(splitter, QSplitter):
            total = splitter.height()
            part = min(self._open_px, total // 2) if self.drawer.is_open else CLOSED_PX
            splitter.setSizes([max(1, total - part), part])

    def _border_dragged(self) -> None:
        if self.drawer.is_open:
            self._open_px = self.drawer.height()

    def _show_cards(self, at_propose: bool) -> None:
        self.cards.refresh()
        self.cards.setVisible(at_propose and bool(self._session.document.proposals))

    def _show_marks(self, shown: bool) -> None:
        document = self._session.document
        self.view.marks = []
        self.view.callout = None
        if shown and document.project is not None:
            self.view.marks = self._marks(document.project)
        self.view.viewport().update()

    def _marks(self, project: Project) -> list[FindingMark]:
        marks = []
        stacked: dict[tuple[float, float], int] = {}
        for row in finding_rows(project, self._session.document.shown):
            if row.point is not None:
                at = self.scene.frame.point(row.point)
                place = (round(at.x(), 1), round(at.y(), 1))
                marks.append(
                    FindingMark(at, row.finding.severity, row.number, stacked.get(place, 0))
                )
                stacked[place] = stacked.get(place, 0) + 1
        return marks

    def open_project(self) -> None:
        """Begin with the whole site in view."""
        self._fit_pending = True
        self.view.select(None)
        self.view.setFocus()
        self.view.fit()

    def refresh(self, *, repaint: bool = False) -> None:
        """Show the document; only what changed is made anew."""
        document = self._session.document
        project = document.project
        if project is None:
            self.scene.underlays.show_project(None, self.scene.frame)
            self.scene.show_plan(None, None, {})
            self.attribution.hide()
            return
        self.scene.show_plan(project.site, document.design, project.catalogue, repaint=repaint)
        self.scene.underlays.show_project(project, self.scene.frame)
        self._show_attribution(project.site)
        self.scene.set_stale(document.design is not None and document.shown is None)
        self.show_colours()
        if self.view.key is not None and self.view.key not in self.scene.items_by_key:
            self.view.select(None)
        else:
            self._selected(self.view.key)
        if self.cards.isVisible() or document.proposals:
            self.cards.refresh()

    def retheme(self) -> None:
        """Paint everything anew in the theme."""
        self.view.retheme()
        self.refresh(repaint=True)

    def show_subject(self, key: Key) -> None:
        """Select and centre an object; a node is a charger or a board."""
        kinds = ("charger", "pillar", "board") if key[0] == "node" else (key[0],)
        for kind in kinds:
            if (kind, key[1]) in self.scene.items_by_key:
                self._fit_pending = False
                self.view.zoom_to((kind, key[1]))
                return

    def show_finding(self, row: FindingRow) -> None:
        """Go to the place of a finding and say in one line what is the matter."""
        if row.point is None:
            self.view.callout = None
            self.view.viewport().update()
            return
        self._fit_pending = False
        at = self.scene.frame.point(row.point)
        self.view.zoom_to_point(at)
        self.view.select(row.key)
        self.view.callout = (at, row.measure or row.finding.message, row.finding.severity)
        self.view.viewport().update()

    def toggle_drawer(self) -> None:
        """Open or close the drawer."""
        self.drawer.set_open(not self.drawer.is_open)

    def choose_tool(self, name: str) -> None:
        if name == "fit":
            self._fit_pending = True
            self.view.fit()
        elif name == "locate":
            if self.view.key is not None:
                self.view.zoom_to(self.view.key)
        else:
            self.view.set_tool(Tool(name))
        self.tools.mark(self.view.tool.value)

    def _selected(self, key: Key | None) -> None:
        document = self._session.document
        if document.project is None:
            return
        made = sheet(document.project, document.design, document.shown, key)
        room = self._session.studies.headroom
        if made is not None and made.kind == "bay" and room is not None:
            made = with_room(made, room, document.project.price_book.currency)
        self.inspector.show_sheet(made)
        self.view.tag = tag(document.project, document.design, key)
        self.drawer.show_subject(key)
        self.selection_changed.emit(key)
