"""Names from files stay words in every document: no script, no formula, no element."""

import csv
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from planner.documents import FORMATS
from planner.money.pricing import price
from planner.money.takeoff import take_off

NAMES = (
    "=1+1", "+SUM(A1:A9)", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1:9/","x")', "<script>document.title='owned'</script>",
    "<img src=x onerror=alert(1)>", "`${7*7}`", "</script><script>alert(1)</script>",
    "javascript:alert(1)", "#eval(1) #import \"x\" $x$ @ref *b* _i_ \\ ~", "a\x00b\x0bc",
    "\u202egnp.exe", "{{7*7}} {% x %} %s {0}", "--><!--", "]]>", "&amp;&#x41;",
)  # fmt: skip


@pytest.fixture(params=NAMES, ids=range(len(NAMES)))
def hostile(request, tiny_project, tiny_outcome):
    """The name, and a project and its outcome with it wherever a user may type."""
    name = request.param
    site = tiny_project.site
    boards = {k: replace(b, board=replace(b.board, name=name)) for k, b in site.boards.items()}
    site = replace(
        site, name=name, boards=boards,
        areas={k: replace(a, name=name, source=name) for k, a in site.areas.items()},
        assumptions=tuple(replace(a, text=name, value=name) for a in site.assumptions),
    )  # fmt: skip
    catalogue = {k: replace(m, name=name) for k, m in tiny_project.catalogue.items()}
    book = tiny_project.price_book
    bom = take_off(site, tiny_outcome.design, catalogue, book)
    lines = tuple(replace(line, description=name) for line in bom.lines)
    bom = replace(bom, lines=lines)
    terms = replace(tiny_project.terms, notes=name) if hasattr(tiny_project.terms, "notes") else (
        tiny_project.terms
    )  # fmt: skip
    project = replace(
        tiny_project, name=name, site=site, catalogue=catalogue, terms=terms,
        client=replace(tiny_project.client, client=name, address=name),
        scenarios=(replace(tiny_project.scenario, name=name),),
    )  # fmt: skip
    findings = tuple(
        replace(f, subject=name, place=name, message=name, fix=name) for f in tiny_outcome.findings
    )
    quote = price(bom, book, terms)
    outcome = replace(
        tiny_outcome, bom=bom, quote=quote, findings=findings, assumptions=site.assumptions
    )
    return name, project, outcome


def rendered(hostile, form: str) -> bytes:
    _, project, outcome = hostile
    return FORMATS[form].render(project, project.scenario, outcome)


def clean(name: str) -> str:
    return "".join(c for c in name if c in "\t\n\r" or ord(c) >= 32)


@pytest.mark.parametrize("form", ["xlsx", "quote-xlsx"])
def test_workbooks_hold_text_and_no_formula_of_a_name(hostile, form) -> None:
    name = hostile[0]
    content = rendered(hostile, form)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    same = [c for c in cells if str(c.value).strip() == clean(name).strip()]
    assert [c.coordinate for c in same if c.data_type != "s"] == []
    assert not any(c.data_type == "f" and clean(name).strip("=") in str(c.value) for c in cells)
    risky = [c for c in same if str(c.value)[:1] in "=+-@\t\r"]
    assert [c.coordinate for c in risky if not c.quotePrefix] == []
    assert not any(c.hyperlink for c in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [n for n in archive.namelist() if "vba" in n or "externalLink" in n]


def test_no_cell_of_a_csv_runs(hostile) -> None:
    text = rendered(hostile, "csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            live = cell[:1] in set("=+-@\t\r") and not re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)
            assert not live, cell


@pytest.mark.parametrize("form", ["svg", "sld"])
def test_pictures_are_sound_xml_without_scripts(hostile, form) -> None:
    root = ET.fromstring(rendered(hostile, form))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags.isdisjoint({"script", "img", "foreignObject", "a", "iframe"})
    assert not [k for element in root.iter() for k in element.attrib if k.startswith("on")]


@pytest.mark.parametrize("form", ["html", "year"])
def test_pages_hold_the_name_only_as_words(hostile, form) -> None:
    page = rendered(hostile, form).decode()
    for live in ("<script>document.title", "<img src=x", "<script>alert"):
        assert live not in page
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.S)
    assert not [s for s in scripts if "`${7*7}`" in s]
    assert 'href="javascript:' not in page
    assert "default-src 'none'" in page


def test_a_drawing_can_be_read_back(hostile) -> None:
    import ezdxf

    text = rendered(hostile, "sld-dxf").decode("utf-8")
    drawing = ezdxf.read(io.StringIO(text, newline=None))
    assert len(drawing.modelspace()) > 3
    assert not drawing.audit().errors


@pytest.mark.parametrize("form", ["pdf", "proof"])
@pytest.mark.parametrize("hostile", [n for n in NAMES if "#" in n or "{{" in n], indirect=True)
def test_a_quote_shows_the_name_as_words(hostile, form) -> None:
    import pypdfium2

    content = rendered(hostile, form)
    assert b"/JavaScript" not in content
    assert b"/Launch" not in content
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert ("eval(1)" in text) == ("eval(1)" in hostile[0])
