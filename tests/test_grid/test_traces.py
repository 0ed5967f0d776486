"""A reader can redo every traced sum: the numbers shown give the value shown."""

import math
import re
from dataclasses import replace

import pytest

from grid.codes import registry
from grid.model import CircuitDemand, CircuitKind, Installation, Source, Supply
from grid.wiring.sizing import size_circuit
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin

NODE = origin(Supply(Source(11, 250, 150), catalogue()[500], 300))
FINAL = CircuitDemand(
    "F1", CircuitKind.FINAL, "MSB", "C1", 60, 60, 3, 40, 0.98,
    Installation(grouped=3, depth_m=1.2, third_harmonic_pct=20),
)  # fmt: skip
FEEDER = replace(FINAL, kind=CircuitKind.FEEDER, ib_a=420.0)


def evaluate(text):
    """Work out a sum as printed: · for times, √ for root."""
    python = text.replace("·", "*").replace("√3", "math.sqrt(3)").replace("√(", "math.sqrt(")
    return eval(python, {"math": math, "min": min})


@pytest.mark.parametrize("code_id", registry.codes())
@pytest.mark.parametrize("demand", [FINAL, FEEDER], ids=["final", "feeder"])
def test_capacity_and_drop_can_be_redone(code_id, demand):
    traces = {t.quantity: t for t in size_circuit(demand, NODE, code_id).traces}
    shown, _ = traces["I_z"].substituted.split(" = ")
    assert evaluate(shown) == pytest.approx(traces["I_z"].value, rel=2e-3)
    volts, percent = traces["ΔU"].substituted.split("; ")
    left, right = volts.removesuffix(" V").split(" = ")
    assert evaluate(left) == pytest.approx(float(right), rel=5e-3)
    left, right = percent.removesuffix(" %").split(" = ")
    assert evaluate(left) == pytest.approx(traces["ΔU"].value, rel=5e-3)


@pytest.mark.parametrize("demand", [FINAL, FEEDER], ids=["final", "feeder"])
def test_every_stated_comparison_holds(demand):
    for trace in size_circuit(demand, NODE).traces:
        for left, right in re.findall(r"([\d.]+) ≤ ([\d.]+)", trace.substituted):
            assert float(left) <= float(right)


def test_unconfirmed_inputs_are_marked_in_the_trace():
    traces = {t.quantity: t for t in size_circuit(FINAL, NODE).traces}
    assumed = {i.symbol for t in traces.values() for i in t.inputs if i.assumed}
    assert {"C_d", "C_h", "X", "device"} <= assumed
