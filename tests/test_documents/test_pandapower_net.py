"""The exported net opens in pandapower by itself and gives the results of the check."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from grid.model import CircuitDemand
from planner.checks.year import year_flow
from planner.documents import FORMATS
from planner.inputs.problem import InputError
from planner.pipeline import check_year

FRESH = """
import json, sys, pandapower as pp
net = pp.from_json(sys.argv[1])
assert not [k for k in net if k.startswith("res_") and len(net[k])], "results inside"
pp.runpp(net)
by_id = {i: float(v) for i, v in zip(net.bus.ampyard_id, net.res_bus.vm_pu) if i}
print(json.dumps({
    "name": net.name, "volts": by_id, "lines": dict(zip(net.line.name, net.res_line.i_ka)),
    "trafo": net.res_trafo.loading_percent.tolist(), "kw": float(net.res_ext_grid.p_mw.sum()) * 1e3,
    "geo": net.bus.geo.dropna().tolist(),
}))
"""


def in_a_fresh_process(content: bytes, folder) -> dict:
    path = folder / "net.json"
    path.write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-c", FRESH, str(path)], capture_output=True, text=True, cwd=folder,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_fresh_pandapower_gives_the_same_results(tiny_project, tiny_outcome, tmp_path) -> None:
    checked = check_year(tiny_project, tiny_outcome)[0]
    step = checked.year.worst_step
    flow = year_flow(
        tiny_project.site, checked.design, tiny_project.catalogue, tiny_outcome.service
    )
    found = in_a_fresh_process(
        FORMATS["pandapower"].render(tiny_project, tiny_project.scenario, checked), tmp_path
    )
    assert checked.year.when(step) in found["name"]
    volts = np.array([found["volts"][n] for n in flow.nodes])
    assert np.abs(volts - flow.voltage_pu[step]).max() < 1e-9
    amps = np.array([1000 * found["lines"][c] for c in flow.circuits])
    assert amps == pytest.approx(flow.circuit_a[step], rel=1e-7)
    assert found["trafo"] == pytest.approx([flow.transformer_pct[step]], rel=1e-7)
    assert found["kw"] == pytest.approx(flow.intake_kw[step], rel=1e-7)
    assert len(found["geo"]) == 5


def test_a_single_phase_circuit_is_exported_as_its_equivalent(
    tiny_project, tiny_outcome, tmp_path
) -> None:
    design = tiny_outcome.design
    key = next(c for c in design.circuits if c == "L1")
    sized = design.circuits[key].sized
    demand: CircuitDemand = replace(sized.demand, phases=1)
    single = replace(design.circuits[key], sized=replace(sized, demand=demand))
    design = replace(design, circuits={**design.circuits, key: single})
    checked = check_year(tiny_project, replace(tiny_outcome, design=design))[0]
    found = in_a_fresh_process(
        FORMATS["pandapower"].render(tiny_project, tiny_project.scenario, checked), tmp_path
    )
    assert found["volts"]["C1"] == pytest.approx(checked.year.nodes["C1"].worst_pu, abs=1e-9)
    assert "single-phase" in found["name"]


def test_without_supply_it_says_what_is_missing(tiny_project, tiny_outcome) -> None:
    project = replace(tiny_project, site=replace(tiny_project.site, supply=None))
    with pytest.raises(InputError, match="supply data"):
        FORMATS["pandapower"].render(project, project.scenario, tiny_outcome)
