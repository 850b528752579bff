"""JupyterLab as an analyst meets it: open, look, run, change the district, draw, save.

One server opens the program's own notebooks, another a copy in a project of the invented city.
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
def shipped(tmp_path_factory, jupyter):
    """JupyterLab in the program's own folder."""
    lab = Lab(tmp_path_factory.mktemp("lab") / "log.txt", jupyter, "--lang", "zh")
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The invented city's project, the last clinic of which has moved."""
    folder = tmp_path_factory.mktemp("yunhe")
    shutil.copytree(CITY, folder / "data")
    (folder / "notebooks").mkdir()
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory, jupyter, project):
    """JupyterLab with a copy of a notebook, on a district of the invented city."""
    place = ("--data", str(project / "data"), "--region", "990103", "--period", "2024")
    log = tmp_path_factory.mktemp("lab") / "log.txt"
    lab = Lab(log, jupyter, "care", *place, "--lang", "zh")
    yield lab
    lab.close()


@pytest.fixture
def visit(browser, request):
    """`visit(url)`: a page with a notebook open; a picture of it is kept where the test fails."""
    pages = []

    def opened(url: str):
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        page.set_default_timeout(PATIENCE)
        pages.append(page)
        page.goto(url)
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_function("document.querySelector('link[href*=\"lab.css\"]')?.sheet")
        return page

    before = request.session.testsfailed
    yield opened
    kept = Path(os.environ.get("HALFSKY_SCREENSHOTS", ROOT / ".halfsky" / "screenshots"))
    for number, page in enumerate(pages):
        if request.session.testsfailed > before or "HALFSKY_SCREENSHOTS" in os.environ:
            kept.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=kept / f"{request.node.name}-{number}.png")
        page.context.close()


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


def run_all(page, word: str = "运行") -> None:
    """Run all cells from the menu, as a person does."""
    page.locator(f'.lm-MenuBar-itemLabel:has-text("{word}")').first.click()
    page.locator('.lm-Menu-itemLabel:has-text("运行所有单元格")').first.click()


def settled(page) -> None:
    """Wait until no cell is running or waiting to run."""
    page.wait_for_function(
        """() => { const marks = [...document.querySelectorAll('.jp-InputPrompt')];
            return marks.length && !marks.some(mark => mark.textContent.includes('*')); }"""
    )


def test_at_first_sight_a_notebook_looks_like_its_page(shipped, visit):
    page = visit(shipped.url("notebooks/rights.ipynb"))
    page.wait_for_selector(".jp-OutputArea figure svg")
    assert headings(page)[0] == "依法维权"
    assert not [text for text in headings(page) if re.match("[A-Za-z]", text)]
    cards = [one.bounding_box() for one in page.locator(".cards li").all()]
    assert len(cards) >= 2
    assert len({round(box["y"]) for box in cards}) == 1
    assert clipped(page) == []
    for selector in (".jp-OutputArea figure svg text", ".jp-OutputArea .say"):
        assert any("CJK" in f or "Sans SC" in f or "Page Sans" in f for f in faces(page, selector))
        assert contrast(page, selector) >= 4.5
    page.locator(".cards data.fig").first.hover()
    told = "getComputedStyle(document.querySelector('.cards data.fig'), '::after').content"
    assert "来源" in page.evaluate(told)


def test_in_the_dark_charts_and_cards_can_be_read(shipped, visit):
    page = visit(shipped.url("notebooks/rights.ipynb"))
    page.wait_for_selector(".jp-OutputArea figure svg text")
    page.emulate_media(color_scheme="dark")  # JupyterLab follows the system
    page.wait_for_selector('body[data-jp-theme-light="false"]')
    for selector in (".jp-OutputArea figure svg text", ".cards .big data", ".cards .what",
                     ".jp-OutputArea .say"):  # fmt: skip
        assert contrast(page, selector) >= 4.5, selector


def test_an_analyst_runs_chooses_draws_and_saves(own, visit, project):
    page = visit(own.url("work/care.ipynb"))
    page.wait_for_selector(".halfsky-panel select")  # the copy runs by itself when it is opened
    settled(page)
    assert "700名" in page.locator(".cards").first.inner_text()  # mothers of the second district
    assert "枣庄" not in page.locator(".jp-Notebook").inner_text()
    assert page.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count() == 0

    page.locator(".halfsky-panel select").nth(0).select_option(label="东山区")
    page.wait_for_function("() => document.querySelector('.cards')?.textContent.includes('910名')")
    settled(page)
    assert "910名" in page.locator(".cards").first.inner_text()

    page.locator(".halfsky-panel select").nth(2).select_option(label="English")
    page.wait_for_function(
        "() => document.querySelector('.cards')?.textContent.includes('Loving Mothers')"
    )
    settled(page)
    assert headings(page)[0] == "Care"
    assert not [text for text in headings(page) if re.search("[一-鿿]", text)]
    assert clipped(page) == []

    _add_cell(page, OWN)
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure.own, figure.chart')].some("
        "f => f.textContent.includes('By place') && f.querySelector('svg, img'))"
    )
    page.keyboard.press("Control+s")
    path = project / "work" / "care.ipynb"
    _until(lambda: "sns.barplot" in path.read_text(encoding="utf-8"))
    _builds_without_the_panel(path, project)


def test_an_error_is_told_in_words_and_the_cell_has_the_last_word(own, visit):
    page = visit(own.url("work/care.ipynb"))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    run_all(page)
    page.wait_for_selector(".halfsky-panel select")
    settled(page)
    _add_cell(page, 'here.figure("loving_mother")')
    error = page.locator(".jp-OutputArea-output[data-mime-type*='error'], .jp-RenderedText[data-"
                         "mime-type='application/vnd.jupyter.stderr']").last  # fmt: skip
    error.wait_for()
    told = error.inner_text()
    assert "loving_mothers" in told
    assert "Traceback" not in told
    assert ".py" not in told
    _add_cell(page, 'region, period, lang = "990121", "2024", "zh"\nregion')
    page.wait_for_function(
        "() => [...document.querySelectorAll('.halfsky-panel select')].at(-3).value !== ''"
        " && [...document.querySelectorAll('.jp-OutputArea-executeResult')].at(-1)"
        ".textContent.includes('990121')"
    )


def test_its_kernels_are_forked_from_a_server_that_has_imported_everything(own, visit):
    page = visit(own.url("work/care.ipynb"))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    _until(lambda: own.sessions())
    below = psutil.Process(own.process.pid).children()
    (server,) = [p for p in below if "helpers.reports.kernels.server" in p.cmdline()]
    _until(lambda: server.children())
    (lab,) = [p for p in below if "jupyterlab" in p.cmdline()]
    assert not [p for p in lab.children(True) if "ipykernel_launcher" in " ".join(p.cmdline())]


def _add_cell(page, source: str) -> None:
    """A new cell below all others, typed and run by a person."""
    page.locator(".jp-Notebook .jp-Cell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+End")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
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
