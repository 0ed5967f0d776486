"""Supply current of chargers against makers' data."""

import pytest

from grid.wiring.charger_current import Input, apparent_kva, design_current_a, trace_current
from grid.wiring.problem import NotTabulated


@pytest.mark.parametrize(
    ("given", "amps"),
    [
        (Input(60, max_input_a=125, voltage_min_v=360), 138.9),
        (Input(60, max_input_a=125, max_input_low_a=138, voltage_min_v=360), 138),
        (Input(360, max_input_a=560, voltage_min_v=360), 622.2),
        (Input(200, 0.94, 0.92, apparent_kva=252), 363.7),
        (Input(150, 0.94, 0.96), 239.9),
        (Input(22, 1.0, 0.98, max_input_a=32, voltage_min_v=360, constant_current=True), 32),
        (Input(7.4, phases=1, voltage_v=230), 32.17),
    ],
)
def test_design_current(given, amps):
    assert design_current_a(given) == pytest.approx(amps, rel=1e-3)
    assert trace_current(given).value == design_current_a(given)


def test_data_sheet_apparent_power_wins():
    assert apparent_kva(Input(200, 0.94, 0.92, apparent_kva=252)) == 252


@pytest.mark.parametrize(
    "given",
    [Input(22, voltage_v=0), Input(22, power_factor=1.2), Input(22, phases=2), Input(-1)],
)
def test_nonsense_is_refused(given):
    with pytest.raises(NotTabulated):
        design_current_a(given)
