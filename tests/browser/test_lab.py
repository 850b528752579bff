"""JupyterLab as an analyst meets it: open, look, run, change the district, draw, save.

One server, in a project of the invented city that has a shipped notebook beside its data, and one
page for each notebook: tests of a page go on where the one before has left it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "tests" / "city"
TOKEN = "of-this-test"
PATIENCE = 60_000  # milliseconds; other work may hold the machine
OWN = """import seaborn as sns
frame = here.panel.query("slug == 'loving_mothers' and period == '2024'")
here.chart(sns.barplot(frame, x="value", y="region_name"), zh="各地爱心妈妈", en="By place")"""


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    """JupyterLab's own folders, away from those of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("jupyter")
    names = ("DATA", "CONFIG", "RUNTIME")
    mine = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in names}
    return {**os.environ, **mine, "JUPYTERLAB_WORKSPACES_DIR": str(folder / "spaces")}


class Lab:
    """A JupyterLab that `halfsky lab` has opened, until it is closed."""

    def __init__(self, log: Path, environment: dict[str, str], *arguments: str) -> None:
        self.log = log
        command = [sys.executable, "-m", "helpers", "lab", *arguments,
                   "--no-browser", "--allow-root",
                   f"--IdentityProvider.token={TOKEN}", "--ServerApp.port=0",
                   "--LabApp.expose_app_in_browser=True"]  # fmt: skip
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=stream, stderr=stream
            )
        self.address = self._address()

    def _address(self) -> str:
        for _ in range(600):
            found = re.search(r"http://127\.0\.0\.1:\d+/", self.log.read_text(errors="replace"))
            if found:
                return found[0]
            assert self.process.poll() is None, self.log.read_text(errors="replace")
            time.sleep(0.2)
        raise AssertionError(self.log.read_text(errors="replace"))

    def url(self, notebook: str) -> str:
        return f"{self.address}lab/tree/{notebook}?token={TOKEN}"

    def sessions(self) -> list[dict]:
        with urlopen(f"{self.address}api/sessions?token={TOKEN}") as answer:
            return json.load(answer)

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The invented city's project, with a shipped notebook and the outputs stored in it."""
    folder = tmp_path_factory.mktemp("yunhe")
    shutil.copytree(CITY, folder / "data")
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "rights.ipynb", folder / "notebooks")
    return folder


@pytest.fixture(scope="module")
def lab(tmp_path_factory, jupyter, project):
    """JupyterLab with a copy of a notebook, on a district of the invented city."""
    place = ("--data", str(project / "data"), "--region", "990103", "--period", "2024")
    opened = Lab(tmp_path_factory.mktemp("lab") / "log.txt", jupyter, "care", *place)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def visit(browser, lab):
    """`visit(notebook)`: a page with the notebook open."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE)

    def opened(notebook: str):
        page = context.new_page()
        page.goto(lab.url(notebook))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_function("document.querySelector('link[href*=\"lab.css\"]')?.sheet")
        return page

    yield opened
    context.close()


@pytest.fixture(scope="module")
def stored(visit):
    """The shipped notebook, opened and not run."""
    page = visit("notebooks/rights.ipynb")
    page.wait_for_selector(".jp-OutputArea figure svg text")
    return page


@pytest.fixture(scope="module")
def copy(visit):
    """The copy to play with, which has run by itself."""
    page = visit("work/care.ipynb")
    page.wait_for_selector(".halfsky-panel select")
    settled(page)
    return page


@pytest.fixture(autouse=True)
def kept(request):
    """A picture of the page of a test that fails, or of every one with HALFSKY_SCREENSHOTS set."""
    before = request.session.testsfailed
    yield
    page = request.node.funcargs.get("stored") or request.node.funcargs.get("copy")
    folder = os.environ.get("HALFSKY_SCREENSHOTS")
    if page and (folder or request.session.testsfailed > before):
        folder = Path(folder or ROOT / ".halfsky" / "screenshots")
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{request.node.name}.png")


def headings(page) -> list[str]:
    """The headings that can be seen."""
    found = page.locator(".jp-MarkdownOutput :is(h1, h2)").all()
    return [one.inner_text().strip("¶ \n") for one in found if one.is_visible()]


def clipped(page) -> list[str]:
    """Texts of charts, cards and tables that reach beyond the output that holds them."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.jp-OutputArea-output :is(svg text, .cards li)')]
            .filter(text => {
                const frame = text.closest('.jp-OutputArea-output').getBoundingClientRect();
                const own = text.getBoundingClientRect();
                return own.width && (own.right > frame.right + 1 || own.left < frame.left - 1);
            }).map(text => text.textContent)"""
    )


def contrast(page, selector: str) -> float:
    """The contrast of a text with what it stands on, as WCAG counts it."""
    return page.evaluate(
        """selector => {
            const light = color => {
                const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255)
                    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b;
            };
            const text = document.querySelector(selector);
            let under = text;
            while (/, 0\\)$|transparent/.test(getComputedStyle(under).backgroundColor))
                under = under.parentElement;
            const style = getComputedStyle(text);
            const ink = text instanceof SVGElement ? style.fill : style.color;
            const [a, b] = [light(ink), light(getComputedStyle(under).backgroundColor)];
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        }""",
        selector,
    )


def faces(page, selector: str) -> list[str]:
    """The fonts in which a text is really drawn."""
    session = page.context.new_cdp_session(page)
    for name in ("DOM.enable", "CSS.enable"):
        session.send(name)
    top = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": top, "selector": selector})["nodeId"]
    found = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return [font["familyName"] for font in found]


def settled(page) -> None:
    """Wait until no cell is running or waiting to run."""
    page.wait_for_function(
        """() => { const marks = [...document.querySelectorAll('.jp-InputPrompt')];
            return marks.length && !marks.some(mark => mark.textContent.includes('*')); }"""
    )


def test_at_first_sight_a_notebook_looks_like_its_page(stored):
    assert headings(stored)[0] == "依法维权"
    assert not [text for text in headings(stored) if re.match("[A-Za-z]", text)]
    cards = [one.bounding_box() for one in stored.locator(".cards li").all()]
    assert len(cards) >= 2
    assert len({round(box["y"]) for box in cards}) == 1
    assert clipped(stored) == []
    for selector in (".jp-OutputArea figure svg text", ".jp-OutputArea .say"):
        drawn = faces(stored, selector)
        assert any("CJK" in f or "Sans SC" in f or "Page Sans" in f for f in drawn)
        assert contrast(stored, selector) >= 4.5
    stored.locator(".cards data.fig").first.hover()
    told = "getComputedStyle(document.querySelector('.cards data.fig'), '::after').content"
    assert "来源" in stored.evaluate(told)


def test_in_the_dark_charts_and_cards_can_be_read(stored):
    stored.emulate_media(color_scheme="dark")  # JupyterLab follows the system
    stored.wait_for_selector('body[data-jp-theme-light="false"]', state="attached")
    for selector in (".jp-OutputArea figure svg text", ".cards .big data", ".cards .what",
                     ".jp-OutputArea .say"):  # fmt: skip
        assert contrast(stored, selector) >= 4.5, selector


def test_an_analyst_looks_chooses_draws_and_saves(copy, project):
    assert "700名" in copy.locator(".cards").first.inner_text()  # mothers of the second district
    assert "枣庄" not in copy.locator(".jp-Notebook").inner_text()
    assert copy.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count() == 0

    _choose(copy, 0, "东山区", "910名")
    _choose(copy, 2, "English", "Loving Mothers")
    assert headings(copy)[0] == "Care"
    assert not [text for text in headings(copy) if re.search("[一-鿿]", text)]
    assert clipped(copy) == []

    _add_cell(copy, OWN)
    copy.wait_for_function(
        "() => [...document.querySelectorAll('figure.own, figure.chart')].some("
        "f => f.textContent.includes('By place') && f.querySelector('svg, img'))"
    )
    copy.keyboard.press("Control+s")
    path = project / "work" / "care.ipynb"
    _until(lambda: "sns.barplot" in path.read_text(encoding="utf-8"))
    _builds_without_the_panel(path, project)


def test_the_cell_has_the_last_word_after_a_choice_in_the_panel(copy):
    _add_cell(copy, 'region, period, lang = "990121", "2024", "zh"')
    copy.wait_for_function(
        """() => [...document.querySelectorAll('.halfsky-panel')].at(-1)
            .querySelector('select').selectedOptions[0].textContent === '北岭县'"""
    )


def test_an_error_is_told_in_words(copy):
    _add_cell(copy, 'lang = "en"\nhere.figure("loving_mother")')
    error = copy.locator(".jp-OutputArea-output[data-mime-type*='error'], .jp-RenderedText[data-"
                         "mime-type='application/vnd.jupyter.stderr']").last  # fmt: skip
    error.wait_for()
    told = error.inner_text()
    assert told.startswith("figure: 'loving_mother' is unknown; nearest: loving_mothers")
    assert "Traceback" not in told
    assert ".py" not in told


def test_its_kernels_are_forked_from_a_server_that_has_imported_everything(lab, copy):  # noqa: ARG001
    _until(lambda: lab.sessions())
    below = psutil.Process(lab.process.pid).children()
    (server,) = [p for p in below if "helpers.reports.kernels.server" in p.cmdline()]
    _until(lambda: server.children())
    (jupyter,) = [p for p in below if "jupyterlab" in p.cmdline()]
    assert not [p for p in jupyter.children(True) if "ipykernel_launcher" in " ".join(p.cmdline())]


def _choose(page, box: int, label: str, card: str) -> None:
    """Choose in the panel, and wait until the notebook has run anew."""
    page.locator(".halfsky-panel select").nth(box).select_option(label=label)
    page.wait_for_function(
        "card => document.querySelector('.cards')?.textContent.includes(card)", arg=card
    )
    settled(page)


def _add_cell(page, source: str) -> None:
    """A new cell below all others, typed and run by a person."""
    page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").last.click()
    page.keyboard.press("Escape")
    page.wait_for_selector(".jp-Notebook.jp-mod-commandMode")
    before = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("b")
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length > n", arg=before
    )
    page.keyboard.press("Enter")
    page.wait_for_selector(".jp-Notebook.jp-mod-editMode .jp-Cell.jp-mod-active .cm-focused")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")


def _until(holds, seconds: float = PATIENCE / 1000) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def _builds_without_the_panel(path: Path, project: Path) -> None:
    command = [sys.executable, "-m", "helpers", "report", "--notebook", str(path),
               "--data", str(project / "data"), "--region", "990102", "--period", "2024",
               "--lang", "zh", "--out", str(project / "reports")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    pages = list((project / "reports").rglob("work-care.html"))
    assert pages, done.stdout
    html = pages[0].read_text(encoding="utf-8")
    assert "各地爱心妈妈" in html
    assert "halfsky-panel" not in html
    assert "widget" not in html
