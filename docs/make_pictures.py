"""The pictures of the README, taken from pages built for them:

    .venv/bin/python docs/make_pictures.py [NAME]...

A picture shows the page from the top of one of its sections, as wide as a reader's window.
Needs a Chromium, as the tests in tests/browser do.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from helpers.cli import main as halfsky

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
DISTRICTS = ("--data", str(ROOT / "examples" / "districts"), "--period", "2024")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
WIDTH, COLORS = 900, 128


class Picture(NamedTuple):
    """What is built, which page of it is shown, from where and how much of it, in pixels."""

    report: tuple[str, ...]
    page: str
    start: str
    height: int


TEXT = ("--text", str(ROOT / "examples" / "text.txt"))
PICTURES = {
    "report": Picture(("rights", "--lang", "zh"), "zh/370400/congress-9/rights.html", "body", 1150),
    "district": Picture(
        ("care", *DISTRICTS, "--region", "370402", "--lang", "zh"),
        "zh/370402/2024/care.html", "h2:has-text('这些年')", 1190,
    ),
    "city": Picture(
        ("organization", *DISTRICTS, "--region", "370400", "--lang", "en"),
        "en/370400/2024/organization.html", "body", 1500,
    ),
    "audit": Picture(
        ("audit", *TEXT, "--lang", "zh"),
        "zh/370400/congress-9/audit.html", "h2:has-text('全文')", 470,
    ),
}  # fmt: skip


def shot(page: Page, picture: Picture, out: Path) -> bytes:
    """The page as PNG, from a little above the first match of `start`."""
    page.goto((out / picture.page).as_uri())
    top = max(0, page.locator(picture.start).first.bounding_box()["y"] - 24)
    clip = {"x": 0, "y": top, "width": WIDTH, "height": picture.height}
    return page.screenshot(full_page=True, clip=clip)


def main(names: list[str]) -> int:
    """Build, open and keep each picture; 1 where a page could not be built."""
    program = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 1200})
        for name in names or PICTURES:
            out = Path(folder) / name
            if halfsky(["report", *PICTURES[name].report, "--out", str(out), "--quiet"]):
                return 1
            image = Image.open(io.BytesIO(shot(page, PICTURES[name], out))).convert("RGB")
            image.quantize(COLORS).save(DOCS / f"{name}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
