"""Own tables: read, linted with their cells, pinned, used by sizing and checker, shown."""

from dataclasses import replace

import pytest
from openpyxl import Workbook

from data import open_table
from grid.codes import registry
from grid.model import CircuitDemand, CircuitKind, Installation, Network, Source, Supply
from grid.wiring.checker import check_network
from grid.wiring.sizing import size_circuit
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin
from planner.cli import main
from planner.inputs.own_tables import COLUMNS, read_own_table
from planner.inputs.problem import InputError
from planner.inputs.samples import load_sample
from planner.own_tables import table_findings, with_own_tables
from planner.store.project_file import load, save

SUPPLY = Supply(Source(11, 250, 150), catalogue()[500], agreed_kva=300)
HEADER = "insulation,loaded,conductor,method,size_mm2,it_a,source"


def shipped(scale=1.0, rows=("XLPE", "3", "Cu", "D1")):
    found = [
        r for r in open_table("codes/iec60364/ampacity")
        if (r.text("insulation"), r.text("loaded"), r.text("conductor"), r.text("method")) == rows
    ]  # fmt: skip
    return [
        (*rows, r.text("size_mm2"), f"{scale * r.number('it_a'):g}", "maker X 2026") for r in found
    ]


def written(folder, rows, header=HEADER, name="own.csv"):
    path = folder / name
    lines = ["# own values", header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def demand(**changes):
    made = CircuitDemand(
        "F1", CircuitKind.FINAL, "MSB", "C1", 20, 60, 3, 40, 0.98, Installation(grouped=3)
    )
    return replace(made, **changes)


@pytest.fixture
def project(tiny_project, tmp_path):
    table, odd = read_own_table(written(tmp_path, shipped(0.6)))
    assert odd == ()
    return replace(tiny_project, tables={table.kind: table})


def test_a_weaker_own_table_gives_a_larger_cable_and_names_itself(project):
    code = with_own_tables(project).settings.code
    upstream = origin(SUPPLY, "MSB")
    plain, own = (size_circuit(demand(), upstream, c) for c in ("iec60364", code))
    assert own.sized.cable.size_mm2 > plain.sized.cable.size_mm2
    capacity = next(t for t in own.traces if t.quantity == "I_z")
    assert "own table own.csv: maker X 2026" in capacity.inputs[0].source
    network = Network(SUPPLY, "MSB", {}, {"F1": own.sized})
    assert check_network(network, code) == ()
    assert "CHK-IZ-STATED" in {f.code for f in check_network(network)}


def test_rows_not_given_stay_as_shipped(project):
    code = with_own_tables(project).settings.code
    other = demand(installation=Installation(method="C"))
    found = [size_circuit(other, origin(SUPPLY), c).sized.iz_a for c in ("iec60364", code)]
    assert found[0] == found[1]
    assert registry.get(code).id == "iec60364"


def test_tables_are_told_and_the_nec_keeps_its_own(project):
    assert table_findings(project)[0].severity == "info"
    nec = replace(project, settings=replace(project.settings, code="nec"))
    assert table_findings(nec)[0].severity == "warning"
    assert registry.get(with_own_tables(nec).settings.code).id == "nec"


def test_the_file_keeps_them(project, tmp_path):
    save(project, tmp_path / "p.ampyard")
    assert load(tmp_path / "p.ampyard").tables == project.tables


def test_a_device_table_that_lacks_a_size_is_a_finding(tiny_project, tmp_path):
    row = ("m-40", "MCB", "C", 40, 10, 5, 10, 10, 1.45, 0.01, 132000, "maker Y")
    table, _ = read_own_table(written(tmp_path, [row], ",".join(COLUMNS["devices"])))
    project = with_own_tables(replace(tiny_project, tables={"devices": table}))
    weak = origin(replace(SUPPLY, transformer=catalogue()[250]))
    fits = size_circuit(demand(ib_a=32, length_m=10), weak, project.settings.code)
    assert fits.sized.device.key == "m-40"
    none = size_circuit(demand(ib_a=60), weak, project.settings.code)
    assert [f.code for f in none.findings] == ["WIRE-DEVICE"]


def test_a_cable_table_without_fitting_cores_is_a_finding(tiny_project, tmp_path):
    row = ("x", "Cu", "XLPE", 3, 10, 1.83, 0.08, 20, 800, "maker Z")
    table, _ = read_own_table(written(tmp_path, [row], ",".join(COLUMNS["cables"])))
    project = with_own_tables(replace(tiny_project, tables={"cables": table}))
    found = size_circuit(demand(), origin(SUPPLY), project.settings.code)
    assert [f.code for f in found.findings] == ["WIRE-TABLE"]


def test_what_looks_wrong_is_told_with_its_cell(tmp_path):
    rows = shipped()
    rows[-3] = (*rows[-3][:5], float(rows[-3][5]) * 1.08, "typing error")
    _, odd = read_own_table(written(tmp_path, rows))
    assert {f.code for f in odd} == {"AMP-LAW"}
    assert "own.csv, line" in odd[0].place
    assert "column it_a" in odd[0].place


@pytest.mark.parametrize(
    ("cell", "value", "says"),
    [
        (5, "abc", "'abc' is no number"), (5, "0", "it_a is 0"), (5, "-3", "it_a is -3"),
        (5, "nan", "it_a is nan"), (3, "Z9", "'Z9' is no method"), (1, "4", "'4' is no loaded"),
        (6, "", "the source is blank"), (5, "1", "does not exceed"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_right_refuses_the_file(cell, value, says, tmp_path):
    rows = shipped()
    rows[4] = (*rows[4][:cell], value, *rows[4][cell + 1 :])
    with pytest.raises(InputError, match=says) as caught:
        read_own_table(written(tmp_path, rows))
    assert "line 7" in caught.value.place


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        ([], HEADER, "no rows"),
        ([("a", "b")], "size,amps", "missing"),
        ([("a",)], HEADER, "differ in number"),
        ([*shipped()[:1], *shipped()[:1]], HEADER, "same row"),
    ],
)
def test_a_file_of_another_shape_is_one_clear_error(rows, header, says, tmp_path):
    with pytest.raises(InputError, match=says):
        read_own_table(written(tmp_path, rows, header))


def test_a_workbook_is_read_with_its_cells(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER.split(","))
    for row in shipped():
        sheet.append([*row[:4], float(row[4]), float(row[5]), row[6]])
    book.save(tmp_path / "own.xlsx")
    assert len(read_own_table(tmp_path / "own.xlsx")[0].rows) == len(shipped())
    sheet["F4"] = -1
    book.save(tmp_path / "own.xlsx")
    with pytest.raises(InputError, match="it_a is -1") as caught:
        read_own_table(tmp_path / "own.xlsx")
    assert caught.value.place.endswith("F4")


def test_the_command_loads_lists_and_drops(tmp_path, capsys):
    path, own = tmp_path / "h.ampyard", written(tmp_path, shipped(0.9))
    save(load_sample("hotel"), path)
    assert main(["tables", str(path), "--load", str(own)]) == 0
    assert main(["tables", str(path)]) == 0
    assert "ampacity: " in capsys.readouterr().out
    assert main(["tables", str(path), "--drop", "ampacity"]) == 0
    assert load(path).tables == {}
    assert main(["tables", str(path), "--load", str(path)]) == 2
