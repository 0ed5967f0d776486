"""Single sums: their answers, their trace, and what they refuse."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.calc import calc, describe, topics
from planner.cli import main
from planner.inputs.problem import InputError

EXAMPLES = {
    "ampacity": {"size_mm2": 95},
    "charger-current": {"power_kw": 150, "efficiency": 0.95, "power_factor": 0.98},
    "cable": {"ib_a": 32, "length_m": 40},
    "voltage-drop": {"current_a": 32, "length_m": 40, "size_mm2": 10},
    "adiabatic": {"current_a": 5000, "time_s": 0.2},
    "zs": {"curve": "C", "in_a": 32},
    "fault-chain": {"transformer": {"kva": 630, "uk_pct": 4}},
    "earth-fault": {"source": {"s_sc_mva": 10, "vn_kv": 0.4}},
    "phase-balance": {"outlets": [{"kva": 7.4}, {"kva": 7.4}, {"kva": 3.7}]},
    "unbalance": {"phase_a": [32, 16, 0]},
    "nec-branch": {"load_a": 48},
    "line-currents": {"ab": 2, "a": 1},
    "dc-charge": {"battery_kwh": 60, "from_pct": 20, "car_kw": 120, "outlet_kw": 50},
    "demand": {"points": 10, "kw_each": 22, "managed": 100},
}


@pytest.mark.parametrize("topic", topics())
def test_every_topic_answers_in_plain_json_with_a_trace(topic):
    result = calc(topic, EXAMPLES[topic])
    assert (result["schema"], result["topic"]) == (1, topic)
    assert all(t["rule"] for t in result["trace"])
    assert result["trace"]
    json.dumps(result, allow_nan=False)


def test_every_topic_is_described():
    assert all(f"{name}: " in describe() for name in topics())


@pytest.mark.parametrize("topic", topics())
def test_the_example_of_the_help_answers(topic):
    result = calc(topic, json.loads(topics()[topic].example))
    assert not any(f["severity"] == "error" for f in result.get("findings", ()))


def test_what_is_not_given_is_told_as_assumed():
    assumed = calc("ampacity", {"size_mm2": 95, "method": "C"})["assumed"]
    assert assumed["loaded"] == 3
    assert "method" not in assumed


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["nec", "D2", "C", "Al", "gG", "simple", 10**400, 1e308, 5e-324, 0, -1]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["kva", "uk_pct", "vn_kv", "s_sc_mva", "rx"]), inner),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=120)
@given(data=st.data())
def test_no_input_breaks_a_sum(data):
    topic = data.draw(st.sampled_from(sorted(topics())))
    keys = st.sampled_from(topics()[topic].keys)
    start = EXAMPLES[topic] if data.draw(st.booleans()) else {}
    inputs = {**start, **data.draw(st.dictionaries(keys, VALUES, max_size=4))}
    with suppress(InputError):
        json.dumps(calc(topic, inputs), allow_nan=False)


@pytest.mark.parametrize("topic", topics())
def test_unknown_key_names_the_known_ones(topic):
    with pytest.raises(InputError, match="colour"):
        calc(topic, {"colour": 1})


@pytest.mark.parametrize(
    ("topic", "inputs"),
    [
        ("voltage", {}),
        ("ampacity", {}),
        ("ampacity", {"size_mm2": 97}),
        ("ampacity", {"size_mm2": 95, "method": "F"}),
        ("ampacity", {"size_mm2": "big"}),
        ("ampacity", {"size_mm2": 95, "soil_k_m_w": 9}),
        ("ampacity", {"size_mm2": 95, "grouped": 0}),
        ("ampacity", {"size_mm2": 95, "grouped": 1.5}),
        ("ampacity", {"size_mm2": 95, "code": "abc"}),
        ("charger-current", {}),
        ("charger-current", {"power_kw": 22, "voltage_v": 0}),
        ("charger-current", {"power_kw": 22, "power_factor": 2}),
        ("cable", {"length_m": 32}),
        ("cable", {"ib_a": 32, "insulation": "PVC"}),
        ("cable", {"ib_a": 32, "length_m": -5}),
        ("cable", {"ib_a": True, "length_m": 5}),
        ("voltage-drop", {"current_a": 1, "length_m": 1, "size_mm2": 7}),
        ("adiabatic", {"conductor": "gold"}),
        ("adiabatic", {"initial_c": 90, "final_c": 80}),
        ("zs", {"curve": "X", "in_a": 32}),
        ("zs", {"device": "MCCB", "in_a": 33}),
        ("fault-chain", {}),
        ("fault-chain", {"transformer": {"kva": 630}}),
        ("fault-chain", {"transformer": {"kva": 100, "uk_pct": 4, "load_loss_kw": 50}}),
        ("fault-chain", {"transformer": {"kva": 630, "uk_pct": 4}, "cables": [1]}),
        ("phase-balance", {"outlets": [{"id": "a", "kva": 1}, {"id": "a", "kva": 1}]}),
        ("unbalance", {"phase_a": [1, 2]}),
        ("unbalance", {"phase_a": [1, 2, float("nan")]}),
        ("nec-branch", {"load_a": 99999}),
        ("demand", {"points": 0, "kw_each": 22}),
    ],
)
def test_bad_input_is_one_clear_error(topic, inputs):
    with pytest.raises(InputError) as caught:
        calc(topic, inputs)
    assert caught.value.remedy


def test_a_cable_that_cannot_be_is_a_finding_not_an_error():
    result = calc("cable", {"ib_a": 32, "length_m": 50000})
    assert result["fits"] is False
    assert result["findings"][0]["code"] == "WIRE-NOFIT"


def test_fault_falls_along_the_chain_and_the_minimum_is_lower():
    inputs = {
        "source": {"s_sc_mva": 250, "vn_kv": 11},
        "transformer": {"kva": 630, "uk_pct": 4, "load_loss_kw": 4.6, "u20_v": 420, "hv_kv": 11},
        "cables": [
            {"r_mohm_per_m": 0.1, "x_mohm_per_m": 0.08, "length_m": 50},
            {"r_mohm_per_m": 1.83, "x_mohm_per_m": 0.08, "length_m": 30},
        ],
    }
    most = calc("fault-chain", inputs)["isc_ka"]
    least = calc("fault-chain", {**inputs, "case": "min"})["isc_ka"]
    assert most == sorted(most, reverse=True)
    assert all(a > b for a, b in zip(most, least, strict=True))


def test_command_prints_one_document(capsys):
    assert main(["calc", "zs", "--json", '{"curve": "B", "in_a": 32}']) == 0
    assert json.loads(capsys.readouterr().out)["zs_max_ohm"] == pytest.approx(1.366, abs=1e-3)


def test_command_tells_of_a_design_that_cannot_be(capsys):
    assert main(["calc", "cable", "--json", '{"ib_a": 32, "length_m": 9000}']) == 1
    assert json.loads(capsys.readouterr().out)["fits"] is False


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["zs", "--json", "{"], ["zs", "--json", "[1]"], ["zs", "--json", "{}"], []],
)
def test_command_refuses_in_one_line(arguments, capsys):
    assert main(["calc", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_command_help_lists_topics_and_keys(capsys):
    assert main(["calc", "--help"]) == 0
    out = capsys.readouterr().out
    assert "fault-chain: " in out
    assert "soil_k_m_w" in out


def test_a_circuit_known_by_its_device_alone_is_sized_for_it():
    result = calc("cable", {"in_a": 250, "method": "D2", "grouped": 2, "spacing": "0.25m"})
    assert (result["size_mm2"], result["parallel"]) == (150, 1)
    assert [f["code"] for f in result["findings"]] == ["CALC-LENGTH"]


@pytest.mark.parametrize("metal", ["Cu", "Al"])
def test_the_metal_asked_for_is_taken(metal):
    result = calc("cable", {"ib_a": 200, "length_m": 50, "kind": "feeder", "conductor": metal})
    assert result["cable"].startswith(metal.lower())


def test_plain_numbers_and_no_management_are_understood():
    assert calc("phase-balance", {"outlets": [7.4, 7.4, 7.4]})["unbalance_kva"] == 0
    assert calc("demand", {"points": 2, "kw_each": 22, "managed": False})["demand_kva"] == 44
    assert calc("zs", {"device": "gG", "in_a": 63})["zs_max_ohm"] > 0


@pytest.mark.parametrize(("in_a", "ohm"), [(6, 8.21), (16, 2.56), (25, 1.35), (32, 1.04)])
def test_bs_88_fuses_by_the_published_loop_impedance(in_a, ohm):
    # NICEIC Connections, winter 2011-12: at 230 V and without Cmin.
    found = calc("zs", {"device": "BS88", "in_a": in_a, "c_min": 1.0})
    assert found["zs_max_ohm"] == pytest.approx(ohm, abs=0.006)


@pytest.mark.parametrize(
    ("load_a", "breaker_a", "cable", "egc"),
    [(12, 15, "14 AWG", "14 AWG"), (16, 20, "12 AWG", "12 AWG"), (24, 30, "10 AWG", "10 AWG"),
     (20, 25, "10 AWG", "10 AWG"), (48, 60, "6 AWG", "10 AWG"), (80, 100, "3 AWG", "8 AWG"),
     (150, 200, "3/0 AWG", "6 AWG")],
)  # fmt: skip
def test_nec_branches_with_small_conductors(load_a, breaker_a, cable, egc):
    # 240.4(D): 14, 12 and 10 AWG copper stand behind 15, 20 and 30 A at most.
    found = calc("nec-branch", {"load_a": load_a})
    assert (found["breaker_a"], found["cable"], found["egc"]) == (breaker_a, cable, egc)


def test_single_phase_points_are_sized_on_the_fullest_phase():
    found = calc("demand", {"points": 10, "kw_each": 7.36, "phases": 1, "voltage_v": 230})
    assert found["current_a"] == pytest.approx(4 * 32)
    assert calc("demand", {"points": 2, "kw_each": 22, "managed": True})["findings"]


@pytest.mark.parametrize("word", ["Cu", "cu", "copper", " COPPER "])
def test_choices_are_known_in_any_case_and_by_their_common_name(word):
    asked = {"size_mm2": 16, "method": "C", "insulation": "pvc", "conductor": word}
    assert calc("ampacity", asked)["iz_a"] == calc("ampacity", {**asked, "conductor": "Cu"})["iz_a"]
    with pytest.raises(InputError, match="use Cu, Al"):
        calc("ampacity", {**asked, "conductor": "tin"})


@pytest.mark.parametrize(
    ("pairs", "kva", "over", "worst_over"),
    [
        ((26, 14, 14), 150, 2.40, 2.70),
        ((5, 4, 5), 45, 2.07, 2.22),
        ((16, 10, 12), 150, 1.69, 1.87),
    ],
    ids=["Caltech", "JPL floor 1", "JPL floors 3-4"],
)
def test_line_currents_of_published_sites(pairs, kva, over, worst_over):
    given = dict(zip(("ab", "bc", "ca"), pairs, strict=True))
    found = calc("line-currents", {**given, "line_v": 208, "transformer_kva": kva})
    assert found["oversubscription"] == pytest.approx(over, abs=0.005)
    assert found["worst_oversubscription"] == pytest.approx(worst_over, abs=0.005)


def test_outlets_to_neutral_and_on_three_lines_add_in_phase():
    found = calc("line-currents", {"a": 2, "b": 1, "abc": 3, "line_v": 400})
    assert list(found["line_a"].values()) == pytest.approx([160, 128, 96])


def test_a_slow_outlet_hides_the_taper_of_a_car():
    car = {"battery_kwh": 60, "from_pct": 20, "to_pct": 80, "car_kw": 120}
    slow = calc("dc-charge", {**car, "outlet_kw": 50})
    quick = calc("dc-charge", {**car, "outlet_kw": 150})
    assert slow["minutes"] == pytest.approx(60 * 36 / 50)
    # 18 kWh at 120 kW, 9 falling to 84 kW, 9 falling to 54 kW: 9 + 5.35 + 7.95 minutes.
    assert quick["minutes"] == pytest.approx(9 + 5.350 + 7.953, abs=0.01)


@pytest.mark.parametrize("bad", [{"from_pct": 90}, {"to_pct": 101}, {"battery_kwh": 0}])
def test_a_charge_that_cannot_be_is_refused(bad):
    car = {"battery_kwh": 60, "from_pct": 20, "car_kw": 120, "outlet_kw": 50}
    with pytest.raises(InputError):
        calc("dc-charge", {**car, **bad})
