"""The single-line diagram: everything on it once, nothing on top of anything else."""

from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from shapely import box

from grid.findings import Finding, Severity
from planner.documents import FORMATS
from planner.documents.diagram.columns import divide
from planner.documents.diagram.items import Label
from planner.documents.diagram.sheet import sheet
from planner.documents.palette import LIGHT
from planner.model.design import Design
from planner.model.ids import BoardId, ChargerId, CircuitId

HOSTILE = '</text><script>alert("x")</script> & \x00' + "W" * 300


def enlarged(design: Design, chargers: int, per_pillar: int) -> Design:
    """Repeat a pillar with its feeder and its first final circuit."""
    pillar, feeder = design.boards["P1"], design.circuits["F1"]
    final, charger = design.circuits["L1"], design.chargers["C1"]
    boards, circuits, posts = {}, {}, {}

    def wire(circuit, key, start, end):
        demand = replace(circuit.sized.demand, id=key, from_id=start, to_id=end)
        sized = replace(circuit.sized, demand=demand, drop_total_pct=1.0)
        circuits[CircuitId(key)] = replace(circuit, id=CircuitId(key), sized=sized)

    for n in range(1, chargers + 1):
        p, c = f"P{(n - 1) // per_pillar + 1}", ChargerId(f"C{n}")
        if p not in boards:
            board = replace(pillar.board, id=p, name=f"Feeder pillar {p}")
            boards[BoardId(p)] = replace(pillar, id=BoardId(p), board=board)
            wire(feeder, f"F-{p}", "MSB", p)
        posts[c] = replace(charger, id=c)
        wire(final, f"W{n}", p, str(c))
    return replace(design, boards=boards, circuits=circuits, chargers=posts)


def page(project, outcome, design):
    return sheet(project, project.scenario, replace(outcome, design=design), LIGHT)


def covers(a, b) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def clashes(drawn) -> list[tuple[str, str]]:
    """Pairs of texts that touch, texts on symbols or lines, and what leaves the sheet."""
    texts = [(i.words, i.box) for i in drawn.items if isinstance(i, Label)]
    shapes = [i for i in drawn.items if not isinstance(i, Label)]
    solid = [(s.svg, part) for s in shapes if not s.frame for part in s.pieces]
    found = [(a, b) for (a, at), (b, to) in combinations(texts, 2) if covers(at, to)]
    found += [(a, b) for a, at in texts for b, to in solid if covers(at, to)]
    found += [
        (a, "crosses the edge of a frame")
        for a, at in texts
        for f in (s.box for s in shapes if s.frame)
        if covers(at, f) and not (f[0] < at[0] and at[2] < f[2] and f[1] < at[1] and at[3] < f[3])
    ]
    return found + [
        ("off the sheet", item.svg)
        for item in drawn.items
        if min(item.box) < 0 or item.box[2] > drawn.width or item.box[3] > drawn.height
    ]


@pytest.mark.parametrize(
    ("chargers", "per_pillar"), [(1, 1), (5, 5), (40, 8), (120, 12), (120, 45), (120, 1)]
)
def test_nothing_overlaps_and_all_is_there_once(
    chargers, per_pillar, tiny_project, tiny_outcome, tiny_design
) -> None:
    design = enlarged(tiny_design, chargers, per_pillar)
    drawn = page(tiny_project, tiny_outcome, design)
    assert clashes(drawn) == []
    first = [i.words.split("  ")[0] for i in drawn.items if isinstance(i, Label)]
    for name in (*design.circuits, *design.chargers):
        assert first.count(name) == 1, name
    assert 0.3 < drawn.width / drawn.height < 4


def test_frames_stand_inside_or_beside_each_other(tiny_project, tiny_outcome, tiny_design) -> None:
    drawn = page(tiny_project, tiny_outcome, enlarged(tiny_design, 40, 8))
    frames = [i.box for i in drawn.items if not isinstance(i, Label) and i.frame]
    assert len(frames) == 5
    assert not any(covers(a, b) for a, b in combinations(frames, 2))


def test_a_pillar_behind_a_pillar_is_drawn_inside_it(
    tiny_project, tiny_outcome, tiny_design
) -> None:
    design = enlarged(tiny_design, 8, 4)
    behind = design.circuits["F-P2"]
    demand = replace(behind.sized.demand, from_id="P1")
    moved = replace(behind, sized=replace(behind.sized, demand=demand))
    drawn = page(
        tiny_project, tiny_outcome, replace(design, circuits={**design.circuits, behind.id: moved})
    )
    outer, inner = (i.box for i in drawn.items if not isinstance(i, Label) and i.frame)
    assert clashes(drawn) == []
    assert box(*outer).contains(box(*inner))


def test_loops_and_loose_ends_are_shown_not_lost(tiny_project, tiny_outcome, tiny_design) -> None:
    design = enlarged(tiny_design, 6, 3)
    for start, end in (("P2", "P2"), ("nowhere", "P1"), ("P1", "P2")):
        feeder = design.circuits["F-P1"]
        demand = replace(feeder.sized.demand, from_id=start, to_id=end)
        odd = replace(feeder, sized=replace(feeder.sized, demand=demand))
        drawn = page(
            tiny_project, tiny_outcome, replace(design, circuits={**design.circuits, odd.id: odd})
        )
        words = [i.words.split("  ")[0] for i in drawn.items if isinstance(i, Label)]
        assert clashes(drawn) == []
        assert all(words.count(n) == 1 for n in (*design.circuits, *design.chargers))
    lost = page(tiny_project, tiny_outcome, replace(design, circuits={}))
    words = " ".join(i.words for i in lost.items if isinstance(i, Label))
    assert "Not connected to the main board" in words
    assert clashes(lost) == []


def test_figures_are_those_of_the_outcome(tiny_project, tiny_outcome) -> None:
    drawn = page(tiny_project, tiny_outcome, tiny_outcome.design)
    words = [i.words for i in drawn.items if isinstance(i, Label)]
    assert "L1  MCCB 80 A, 25 kA · RCD rcd-30-a" in words
    assert "4 × 25 mm² Cu XLPE · 16.5 m · 3 ph Ib 70.5 A, Iz 96 A · ΔU 0.50 %" in words
    assert "Ik3 max 9.80 kA · Ik1 min 3.90 kA · Zs 0.0470 Ω · total ΔU – %" in words
    assert any("500 kVA, 11 kV / 420 V" in line for line in words)


def test_a_circuit_with_an_error_says_so(tiny_project, tiny_outcome, tiny_design) -> None:
    error = Finding("CHK-DROP", Severity.ERROR, "L2", "Circuit L2", "Too much drop.")
    outcome = replace(tiny_outcome, findings=(error,))
    drawn = page(tiny_project, outcome, tiny_design)
    marked = [i.words for i in drawn.items if isinstance(i, Label) and "see findings" in i.words]
    assert [words.split()[0] for words in marked] == ["L2"]
    assert clashes(drawn) == []


def test_hostile_names_stay_words_and_do_not_stretch_the_sheet(
    tiny_project, tiny_outcome, tiny_design
) -> None:
    boards = {
        k: replace(b, board=replace(b.board, name=HOSTILE)) for k, b in tiny_design.boards.items()
    }
    models = {k: replace(m, name=HOSTILE) for k, m in tiny_project.catalogue.items()}
    project = replace(tiny_project, name=HOSTILE, catalogue=models)
    outcome = replace(tiny_outcome, design=replace(tiny_design, boards=boards))
    svg = FORMATS["sld"].render(project, project.scenario, outcome)
    assert {e.tag.split("}")[1] for e in ET.fromstring(svg).iter()} <= {
        "svg", "g", "rect", "text", "line", "polyline", "circle", "ellipse", "polygon",
    }  # fmt: skip
    drawn = page(project, outcome, outcome.design)
    assert clashes(drawn) == []
    assert drawn.width < 1600


def test_columns_keep_order_and_share_the_height() -> None:
    heights = [50, 10, 10, 40, 30, 60, 20]
    shares = divide(heights, 3)
    assert [i for share in shares for i in share] == list(range(7))
    assert max(sum(heights[i] for i in share) for share in shares) == 80
    assert divide([], 3) == ()
