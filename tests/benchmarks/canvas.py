"""Time the plan with many bays: python tests/benchmarks/canvas.py [BAYS] [--json].

Build, pan with all bays in sight, pan zoomed in, and one hit test, each as the
median of repeats in this process; run it offscreen with QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from shapely import LineString, box

from planner.model.ids import BayId
from planner.model.site import Bay, Site
from ui.app import make_application
from ui.canvas.scene import PlanScene
from ui.canvas.view import PlanView

PER_ROW = 100


def car_park(count: int) -> Site:
    """Rows of a hundred bays, eight metres apart."""
    bays = {}
    for index in range(count):
        row, column = divmod(index, PER_ROW)
        x, y = 2.5 * column, 8.0 * row
        key = BayId(f"R{row}-{column}")
        head = LineString([(x, y + 5), (x + 2.5, y + 5)])
        bays[key] = Bay(key, box(x, y, x + 2.5, y + 5), f"R{row}", column + 1, head=head)
    return Site("car park", 27700, bays=bays)


def median_ms(run: Callable[[int], object], repeats: int = 30) -> float:
    """Return the median time of a call in milliseconds."""
    times = []
    for index in range(repeats):
        start = time.perf_counter()
        run(index)
        times.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(times), 2)


def measure(count: int) -> dict[str, float]:
    """Return all figures for a number of bays."""
    app = make_application()
    site, scene = car_park(count), PlanScene()
    view = PlanView(scene)
    view.resize(1600, 900)
    view.show()

    def build(_index: int) -> None:
        scene.show_plan(site, None, {}, repaint=True)
        view.refresh()

    def pan(index: int) -> None:
        bar = view.horizontalScrollBar()
        bar.setValue(bar.value() + (6 if index % 2 else -6))
        view.viewport().repaint()

    result = {"schema": 1, "bays": count, "build_ms": median_ms(build, 3)}
    view.fit()
    app.processEvents()
    result["pan_all_ms"] = median_ms(pan)
    view.zoom_to_point(scene.sceneRect().center(), 34.0)
    app.processEvents()
    result["pan_zoomed_ms"] = median_ms(pan)
    result["bays_in_sight"] = len(view.items(view.viewport().rect()))
    result["hit_ms"] = median_ms(lambda _i: view.item_at(view.viewport().rect().center()))
    return result


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    figures = measure(numbers[0] if numbers else 10_000)
    if "--json" in sys.argv:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:16} {value:,}")
