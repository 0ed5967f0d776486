"""Published networks as data: IEC TR 60909-4, earth faults, relays, fuses, unbalanced loads."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandapower as pp
import pandapower.shortcircuit as sc
import pytest

DATA = json.loads(
    (Path(__file__).parents[1] / "cases" / "published_networks.json").read_text(encoding="utf-8")
)
CASES = DATA["cases"]


def library_net(name: str) -> Any:
    """Build a net element by element; the engine's trap of missing defaults is in the data."""
    given = DATA["networks"][name]
    net = pp.create_empty_network(sn_mva=given["sn_mva"])
    for element in given["elements"]:
        values = {k: tuple(v) if k == "geodata" else v for k, v in element.items()}
        create = getattr(pp, f"create_{values.pop('make')}")
        extra = {k: values.pop(k) for k in ("x0x_min", "r0x0_min") if k in values}
        create(net, **values)
        for key, value in extra.items():
            net.ext_grid[key] = value
    return net


def published_short_circuit(i: dict[str, Any]) -> dict[str, Any]:
    net = library_net(i["network"])
    if i["network"] == "iec_tr_60909_4_small":
        net.gen = net.gen.iloc[0:0]
    extra = {"ip": True, "tk_s": 0.1, "kappa_method": "C"} if i["fault"] != "1ph" else {}
    sc.calc_sc(net, fault=i["fault"], case=i["case"], **extra)
    found = net.res_bus_sc.iloc[: i["rows"]]
    return {key: found[key].tolist() for key in found if key in ("ikss_ka", "ip_ka")}


def published_relays(i: dict[str, Any]) -> dict[str, Any]:
    from pandapower.protection.protection_devices.ocrelay import OCRelay
    from pandapower.protection.run_protection import calculate_protection_times
    from pandapower.protection.utility_functions import create_sc_bus

    net = library_net(i["network"])
    net.line["endtemp_degree"] = 250
    net.switch["type"] = f"CB_{i['relay']}"
    for switch in range(6):
        OCRelay(net, switch_index=switch, oc_relay_type=i["relay"], time_settings=i["settings"])
    faulted = create_sc_bus(net, sc_line_id=i["line"], sc_fraction=i["share"])
    sc.calc_sc(faulted, bus=max(faulted.bus.index), branch_results=True)
    times = calculate_protection_times(faulted, scenario="sc").trip_melt_time_s
    return {"t_s": [float(times.at[row]) for row in (0, 2, 4)]}


def library_fuse(i: dict[str, Any]) -> dict[str, Any]:
    from pandapower.protection.protection_devices.fuse import Fuse

    net = library_net("relays")
    fuse = Fuse(net, switch_index=0, fuse_type=i["fuse"], rated_i_a=250)
    times = []
    for amps in i["current_a"]:
        net.res_switch_sc = net.switch.assign(ikss_ka=amps / 1000)
        times.append(float(fuse.protection_function(net, "sc")["trip_melt_time_s"]))
    return {"t_s": times}


def published_unbalanced_flow(i: dict[str, Any]) -> dict[str, Any]:
    net = library_net(i["network"])
    pp.runpp_3ph(net, numba=False)
    return {"vm_pu": net.res_bus_3ph[["vm_a_pu", "vm_b_pu", "vm_c_pu"]].to_numpy().tolist()}


KINDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    f.__name__: f
    for f in (published_short_circuit, published_relays, library_fuse, published_unbalanced_flow)
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published_case(case: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        # The library's note about its branch results, and its own future warnings.
        warnings.simplefilter("ignore")
        got = KINDS[case["kind"]](case["inputs"])
    within = {"abs": case.get("tolerance_abs", 0), "rel": case.get("tolerance_rel", 0)}
    for key, wanted in case["expected"].items():
        for value, one in zip(got[key], wanted, strict=True):
            assert value == pytest.approx(one, **within), key
