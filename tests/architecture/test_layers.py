"""The layer rule ui > planner > grid > data, and where Qt and pandapower may be."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_layers_hold() -> None:
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


def test_packaging_folder_is_no_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_two_files_need_each_other() -> None:
    """Imports inside functions and for types alone count too."""
    import grimp

    graph = grimp.build_graph("planner", "ui", "grid", "data", cache_dir=None)
    above = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
    while free := {m for m, needs in above.items() if not needs}:
        above = {m: needs - free for m, needs in above.items() if m not in free}
    circles = {m: sorted(n) for m, n in above.items()}
    assert not circles
