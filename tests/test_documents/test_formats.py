"""What holds for every document: safe names, whole files, no trace of the machine."""

import getpass
import io
import socket
import zipfile
from dataclasses import replace

import pytest

from planner.documents import FORMATS, file_stem
from planner.documents.files import write_bytes
from planner.inputs.problem import InputError
from planner.model.design import Design
from planner.model.site import Site
from planner.money.pricing import price
from planner.money.takeoff import take_off

NASTY = '=1+1</script><b onerror=x>`${7*7}` "é" #[x] \\ & @SUM'


@pytest.fixture
def nasty_project(tiny_project):
    """The tiny project with hostile text wherever a user may type."""
    site = tiny_project.site
    areas = {k: replace(a, name=NASTY) for k, a in site.areas.items()}
    return replace(
        tiny_project,
        name=NASTY,
        site=replace(site, name=NASTY, areas=areas),
        client=replace(tiny_project.client, client=NASTY, address=NASTY),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_writes_the_same_file_twice_and_nothing_of_the_machine(
    name, tiny_project, tiny_outcome, tmp_path
) -> None:
    path = FORMATS[name].write(tiny_project, tiny_project.scenario, tiny_outcome, tmp_path)
    content = path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
    assert FORMATS[name].render(tiny_project, tiny_project.scenario, tiny_outcome) == content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(part) for part in archive.namelist())
    for trace in (socket.gethostname(), str(tmp_path.parent), f"/{getpass.getuser()}/"):
        # A host of two letters is found in any file by chance.
        assert len(trace) < 5 or trace.encode() not in content


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_names_do_no_harm(name, nasty_project, tiny_outcome, tmp_path) -> None:
    path = FORMATS[name].write(nasty_project, nasty_project.scenario, tiny_outcome, tmp_path)
    assert path.parent == tmp_path


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a/b\\c:d", "a-b-c-d"),
        ("..", "unnamed"),
        ("Zürich Süd", "Zürich-Süd"),
        ("x" * 99, "x" * 60),
    ],
)
def test_file_names_are_safe_everywhere(name, stem) -> None:
    assert file_stem(name) == stem


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")

    def refuse(*_args: object) -> None:
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(InputError, match="may have it open"):
        write_bytes(path, b"new")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_site_without_any_charger_still_makes_documents(name, tiny_project, tiny_outcome) -> None:
    bom = take_off(tiny_project.site, Design(), tiny_project.catalogue, tiny_project.price_book)
    quote = price(bom, tiny_project.price_book, tiny_project.terms)
    bare = replace(tiny_outcome, design=Design(), bom=bom, quote=quote, traces={}, findings=())
    assert FORMATS[name].render(tiny_project, tiny_project.scenario, bare)
    assert quote.total == 0


@pytest.mark.parametrize("name", ["svg", "pdf", "html", "geojson"])
def test_an_empty_site_still_makes_a_plan(name, tiny_project, tiny_outcome) -> None:
    empty = replace(tiny_project, site=Site("Nothing", 27700))
    bare = replace(tiny_outcome, design=Design())
    assert FORMATS[name].render(empty, empty.scenario, bare)


def test_a_geopackage_of_nothing_is_refused(tiny_project, tiny_outcome) -> None:
    empty = replace(tiny_project, site=Site("Nothing", 27700))
    with pytest.raises(InputError, match="nothing on the plan"):
        FORMATS["gpkg"].render(empty, empty.scenario, replace(tiny_outcome, design=Design()))
