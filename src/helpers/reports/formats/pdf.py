"""PDF by Chromium: tagged, with bookmarks, and mended where Chromium's own falls short."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.reports.formats import pages
from helpers.reports.execute import Failure

if TYPE_CHECKING:
    from pikepdf import Pdf

__all__ = ["NotPrinted", "as_pdf", "edition_as_pdf", "find_chromium"]

VARIABLE = "HALFSKY_CHROMIUM"
NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip
FLAGS = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--hide-scrollbars",
    "--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline",
)  # fmt: skip
SECONDS = 120  # for one document
ATTEMPTS = 3  # numbers in the contents may move what they count
# ISO 32000-1, 14.8.4: what PDF 1.7 knows of Chromium's structure types; the rest are spans.
STANDARD = frozenset(
    """Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3
    H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry
    Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form""".split()
)
BEGIN = frozenset("m re".split())  # of a path; its end is one of PAINT
PAINT = frozenset("f F f* B B* b b* S s n".split())
ALONE = frozenset(("Tj", "TJ", "'", '"', "Do", "sh", "BI", "INLINE IMAGE"))


class NotPrinted(Exception):  # noqa: N818 - told as a report's failure
    """Chromium made no PDF; ``failure`` says why in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.failure = Failure(en, zh)
        super().__init__(en)


def find_chromium(environ: Mapping[str, str] = os.environ) -> str:
    """The command of a Chromium, "" where there is none: what HALFSKY_CHROMIUM names, and
    nothing else where it is set, or the first of the usual names.
    """
    names = (environ[VARIABLE],) if environ.get(VARIABLE) else NAMES
    return next(filter(None, map(shutil.which, names)), "")


def as_pdf(page: bytes, chromium: str) -> bytes:
    """A built page as a PDF; the same page, Chromium and fonts give the same bytes.

    Raises NotPrinted.
    """
    html = pages.single(page)
    return _finished(_printed(html, chromium), pages.headings(html))


def edition_as_pdf(reports: Mapping[str, bytes], chromium: str) -> bytes:
    """Built pages of one place and time, by area, as one PDF with cover and contents.

    Raises NotPrinted.
    """
    numbers: dict[str, int] = {}
    for _ in range(ATTEMPTS):
        html = pages.edition(reports, numbers)
        printed = _printed(html, chromium)
        found = _numbers(printed, reports)
        if found == numbers:
            break
        numbers = found
    return _finished(printed, pages.headings(html))


def _printed(html: str, chromium: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="halfsky-pdf-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(html, encoding="utf-8")
        flags = [*FLAGS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses root a sandbox
        try:
            run = subprocess.run([chromium, *flags, source.as_uri()], capture_output=True,
                                 timeout=SECONDS, check=False)  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise NotPrinted(
                f"Chromium did not print ({why})", f"Chromium 没能打印({why})"
            ) from None
        if not target.is_file():
            said = run.stderr.decode("utf-8", "replace").strip().splitlines()
            why = said[-1] if said else f"exit {run.returncode}"
            raise NotPrinted(f"Chromium did not print ({why})", f"Chromium 没能打印({why})")
        return target.read_bytes()


def _numbers(content: bytes, names: Mapping[str, Any]) -> dict[str, int]:
    """Name of a place in a document -> the number of its page, from 1."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        at = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        places = pdf.Root.get("/Dests", {})
        return {name: at[places[f"/{name}"][0].objgen] for name in names if f"/{name}" in places}


def _finished(content: bytes, headings: Collection[str]) -> bytes:
    """The PDF without a clock in it, its margins marked as such, its structure in known terms."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        title = str(pdf.docinfo.get("/Title", ""))
        for name in ("/CreationDate", "/ModDate", "/Creator"):
            if name in pdf.docinfo:
                del pdf.docinfo[name]
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
            about["dc:title"], about["dc:language"] = title, [str(pdf.Root.Lang)]
        _mend_structure(pdf)
        with pdf.open_outline() as outline:
            _mend_bookmarks(outline.root, headings)
            heads = {head.destination[0].objgen: head.title for head in outline.root}
        places = pdf.Root.get("/Dests", {})
        for page in pdf.pages:
            for link in page.get("/Annots", []):
                if "/Dest" in link:
                    link.Contents = heads.get(places[link.Dest][0].objgen, str(link.Dest)[1:])
                elif "/A" in link:
                    link.Contents = str(link.A.get("/URI", ""))
            marked = pikepdf.unparse_content_stream(list(_marked(page)))
            page.Contents = pdf.make_stream(marked)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, recompress_flate=True,
                 object_stream_mode=pikepdf.ObjectStreamMode.generate)  # fmt: skip
        return out.getvalue()


def _mend_bookmarks(marks: Iterable[Any], headings: Collection[str]) -> None:
    """Say once what Chromium says twice: a heading that it first tried on the page before."""
    for mark in marks:
        half = mark.title[: len(mark.title) // 2]
        if mark.title == half * 2 and mark.title not in headings and half in headings:
            mark.title = half
        _mend_bookmarks(mark.children, headings)


def _mend_structure(pdf: Pdf) -> None:
    """Map structure types that PDF 1.7 does not know; a figure around a described picture, its
    title and its table is a group and no picture.
    """
    import pikepdf

    unknown = set()
    for element in pdf.objects:
        if not isinstance(element, pikepdf.Dictionary) or "/P" not in element:
            continue
        kind = element.get("/S")
        if isinstance(kind, pikepdf.Name):
            if kind == pikepdf.Name.Figure and "/Alt" not in element:
                element.S = pikepdf.Name.Div
            elif str(kind)[1:] not in STANDARD:
                unknown.add(str(kind))
    if unknown:
        spans = {name: pikepdf.Name.Span for name in sorted(unknown)}
        pdf.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary(spans)


def _marked(page: Any) -> Iterator[Any]:
    """The page's instructions, what is painted outside of any structure marked as an artifact:
    the running heads and numbers that Chromium leaves unmarked.
    """
    import pikepdf

    begin = pikepdf.ContentStreamInstruction([pikepdf.Name.Artifact], pikepdf.Operator("BMC"))
    end = pikepdf.ContentStreamInstruction([], pikepdf.Operator("EMC"))
    depth, in_path = 0, False
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        depth += (name in ("BDC", "BMC")) - (name == "EMC")
        alone = name in ALONE and not depth
        if alone or (name in BEGIN and not depth and not in_path):
            in_path = not alone
            yield begin
        yield instruction
        if alone or (in_path and name in PAINT):
            in_path = False
            yield end
