"""Published low-voltage networks: our model and engine agree with pandapower, checks run."""

import importlib.util
from pathlib import Path

import pytest

NAMES = (
    "kerber_landnetz_freileitung_1", "kerber_landnetz_kabel_1", "kerber_dorfnetz",
    "dickert_lv_middle_cable", "cigre_lv",
)  # fmt: skip


@pytest.fixture(scope="module")
def public():
    path = Path(__file__).parents[1] / "benchmarks" / "public_networks.py"
    spec = importlib.util.spec_from_file_location("public_networks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_our_model_equals_the_published_net(name: str, public) -> None:
    net = public.published()[name]()
    found = public.compare(net, *public.random_loads(net, 12), 3)
    assert found["difference_pu"] < public.LIMIT_PU
    assert found["difference_loading_pct"] < public.LIMIT_PCT
    own = found["on_their_matrices_pu"]
    assert own < 1e-7 if isinstance(own, float) else "switches" in own
    codes = {c["code"] for c in found["checks"]}
    assert {"GRID-YEAR-AGREED", "GRID-YEAR-TX", "GRID-YEAR-VOLTAGE"} <= codes


def test_an_overloaded_published_net_fails_its_checks(public) -> None:
    net = public.published()["kerber_landnetz_freileitung_1"]()
    net.load["p_mw"] *= 8
    net.load["q_mvar"] *= 8
    found = public.compare(net, *public.random_loads(net, 12), 3)
    assert found["difference_pu"] < public.LIMIT_PU
    wrong = {c["code"] for c in found["checks"] if c["severity"] == "error"}
    assert {"GRID-YEAR-VOLTAGE", "GRID-YEAR-EN50160"} <= wrong
