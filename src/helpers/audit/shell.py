"""The frame of a page that the examiner hands out: the look of the reports, in one file.

The style sheet is the reports' own, read as a file from the template's folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from helpers.fonts import embed

__all__ = ["page", "table"]

TEMPLATE = Path(__file__).resolve().parents[1] / "reports" / "page" / "template"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
TAGS = {"zh": "zh-CN", "en": "en"}
KICKER = {"zh": "妇联工作数据报告", "en": "Women’s federation · work in figures"}
SKIP = {"zh": "跳到正文", "en": "Skip to the content"}


@lru_cache(maxsize=1)
def _style() -> str:
    text = (TEMPLATE / "page.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def table(caption: str, heads: Sequence[str], rows: Iterable[str], kind: str = "") -> str:
    """A table in a region that scrolls; ``rows`` are HTML, ``caption`` and ``heads`` texts."""
    told = escape(caption)
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in heads)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{told}">'
        f'<table role="table" class="figures {kind}"><caption>{told}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{chr(10).join(rows)}\n</tbody></table></div>'
    )


def page(lang: str, title: str, *, where: str, body: str, css: str = "") -> str:
    """A self-contained page; ``body`` is HTML, everything else is text and is escaped here.

    It brings the glyphs of its text along. Nothing in it is fetched and nothing runs; raises
    KeyError for an unknown language.
    """
    whole = f"""<!DOCTYPE html>
<html lang="{TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · {escape(where)}</title>
<link rel="icon" href="data:,">
<style>
@@FONT@@{_style()}
{css}
</style>
</head>
<body class="examined">
<a class="skip" href="#main">{SKIP[lang]}</a>
<header>
<div class="masthead">
<p class="kicker">{KICKER[lang]}</p>
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
    return embed.embedded(whole, lang)
