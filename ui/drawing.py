"""Drawing on the plan: bay areas, rows, buildings, surfaces, the intake, and underlays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF
from shapely import LineString, Point, Polygon

from planner import edits, underlay_edits
from planner.inputs.drawn import MARK, free_area_id, strip_outline
from planner.layout.bay_rows import FillOptions
from planner.model.ids import AreaId
from planner.model.project import Project
from planner.model.site import SURFACES, Area, AreaKind
from planner.model.underlay import Pair
from ui.canvas.gesture import (
    Corners,
    Gesture,
    LineGesture,
    MoveGesture,
    OnePoint,
    PolygonGesture,
    TwoPoints,
)
from ui.canvas.hint_bar import HintBar
from ui.canvas.view import PlanView
from ui.present.text import label_of
from ui.session import Session

SURFACE_KINDS = tuple(SURFACES)
_LETTERS = {AreaKind.BUILDING: "H", AreaKind.KEEP_OUT: "K"}
Points = Sequence[QPointF]


class Drawing(QObject):
    """The drawing tools of one plan; each result is one undoable step."""

    def __init__(self, session: Session, view: PlanView) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self.bar = HintBar(view)
        self._surface = SURFACE_KINDS[0]
        self._underlay = ""
        self._picture: Pair | None = None
        view.gesture_changed.connect(self._hint)
        self.bar.left.connect(view.end_gesture)
        self.bar.distance_given.connect(self._by_distance)
        self.bar.plan_asked.connect(self._pick_on_plan)
        self.bar.surface_chosen.connect(self._choose_surface)
        self.bar.resized.connect(self.place_bar)

    def place_bar(self) -> None:
        """Keep the bar below the tools."""
        self.bar.move(12, 58)

    def _hint(self, text: str) -> None:
        if text and self._surface_asked:
            self.bar.show_surfaces(text, [label_of(kind.value) for kind in SURFACE_KINDS])
        else:
            self.bar.show_hint(text)

    _surface_asked = False

    def _corners(self) -> Corners:
        plan = self._view.plan
        return Corners(plan.site, plan.frame)

    def _begin(self, gesture: Gesture, *, surface: bool = False) -> None:
        self._surface_asked = surface
        self._view.begin(gesture)

    def _outline(self, points: Points) -> Polygon | None:
        """Return what was drawn in site metres; an outline that crosses itself is refused."""
        places = [self._view.plan.frame.back(p) for p in points]
        shape = Polygon([(p.x, p.y) for p in places])
        if shape.is_valid and shape.area >= 1.0:
            return shape
        self._session.problem.emit(
            "The outline crosses itself or is smaller than 1 m². Draw it again."
        )
        return None

    # drawing -----------------------------------------------------------------

    def draw(self, what: str) -> None:
        """Begin a tool by its name."""
        tools: dict[str, Callable[[], None]] = {
            "area": lambda: self._begin(PolygonGesture(self._corners(), self._area)),
            "strip": lambda: self._begin(LineGesture(self._corners(), self._strip)),
            "building": lambda: self._begin(
                PolygonGesture(self._corners(), lambda p: self._plain(p, AreaKind.BUILDING))
            ),
            "keep_out": lambda: self._begin(
                PolygonGesture(self._corners(), lambda p: self._plain(p, AreaKind.KEEP_OUT))
            ),
            "surface": lambda: self._begin(
                PolygonGesture(self._corners(), lambda p: self._plain(p, self._surface)),
                surface=True,
            ),
            "intake": lambda: self._begin(OnePoint(self._corners(), self._intake)),
        }
        tools[what]()

    def _choose_surface(self, index: int) -> None:
        self._surface = SURFACE_KINDS[index]
        self._view.setFocus()

    def _plain(self, points: Points, kind: AreaKind) -> None:
        self._view.end_gesture()
        shape = self._outline(points)
        if shape is None:
            return
        areas = self._session.document.require().site.areas
        key = AreaId(free_area_id(areas, _LETTERS.get(kind, "S")))
        area = Area(key, kind, shape, "", f"{MARK}by hand")
        self._session.edit(
            f"Draw {label_of(kind.value).lower()}", lambda p: edits.add_areas(p, (area,))
        )

    def _area(self, points: Points) -> None:
        self._view.end_gesture()
        shape = self._outline(points)
        if shape is not None:
            self._fill(shape, strip=False)

    def _strip(self, points: Points) -> None:
        self._view.end_gesture()
        places = [self._view.plan.frame.back(p) for p in points]
        line = LineString([(p.x, p.y) for p in places])
        if line.length >= FillOptions().width_m:
            self._fill(strip_outline(line, FillOptions().depth_m), strip=True, line=line)
        else:
            self._session.problem.emit("The line is shorter than one bay. Draw it again.")

    def _fill(self, shape: Polygon, *, strip: bool, line: LineString | None = None) -> None:
        areas = self._session.document.require().site.areas
        area = Area(AreaId(free_area_id(areas, "P")), AreaKind.PARKING, shape, "", f"{MARK}by hand")
        self._open_fill(area, strip=strip, line=line)

    def edit_bays(self, area_id: str) -> None:
        """Divide a drawn area into bays anew."""
        area = self._session.document.require().site.areas[AreaId(area_id)]
        self._open_fill(area, strip=False, line=None)

    def _open_fill(self, area: Area, *, strip: bool, line: LineString | None) -> None:
        from ui.dialogs.bay_fill import BayFillDialog

        BayFillDialog(self._session, area, self._view.window(), strip=strip, line=line).open()

    def _intake(self, points: Points) -> None:
        self._view.end_gesture()
        at = self._view.plan.frame.back(points[0])
        self._session.edit("Place the intake", lambda p: with_intake(p, at))

    # underlays ---------------------------------------------------------------

    def calibrate(self, key: str) -> None:
        """Place an underlay by two of its points."""
        self._underlay, self._picture = key, None
        self._begin(TwoPoints(Corners(None, self._view.plan.frame), self._picked_on_picture))

    def _picked_on_picture(self, points: Points) -> None:
        underlay = underlay_edits.underlay_of(self._session.document.require(), self._underlay)
        places = [self._view.plan.frame.back(p) for p in points]
        first, second = (underlay.to_picture(p.x, p.y) for p in places)
        self._picture = (first, second)
        self.bar.ask_distance()

    def _by_distance(self, metres: float) -> None:
        picture = self._picture
        if picture is not None:
            key = self._underlay
            self._view.end_gesture()
            self._session.edit(
                "Calibrate underlay",
                lambda p: underlay_edits.calibrate_by_distance(p, key, picture, metres),
            )
            self._view.setFocus()

    def _pick_on_plan(self) -> None:
        gesture = TwoPoints(self._corners(), self._picked_on_plan)
        gesture.hint = "Click where the two points are on the plan, in the same order."
        picture = self._picture
        self._begin(gesture)
        self._picture = picture

    def _picked_on_plan(self, points: Points) -> None:
        picture = self._picture
        if picture is None:
            return
        first, second = (self._view.plan.frame.back(p) for p in points)
        places = ((first.x, first.y), (second.x, second.y))
        key = self._underlay
        self._view.end_gesture()
        self._session.edit(
            "Calibrate underlay",
            lambda p: underlay_edits.calibrate_underlay(p, key, picture, places),
        )

    def move_underlay(self, key: str) -> None:
        """Drag an underlay, or move it by the arrow keys."""
        underlays = self._view.plan.underlays  # an edit may make its item anew

        def shown(east_m: float, north_m: float) -> None:
            underlays.shift(key, east_m, north_m)

        def moved(east_m: float, north_m: float) -> None:
            underlays.shift(key, 0.0, 0.0)
            self._session.edit(
                "Move underlay",
                lambda p: underlay_edits.move_underlay(p, key, east_m, north_m),
                f"move {key}",
            )

        self._begin(MoveGesture(moved, shown, self._corners()))


def with_intake(project: Project, at: Point) -> Project:
    """Put the board at the intake to a place; without one, the substation stands there."""
    site = project.site
    origin = next((b for b in site.boards.values() if b.is_origin), None)
    if origin is None:
        return edits.set_site(project, replace(site, substation=at))
    told = f"site-board-{origin.id}"
    kept = tuple(a for a in site.assumptions if a.id != told)
    made = edits.set_site(project, replace(site, assumptions=kept))
    return edits.set_site_board(made, replace(origin, point=at))
