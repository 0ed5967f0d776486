"""The web map loads nothing and runs nothing but its own scripts."""

import base64
import hashlib
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from data import asset_path
from planner.documents import FORMATS
from planner.documents.webmap_text import safe

NASTY = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "`${document.title='owned'}` {{7*7}} {% raw %} javascript:alert(1) \\u003c"
)


@pytest.fixture(scope="module")
def nasty_page(tiny_project, tiny_outcome) -> str:
    site, client = tiny_project.site, tiny_project.client
    areas = {k: replace(a, name=NASTY) for k, a in site.areas.items()}
    boards = {k: replace(b, board=replace(b.board, name=NASTY)) for k, b in site.boards.items()}
    catalogue = {k: replace(m, name=NASTY) for k, m in tiny_project.catalogue.items()}
    project = replace(
        tiny_project, name=NASTY, site=replace(site, name=NASTY, areas=areas, boards=boards),
        client=replace(client, client=NASTY), catalogue=catalogue,
    )  # fmt: skip
    scenario = replace(project.scenario, name=NASTY)
    return FORMATS["html"].render(project, scenario, tiny_outcome).decode()


class Loads(HTMLParser):
    """Collects everything in a page that would fetch, run inline handlers or embed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, name, attributes) -> None:
        for key, value in attributes:
            if key in {"src", "href", "data", "action", "srcset"} or key.startswith("on"):
                self.found.append(f"{name} {key}={value}")
        if name in {"iframe", "object", "embed", "base", "form"}:
            self.found.append(name)


def test_nothing_is_loaded_and_no_handler_is_inline(nasty_page) -> None:
    parser = Loads()
    parser.feed(nasty_page)
    assert parser.found == []
    styles = "".join(re.findall(r"<style>(.*?)</style>", nasty_page, re.S))
    assert set(re.findall(r"url\((?!data:|#)[^)]*\)|@import[^;]*", styles)) == set()


def test_policy_names_every_script_and_nothing_else(nasty_page) -> None:
    policy = re.search(r'Security-Policy" content="([^"]*)"', nasty_page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy[1].split("style-src")[0]
    scripts = re.findall(r"<script>(.*?)</script>", nasty_page, re.S)
    hashes = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts}
    assert hashes == set(re.findall(r"sha256-([^']+)'", policy[1]))
    assert nasty_page.count("<script") == len(scripts) == 3


@pytest.mark.parametrize("sign", ["<", ">", '"', "'", "`", "$", "{", "}", "\\"])
def test_no_live_sign_survives(sign) -> None:
    assert sign not in safe(NASTY)


def test_hostile_names_do_not_run_in_a_browser(nasty_page, tmp_path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser is installed")
    (tmp_path / "map.html").write_text(nasty_page, encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
               "--virtual-time-budget=2000", f"--user-data-dir={tmp_path}/profile",
               (tmp_path / "map.html").as_uri()]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    title = re.search(r"<title>(.*?)</title>", run.stdout, re.S)
    assert title is not None
    assert title[1].startswith("&lt;/script&gt;")
    # Six pieces of equipment are drawn: three chargers, two boards, one transformer.
    assert run.stdout.count("leaflet-marker-icon") >= 6


def test_shipped_assets_are_those_of_the_list() -> None:
    folder = asset_path("webmap")
    lines = (folder / "SHA256SUMS").read_text().split("\n")
    listed = dict(reversed(line.split("  ")) for line in lines if line)
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    others = {"SHA256SUMS", "VERSION.txt", "LICENSE-leaflet.txt"}
    shipped = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert shipped == set(listed) | others
