"""The start page comes up without the engines, geometry or arrays."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "shapely", "pandas", "scipy", "pandapower", "geopandas", "folium", "pyqtgraph")


def test_the_start_page_loads_nothing_heavy() -> None:
    script = (
        "import sys; from ui.app import make_application; app = make_application()\n"
        "from ui.main_window import MainWindow; window = MainWindow(); window.show()\n"
        f"app.processEvents(); print(*[m for m in {HEAVY!r} if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert run.stdout.split() == []
