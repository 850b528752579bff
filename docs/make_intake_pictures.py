"""Makes the README's pictures of a year's work from the demo: a form filled in, an intake.

``python docs/make_intake_pictures.py`` writes ``docs/form.png`` and ``docs/intake.png``. It needs
LibreOffice and poppler (``soffice``, ``pdftoppm``) and a Chromium.
"""

from __future__ import annotations

import runpy
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from helpers.cli import main
from helpers.data import home

DOCS = Path(__file__).parent
AREA = 7  # the page of the sheet on care, in the form's order
PHONE = {"width": 430, "height": 900}


def delivered(place: Path) -> tuple[Path, Path]:
    """The demo's inbox as it is when the first forms have come, collected; and a filled form."""
    demo = runpy.run_path(str(home() / "examples" / "demo.py"))
    inbox, forms, out = place / "inbox", place / "forms", place / "out"
    inbox.mkdir()
    data, told = demo["figures_before"](place / "data"), demo["answers"]()
    main(["form", "--all", "--period", "2024", "--data", str(data), "--out", str(forms)])
    demo["first_delivery"](forms, inbox, told)
    main(["collect", str(inbox), "--data", str(data), "--out", str(out)])
    return out / "intake.html", inbox / "市中区.xlsx"


def of_form(form: Path, place: Path) -> Image.Image:
    """A sheet of a form as LibreOffice prints it, without its margins."""
    office = ["soffice", "--headless", f"-env:UserInstallation=file://{place}/office"]
    subprocess.run([*office, "--convert-to", "pdf", "--outdir", str(place), str(form)], check=True)
    page = ["pdftoppm", "-r", "150", "-f", str(AREA), "-l", str(AREA), "-png", "-singlefile"]
    subprocess.run([*page, str(place / f"{form.stem}.pdf"), str(place / "form")], check=True)
    drawn = Image.open(place / "form.png").convert("RGB")
    drawn = drawn.crop((0, 0, drawn.width, int(drawn.height * 0.85)))  # without the footer
    left, top, right, bottom = ImageChops.invert(drawn).getbbox()
    return drawn.crop((left - 20, top - 20, right + 20, bottom + 20))


def of_page(page: Path, target: Path) -> None:
    """The head of a page as a telephone shows it."""
    with sync_playwright() as play:
        program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_page(viewport=PHONE, device_scale_factor=1.5, color_scheme="light")
        shown.goto(page.as_uri())
        shown.screenshot(path=str(target))
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        intake, filled = delivered(Path(folder))
        of_page(intake, DOCS / "intake.png")
        of_form(filled, Path(folder)).quantize(64).save(DOCS / "form.png", optimize=True)
        Image.open(DOCS / "intake.png").quantize(128).save(DOCS / "intake.png", optimize=True)
