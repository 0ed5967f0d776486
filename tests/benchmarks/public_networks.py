"""Published low-voltage networks through our model, year engine and checks, beside pandapower.

    python tests/benchmarks/public_networks.py [--json] [--steps 96] [--simbench CODE ...]

Each network is turned into our nouns, one part per transformer, and solved by
the year engine; sampled moments of the net as published, capacitance apart, are
solved by pandapower. The engine also runs on the published net's own matrices.
SimBench is no dependency: where it is not installed that is said, and with
`--simbench` alone it is an error. Its yearly profiles are used as they are.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np  # noqa: E402 - after the thread limit
import pandapower as pp  # noqa: E402

from grid.model import (  # noqa: E402
    Board,
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Device,
    Installation,
    Insulation,
    Network,
    SizedCircuit,
    Source,
    Supply,
    Transformer,
)  # fmt: skip
from grid.network import year as engine  # noqa: E402
from grid.network.build import Built  # noqa: E402
from grid.network.radial import nodes  # noqa: E402
from grid.network.year import YearLoads, solve_year  # noqa: E402
from grid.wiring.cables import ALPHA, OPERATING_C  # noqa: E402
from planner.checks.year import assess  # noqa: E402
from planner.checks.year_load import YearLoad  # noqa: E402
from planner.model.site import Site  # noqa: E402

LIMIT_PU, LIMIT_PCT = 1e-6, 1e-3
SIMBENCH = (
    "1-LV-rural1--0-no_sw", "1-LV-rural2--1-no_sw", "1-LV-semiurb4--1-no_sw",
    "1-LV-urban6--2-no_sw",
)  # fmt: skip


def published() -> Mapping[str, Callable[[], Any]]:
    """Return the low-voltage networks that pandapower holds, by name."""
    from pandapower import networks as nw

    return {
        "kerber_landnetz_freileitung_1": nw.create_kerber_landnetz_freileitung_1,
        "kerber_landnetz_freileitung_2": nw.create_kerber_landnetz_freileitung_2,
        "kerber_landnetz_kabel_1": nw.create_kerber_landnetz_kabel_1,
        "kerber_landnetz_kabel_2": nw.create_kerber_landnetz_kabel_2,
        "kerber_dorfnetz": nw.create_kerber_dorfnetz,
        "kerber_vorstadtnetz_kabel_1": nw.create_kerber_vorstadtnetz_kabel_1,
        "kerber_vorstadtnetz_kabel_2": nw.create_kerber_vorstadtnetz_kabel_2,
        "dickert_lv_middle_cable": lambda: nw.create_dickert_lv_network(
            feeders_range="middle", linetype="cable", customer="multiple", case="average"
        ),
        "cigre_lv": nw.create_cigre_network_lv,
    }


class Part(NamedTuple):
    """What one transformer feeds, in our nouns, with the rows it came from."""

    network: Network
    buses: Mapping[str, int]
    lines: Mapping[str, int]
    transformer: int


def parts_of(net: Any) -> list[Part]:
    """Turn a net into one radial network per transformer; a ring is an error."""
    joined = _joined_buses(net)
    ways: dict[int, list[tuple[int, int]]] = {}
    for row in net.line.index[net.line.in_service]:
        if _opened(net, row):
            continue
        ends = joined[net.line.from_bus[row]], joined[net.line.to_bus[row]]
        ways.setdefault(ends[0], []).append((row, ends[1]))
        ways.setdefault(ends[1], []).append((row, ends[0]))
    return [_part(net, t, joined, ways) for t in net.trafo.index]


def _joined_buses(net: Any) -> dict[int, int]:
    """Return for each bus the one that stands for it behind closed switches."""
    stands = {int(b): int(b) for b in net.bus.index}
    for row in net.switch.index:
        if net.switch.et[row] == "b" and net.switch.closed[row]:
            one, other = (stands[int(net.switch[k][row])] for k in ("bus", "element"))
            stands = {b: (one if s == other else s) for b, s in stands.items()}
    return stands


def _opened(net: Any, row: int) -> bool:
    there = (net.switch.et == "l") & (net.switch.element == row)
    return bool((~net.switch.closed[there].astype(bool)).any())


def _part(net: Any, row: int, joined: dict[int, int], ways: dict[int, Any]) -> Part:
    origin = joined[int(net.trafo.lv_bus[row])]
    buses, lines, circuits = {f"n{origin}": origin}, {}, {}
    queue = [origin]
    while queue:
        here = queue.pop()
        for line, there in ways.get(here, ()):
            key = f"l{line}"
            if key in lines:
                continue
            if f"n{there}" in buses:
                raise ValueError(f"line {line} closes a ring")
            lines[key], buses[f"n{there}"] = line, there
            circuits[key] = _circuit(net, line, key, (f"n{here}", f"n{there}"))
            queue.append(there)
    supply = _supply(net, row)
    rating = supply.agreed_kva * 1000 / np.sqrt(3) / supply.nominal_v
    boards = {f"n{origin}": Board(f"n{origin}", "Station", rating, len(circuits), 0)}
    return Part(Network(supply, f"n{origin}", boards, circuits), buses, lines, row)


def _supply(net: Any, row: int) -> Supply:
    t = net.trafo.loc[row]
    hv_kv = float(net.bus.vn_kv[t.hv_bus])
    # What the source holds and the tap shifts is a ratio like any other.
    ratio = float(net.ext_grid.vm_pu.iloc[0])
    tap = 1.0
    if np.isfinite(t.tap_pos) and t.tap_side == "hv" and t.tap_changer_type == "Ratio":
        tap += (t.tap_pos - t.tap_neutral) * t.tap_step_percent / 100
    unit = Transformer(
        f"T{row}", t.sn_mva * 1000, t.vn_hv_kv * tap / ratio, t.vn_lv_kv * 1000, t.vk_percent,
        t.vkr_percent / 100 * t.sn_mva * 1000, t.pfe_kw, t.i0_percent, round(t.shift_degree / 30),
    )  # fmt: skip
    nominal = float(net.bus.vn_kv[t.lv_bus]) * 1000
    return Supply(Source(hv_kv, 500.0, 300.0), unit, t.sn_mva * 1000, nominal_v=nominal)


def _circuit(net: Any, row: int, key: str, ends: tuple[str, str]) -> SizedCircuit:
    line = net.line.loc[row]
    warm = 1 + ALPHA[Conductor.AL] * (OPERATING_C[Insulation.PVC] - 20)
    cable = Cable(
        str(line.std_type), 0.0, 4, Conductor.AL, Insulation.PVC, line.r_ohm_per_km / warm,
        line.x_ohm_per_km, 0.0, 0.0,
    )  # fmt: skip
    amps = line.max_i_ka * line.df * line.parallel * 1000
    demand = CircuitDemand(
        key, CircuitKind.FINAL, *ends, line.length_km * 1000, amps, 3, 0.0, 1.0, Installation()
    )
    device = Device("published", "fuse", "gG", amps, 50.0)
    return SizedCircuit(demand, cable, int(line.parallel), device, "", amps, 0.0, "published")


def random_loads(net: Any, steps: int) -> tuple[Any, Any]:
    """Scale every load on its own, between nothing and its nominal power; MW and Mvar."""
    rng = np.random.default_rng(4)
    factor = rng.random((steps, len(net.load)))
    return factor * net.load.p_mw.to_numpy(), factor * net.load.q_mvar.to_numpy()


def by_node(part: Part, joined: Mapping[int, int], buses: Any, p_mw: Any, q_mvar: Any) -> YearLoads:
    """Sum the loads (generation negative) of each of our nodes in kW and kvar."""
    where = {bus: i for i, bus in enumerate(part.buses.values())}
    p = np.zeros((len(p_mw), len(where)))
    q = np.zeros_like(p)
    for column, bus in enumerate(buses):
        at = where.get(joined[int(bus)])
        if at is not None:
            p[:, at] += 1000 * p_mw[:, column]
            q[:, at] += 1000 * q_mvar[:, column]
    return YearLoads(tuple(part.buses), p, q)


def compare(net: Any, p_mw: Any, q_mvar: Any, samples: int) -> dict[str, Any]:
    """Solve all moments by our engine, some by pandapower, and check the year."""
    net.line["c_nf_per_km"] = 0.0
    net.line["temperature_degree_celsius"] = 20.0  # the engine asks for it; 20 changes nothing
    net.line["alpha"] = 0.004
    joined = _joined_buses(net)
    parts = parts_of(net)
    begun = time.process_time()
    loads = [by_node(part, joined, net.load.bus, p_mw, q_mvar) for part in parts]
    flows = [solve_year(x.network, y) for x, y in zip(parts, loads, strict=True)]
    spent = time.process_time() - begun
    chosen = np.unique(np.linspace(0, len(p_mw) - 1, samples).astype(int))
    gap_pu, gap_pct = 0.0, 0.0
    for at in chosen.tolist():
        _run(net, p_mw[at], q_mvar[at])
        for part, flow in zip(parts, flows, strict=True):
            theirs = net.res_bus.vm_pu.loc[[part.buses[n] for n in flow.nodes]].to_numpy()
            gap_pu = max(gap_pu, float(np.abs(theirs - flow.voltage_pu[at]).max()))
            if flow.circuits:
                amps = net.res_line.i_ka.loc[[part.lines[c] for c in flow.circuits]] * 1000
                limit = np.array([part.network.circuits[c].iz_a for c in flow.circuits])
                gap = np.abs(amps.to_numpy() - flow.circuit_a[at]) / limit
                gap_pct = max(gap_pct, 100 * float(gap.max()))
    return {
        "buses": len(net.bus), "parts": len(parts), "steps": len(p_mw), "cpu_s": round(spent, 3),
        "sampled": len(chosen), "difference_pu": gap_pu, "difference_loading_pct": gap_pct,
        "on_their_matrices_pu": on_their_matrices(net, p_mw[chosen], q_mvar[chosen]),
        "checks": _checks(parts, loads),
    }  # fmt: skip


def _run(net: Any, p_mw: Any, q_mvar: Any) -> None:
    net.load["p_mw"], net.load["q_mvar"] = p_mw, q_mvar
    pp.runpp(net, numba=False, calculate_voltage_angles=True, lightsim2grid=False)


def on_their_matrices(net: Any, p_mw: Any, q_mvar: Any) -> float | str:
    """Largest difference in voltage of the engine on the net's own matrices, or why it refuses."""
    built = Built(net, {str(b): int(b) for b in net.bus.index}, {}, {})
    _run(net, p_mw[0], q_mvar[0])
    try:
        m = engine.matrices_of(built)
    except engine.YearError as refusal:
        return str(refusal)
    rows = net._pd2ppc_lookups["bus"]
    s = np.zeros((len(p_mw), len(m.base_kv)), dtype=complex)
    for column, bus in enumerate(net.load.bus):
        s[:, rows[bus]] += (p_mw + 1j * q_mvar)[:, column] / m.base_mva
    v, settled = engine.fixed_point(s, m)
    assert settled.all()
    worst = 0.0
    for at in range(min(10, len(p_mw))):
        _run(net, p_mw[at], q_mvar[at])
        here = net.res_bus.vm_pu.dropna()
        ours = np.abs(v[rows[here.index.to_numpy()], at])
        worst = max(worst, float(np.abs(here.to_numpy() - ours).max()))
    return worst


def _checks(parts: list[Part], loads: list[YearLoads]) -> list[dict[str, Any]]:
    """Run our findings over each part."""
    found = []
    for part, series in zip(parts, loads, strict=True):
        steps = len(series)
        total = series.total_kw
        when = YearLoad(
            None, 15, 15 * np.arange(steps, dtype=np.int64), total, np.zeros(steps)
        )  # fmt: skip
        site = Site("Published network", 25832, region="de", supply=part.network.supply)
        names = {n: n for n in nodes(part.network)}
        report = assess(site, part.network, names, when, series)
        for f in report.findings:
            found.append({
                "code": f.code, "severity": str(f.severity), "place": f.place, "value": f.value,
                "limit": f.limit, "unit": f.unit,
            })  # fmt: skip
    return found


def simbench_case(code: str, steps: int | None) -> tuple[Any, Any, Any]:
    """Return a SimBench net and its profiles in MW and Mvar."""
    import simbench

    net = simbench.get_simbench_net(code)
    values = simbench.get_absolute_values(net, profiles_instead_of_study_cases=True)
    p, q = values["load", "p_mw"].to_numpy()[:steps], values["load", "q_mvar"].to_numpy()[:steps]
    net.load["scaling"] = 1.0
    # Generation and storage draw constant power too: as loads they are one kind of element.
    for kind, sign in (("sgen", -1.0), ("storage", 1.0)):
        table = net[kind]
        if len(table):
            pp.create_loads(net, table.bus.tolist(), p_mw=0.0)
            made = sign * values[kind, "p_mw"].to_numpy()[:steps]
            p, q = np.column_stack([p, made]), np.column_stack([q, 0 * made])
            net[kind] = table[:0]
    return net, p, q


def main() -> int:
    """Compare every network and fail where one differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--steps", type=int, default=96, help="moments of the random loads")
    options.add_argument("--samples", type=int, default=24, help="moments solved by pandapower")
    options.add_argument("--simbench", nargs="*", help="codes; all known ones if none is given")
    options.add_argument("--simbench-steps", type=int, help="fewer than the whole year")
    chosen = options.parse_args()
    results: dict[str, Any] = {}
    if chosen.simbench is None:
        for name, make in published().items():
            net = make()
            results[name] = compare(net, *random_loads(net, chosen.steps), chosen.samples)
    try:
        import simbench  # noqa: F401

        for code in chosen.simbench or SIMBENCH:
            results[code] = compare(*simbench_case(code, chosen.simbench_steps), chosen.samples)
        said = "compared"
    except ImportError:
        said = "simbench is not installed here; its networks were not compared"
    document = {"schema": 1, "benchmark": "public_networks", "simbench": said, "results": results}
    if chosen.json:
        print(json.dumps(document, indent=1))
    else:
        print(said)
        for name, r in results.items():
            bad = [c["code"] for c in r["checks"] if c["severity"] != "ok"]
            print(
                f"{name:32} {r['buses']:4} buses {r['steps']:6} steps {r['cpu_s']:7.2f} s  "
                f"dV {r['difference_pu']:.1e} pu  dI {r['difference_loading_pct']:.1e} %  matrices "
                f"{r['on_their_matrices_pu']}  {len(r['checks'])} checks, not passed: "
                f"{', '.join(sorted(set(bad))) or 'none'}"
            )
    wrong = [
        n for n, r in results.items()
        if r["difference_pu"] > LIMIT_PU or r["difference_loading_pct"] > LIMIT_PCT
    ]  # fmt: skip
    return 1 if wrong or (chosen.simbench is not None and not results) else 0


if __name__ == "__main__":
    sys.exit(main())
