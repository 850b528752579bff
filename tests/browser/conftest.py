"""A browser, and the reports that it opens.

Where no Chromium is installed these tests are skipped, saying so; with CI set they fail.
``HALFSKY_REPORTS`` names a folder of built reports; without it the project's own ``reports/``
is taken, and where that is missing too a whole edition is built for the occasion.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
# What is cut, sticks out, or must be scrolled where the window is wide.
CUT = """() => {
  const found = [], wide = innerWidth >= 1280;
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page");
  for (const e of document.querySelectorAll("body *")) {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const scrolls = /auto|scroll/.test(style.overflowX), inside = e.closest(".scroll, pre, svg");
    const name = e.tagName + "." + e.className;
    if (e.scrollWidth > e.clientWidth + 1 && /hidden|clip/.test(style.overflowX) && box.width > 1)
      found.push(name);  // one pixel is left of what is there for screen readers alone
    if (scrolls && wide && !e.matches(".own, pre") && e.scrollWidth > e.clientWidth + 1)
      found.push(name + " must be scrolled");
    if (box.right > innerWidth + 1 && box.left >= 0 && !inside) found.push(name + " sticks out");
  }
  return found;
}"""


@dataclass
class Visit:
    """A page that was opened, with what it wrote to the console and what it asked for."""

    page: object
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


def _absent(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Headless Chromium as the machine has it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        _absent("no Chromium is installed")
    # Containers run tests as root, whom Chromium gives no sandbox. The pages are our own.
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def reports(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - first
    """The folder of the reports under test."""
    named = os.environ.get("HALFSKY_REPORTS")
    if named:
        return Path(named).resolve()
    if (ROOT / "reports" / "index.html").is_file():
        return ROOT / "reports"
    out = tmp_path_factory.mktemp("edition") / "reports"
    text = ROOT / "examples" / "text.txt"
    command = [sys.executable, "-m", "helpers", "report", "--quiet", "--text", str(text)]
    command += ["--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def pages(reports: Path) -> list[Path]:
    """Every page of the edition, the way in first."""
    found = sorted(path for path in reports.rglob("*.html") if ".halfsky" not in path.parts)
    assert found, f"no page in {reports}"
    return sorted(found, key=lambda path: path.name != "index.html")


def halfsky(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "helpers", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr


@pytest.fixture(scope="session")
def kinds(browser: object, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:  # noqa: ARG001
    """A page of each kind that the project's own edition does not have."""
    from tests.reports.index.test_split import CHILDREN, run

    from helpers.reports.index.build import bring_up_to_date

    out = tmp_path_factory.mktemp("kinds")
    districts, city = ROOT / "examples" / "districts", ROOT / "tests" / "city"
    small = ("--region", "370402", "--period", "2024", "--quiet", "--out", "districts")
    halfsky(out, "report", "overview", "care", "rights", "--data", str(districts), *small)
    common = ("--region", "990102", "--period", "2024", "--quiet", "--out", "city")
    halfsky(out, "report", "screening", "--data", str(city), *common)
    halfsky(out, "audit", str(ROOT / "examples" / "text.txt"), "--out", "audit.html")
    shutil.copytree(ROOT / "data", out / "revised")
    rows = (out / "revised" / "observations.csv").read_text(encoding="utf-8")
    rows = rows.replace(",17800,余,1.78万余名,", ",17900,余,1.79万余名,")
    (out / "revised" / "observations.csv").write_text(rows, encoding="utf-8")
    halfsky(out, "diff", str(ROOT / "data"), "revised", "--out", "diff.html")
    (out / "inbox").mkdir()
    sent = "地区,年份,爱心妈妈,接受辅导的拟离婚夫妻\n东山区,2024,805,1100\n"
    (out / "inbox" / "东山区.csv").write_text(sent, encoding="utf-8")
    halfsky(out, "collect", "inbox", "--data", str(city), "--out", "collected")
    (out / "many").mkdir()
    assert bring_up_to_date(run(out / "many", CHILDREN[:135])) == ""
    built = [*out.glob("districts/zh/**/*.html"), *out.glob("districts/en/**/care.html")]
    built += [*out.glob("city/*/**/*.html"), out / "districts" / "index.html"]
    parents = [out / "many" / "index.html", out / "many" / "index-100000.html"]
    return [
        *built,
        out / "audit.html",
        out / "diff.html",
        *parents,
        out / "collected" / "intake.html",
    ]


@pytest.fixture(scope="session")
def visit(browser: object) -> Callable[..., Visit]:
    """``visit(path, viewport=…, color_scheme=…)``: the page opened from its file."""

    def opened(path: Path, fragment: str = "", **settings: object) -> Visit:
        context = browser.new_context(**settings)
        seen = Visit(context.new_page())
        address = path.resolve().as_uri()
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on(
            "request",
            lambda request: (
                seen.requests.append(request.url)
                if not request.url.startswith((address, "data:"))
                else None
            ),
        )
        seen.page.goto(address + fragment)
        return seen

    return opened
