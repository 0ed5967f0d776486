"""Dragging a charger: it follows the pointer and snaps to the head of a bay."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsItem

from ui.canvas.scene import Key, PlanScene

_SNAP_M = 1.6


@dataclass(slots=True)
class ChargerDrag:
    """A drag under way."""

    charger: str
    item: QGraphicsItem
    origin: QPointF
    heads: tuple[tuple[QPointF, str], ...]
    snapped: str = ""

    @classmethod
    def start(cls, plan: PlanScene, key: Key) -> ChargerDrag | None:
        """Begin at a charger; anything else is not dragged."""
        item = plan.items_by_key.get(key)
        if item is None or key[0] != "charger" or plan.site is None:
            return None
        heads = tuple(
            (plan.frame.point(bay.head.interpolate(0.5, normalized=True)), f"bay {bay.id}")
            for bay in plan.site.bays.values()
            if bay.head is not None
        )
        return cls(key[1], item, QPointF(item.pos()), heads)

    @property
    def at(self) -> QPointF:
        """Where the charger is now."""
        return self.item.pos()

    @property
    def changed(self) -> bool:
        """Whether it has left its place."""
        return self.item.pos() != self.origin

    def move(self, to: QPointF) -> None:
        """Follow the pointer, or snap to a head within reach."""
        self.snapped = ""
        best = _SNAP_M**2
        target = to
        for head, word in self.heads:
            dx, dy = head.x() - to.x(), head.y() - to.y()
            if dx * dx + dy * dy < best:
                best, target, self.snapped = dx * dx + dy * dy, head, word
        self.item.setPos(target)

    def cancel(self) -> None:
        """Put the charger back."""
        self.item.setPos(self.origin)
