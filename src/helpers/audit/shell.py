"""The frame of a page that the examiner hands out: the look of the reports, in one file.

The style sheet is the reports' own, read as a file from the template's folder.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path

__all__ = ["page"]

TEMPLATE = Path(__file__).resolve().parents[1] / "press" / "template"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
TAGS = {"zh": "zh-CN", "en": "en"}
SKIP = {"zh": "跳到正文", "en": "Skip to the content"}


@lru_cache(maxsize=1)
def _style() -> str:
    text = (TEMPLATE / "page.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def page(lang: str, title: str, *, kicker: str, where: str, body: str, css: str = "") -> str:
    """A self-contained page; ``body`` is HTML, everything else is text and is escaped here.

    Nothing in it is fetched and nothing runs; raises KeyError for an unknown language.
    """
    return f"""<!DOCTYPE html>
<html lang="{TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · {escape(where)}</title>
<style>
{_style()}
{css}
</style>
</head>
<body class="examined">
<a class="skip" href="#main">{SKIP[lang]}</a>
<header>
<div class="masthead">
<p class="kicker">{escape(kicker)}</p>
<h1>{escape(title)}</h1>
<p class="where"><span>{escape(where)}</span></p>
</div>
</header>
<div class="columns">
<main id="main" tabindex="-1">
{body}
</main>
</div>
</body>
</html>
"""
