"""The diagram as DXF: opens again without complaint and says the same as the SVG."""

import io
from dataclasses import replace

import ezdxf
import pytest

from planner.documents import FORMATS, with_companions
from planner.documents.diagram.drawing import Stroke, pieces
from planner.documents.diagram.items import Label
from planner.documents.diagram.sheet import sheet
from planner.documents.palette import LIGHT
from planner.layout.terminals import label_terminals


@pytest.fixture
def content(tiny_project, tiny_outcome):
    return FORMATS["sld-dxf"].render(tiny_project, tiny_project.scenario, tiny_outcome)


def opened(content):
    return ezdxf.read(io.StringIO(content.decode("utf-8"), newline=None))


def test_it_opens_again_without_a_complaint(content):
    document = opened(content)
    assert document.dxfversion == "AC1024"
    audit = document.audit()
    assert (len(audit.errors), len(audit.fixes)) == (0, 0)
    assert document.units == ezdxf.units.MM


def test_every_word_of_the_sheet_stands_there_at_a_readable_height(
    content, tiny_project, tiny_outcome
):
    drawn = sheet(tiny_project, tiny_project.scenario, tiny_outcome, LIGHT)
    wanted = sorted(" ".join(i.words.split()) for i in drawn.items if isinstance(i, Label))
    texts = opened(content).modelspace().query("TEXT")
    assert sorted(t.dxf.text for t in texts) == wanted
    assert min(t.dxf.height for t in texts) >= 2.5


def test_layers_say_what_is_what(content):
    used = {e.dxf.layer for e in opened(content).modelspace()}
    assert {"AMP-TEXT", "AMP-BUSBAR", "AMP-FEEDER", "AMP-CABLE", "AMP-SYMBOL"} <= used
    assert all(layer.startswith("AMP-") for layer in used)


def test_the_same_design_gives_the_same_file(content, tiny_project, tiny_outcome):
    again = FORMATS["sld-dxf"].render(tiny_project, tiny_project.scenario, tiny_outcome)
    assert again == content


def test_an_open_breaker_is_open_without_fills(tiny_project, tiny_outcome):
    drawn = sheet(tiny_project, tiny_project.scenario, tiny_outcome, LIGHT)
    lines = [p for p in pieces(drawn.items, LIGHT.surface) if isinstance(p, Stroke)]
    cables = [p for p in lines if p.ink == LIGHT.cable and not p.closed]
    circuits = len(tiny_outcome.design.circuits) - len(tiny_outcome.design.boards)
    assert len(cables) == 2 * circuits  # cut once by the breaker


def test_control_codes_in_names_stay_words(tiny_project, tiny_outcome):
    project = replace(tiny_project, name="50 %%c ^J \x00 site")
    content = FORMATS["sld-dxf"].render(project, project.scenario, tiny_outcome)
    texts = [t.dxf.text for t in opened(content).modelspace().query("TEXT")]
    assert "50 % %c ^ J site" in texts


def test_terminals_are_on_the_sheet(tiny_project, tiny_outcome, tiny_design):
    chargers = label_terminals(tiny_design.chargers, tiny_design.circuits, tiny_project.catalogue)
    outcome = replace(tiny_outcome, design=replace(tiny_design, chargers=chargers))
    drawn = sheet(tiny_project, tiny_project.scenario, outcome, LIGHT)
    words = " ".join(i.words for i in drawn.items if isinstance(i, Label))
    assert "L1-2-3, L2-3-1 · Ib" in words


def test_the_diagram_asked_for_comes_in_both_formats():
    assert with_companions(("sld", "pdf")) == ("sld", "sld-dxf", "pdf")
