"""Opening a file never runs code, and product code keeps to its layers when started."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("planner", "ui", "grid", "data")
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {
    "read_pickle", "to_pickle", "from_json", "from_json_string", "from_excel", "from_pickle",
    "from_sqlite",
}  # fmt: skip
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
HEAVY = ("pandapower", "geopandas", "pandas", "scipy", "folium", "openpyxl", "typst", "PySide6")


def breaches(source: str) -> list[str]:
    """Names of all constructs that could run what a file holds."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                found.append(name)
            case ast.Attribute(value=ast.Name(id="yaml"), attr=name) if name.endswith("load"):
                found.append(f"yaml.{name}")
            case ast.Attribute(attr=name) if name in FORBIDDEN_ATTRIBUTES:
                found.append(name)
            case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
                found.append("allow_pickle")
            case ast.Import(names=names):
                found += [n.name for n in names if n.name.split(".")[0] in FORBIDDEN_MODULES]
            case ast.ImportFrom(module=str(module), names=names):
                found += [module] if module.split(".")[0] in FORBIDDEN_MODULES else []
                found += [n.name for n in names if n.name in FORBIDDEN_ATTRIBUTES]
    return found


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')", "exec('1')", "import pickle", "from pickle import load", "yaml.load(f)",
        "yaml.unsafe_load(f)", "np.load(f, allow_pickle=True)", "pd.read_pickle(f)",
        "pp.from_json(f)", "from pandapower import from_excel",
    ],
)  # fmt: skip
def test_the_scan_finds(source: str) -> None:
    assert breaches(source)


def test_the_scan_lets_innocent_code_pass() -> None:
    innocent = "import re, yaml\nre.compile('x')\nyaml.safe_loads\nnp.load(f, allow_pickle=False)"
    assert breaches(innocent) == []


def test_product_code_never_runs_what_a_file_holds() -> None:
    files = [p for package in PACKAGES for p in (ROOT / package).rglob("*.py")]
    assert len(files) > 20
    found = {str(p.relative_to(ROOT)): breaches(p.read_text(encoding="utf-8")) for p in files}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("module", ["planner.cli", "ui.launch"])
def test_start_up_loads_nothing_heavy(module: str) -> None:
    if not (ROOT / Path(*module.split("."))).with_suffix(".py").exists():
        pytest.skip(f"{module} is not there yet")
    script = f"import {module}, sys; print(*sorted(m for m in {HEAVY!r} if m in sys.modules))"
    assert python(script).split() == []


def test_planner_works_without_qt() -> None:
    script = (
        "import sys; sys.modules['PySide6'] = None; sys.modules['pyqtgraph'] = None\n"
        "import importlib, pkgutil, planner, grid, data\n"
        "names = [m.name for p in (planner, grid, data)"
        " for m in pkgutil.walk_packages(p.__path__, p.__name__ + '.')]\n"
        "[importlib.import_module(n) for n in names]\n"
        "print(len(names))"
    )
    assert int(python(script)) > 20


def python(script: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
