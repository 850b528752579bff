"""Pages: from an executed notebook to one file for readers."""

from __future__ import annotations

import base64
import io
import json
import re
from html import unescape
from html.parser import HTMLParser

import nbformat
import pytest

from helpers.reports.page import clean, figurelist
from helpers.reports.page import render as page
from helpers.fonts import embed

KEY = "couples_reconciled|370400|congress-9"
FIGURE = {
    "value": 14038, "lower": 14038, "upper": 14038, "unit": "对", "unit_en": "couples",
    "qualifier": "", "indicator": "couples_reconciled", "region": "370400",
    "period": "congress-9", "as_written": "14038对", "source": "report-2023",
    "table": "observations.csv", "row": 31, "label_zh": "劝和夫妻", "label_en": "reconciled",
}  # fmt: skip
ROUNDED_KEY = "events|370400|congress-9"
ROUNDED = {
    **FIGURE,
    "value": 2190,
    "lower": 2190,
    "upper": 2200,
    "as_written": "2190余场",
    "label_zh": "普法活动",
}
NUMBER = (
    f'<data class="fig" value="14038" data-figure="{KEY}" data-origin="劝和夫妻 · 第31行"'
    ' tabindex="0">14038对</data>'
)


def told(html: str, figures: dict | None = None, **metadata) -> nbformat.NotebookNode:
    mark = {"halfsky": {"figures": figures or {}}, **metadata}
    return nbformat.v4.new_output("display_data", {"text/html": html}, metadata=mark)


def shown(mime: str, content: str, **metadata) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("display_data", {mime: content}, metadata=metadata)


def code(*outputs, tags=("finding",), source="charts.funnel(here)") -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def prose(text: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})


def notebook(*cells) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def rights() -> nbformat.NotebookNode:
    return notebook(
        prose("# 依法维权\n\n有多少人得到了帮助？", "zh", "title"),
        prose("# Protecting rights\n\nHow many were helped?", "en", "title"),
        code(tags=["parameters"], source="region = '370400'"),
        code(tags=["injected-parameters"], source="region = '370402'"),
        code(tags=["setup"], source="from helpers import *"),
        prose("## 辅导与劝和", "zh"),
        prose("## Counselling", "en"),
        code(told(f'<p class="say">劝和{NUMBER}。</p>', {KEY: FIGURE})),
    )


def render(nb: nbformat.NotebookNode, **changes) -> str:
    given = {
        "lang": "zh",
        "title": "依法维权",
        "region": "370400",
        "period": "congress-9",
        "area": "rights",
        "labels": {"region": "枣庄市", "period": "第九次妇代会以来", "area": "依法维权"},
        "home": "../../../index.html",
        "twin": "../../../en/370400/congress-9/rights.html",
        "provenance": {"versions": {"pandas": "3.1.1"}, "hashes": {"observations.csv": "ab12"}},
        **changes,
    }
    return page.render(nb, **given)


def body(*outputs_html: str, **changes) -> str:
    return render(notebook(code(*[told(html) for html in outputs_html])), **changes)


# --- the frame ---------------------------------------------------------------------------


def test_a_page_says_its_language():
    assert '<html lang="zh-CN">' in render(rights())
    assert '<html lang="en">' in render(rights(), lang="en")


def test_the_title_is_the_areas_in_the_data_and_that_of_the_notebook_where_it_is_no_areas():
    html = render(rights(), title="权益维护", area="rights")
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["权益维护"]
    html = render(rights(), title="mine", area="mine")
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["依法维权"]


def test_without_a_heading_the_given_title_stands_and_a_second_one_becomes_a_section():
    assert "<h1>A &lt; B</h1>" in render(notebook(code()), title="A < B")
    html = render(notebook(prose("# 一"), prose("# 二")))
    assert html.count("<h1>") == 1
    assert '<h2 id="s1">二</h2>' in html


def test_cells_of_the_other_language_are_dropped():
    assert "Counselling" not in render(rights())
    assert "辅导与劝和" not in render(rights(), lang="en")


def test_parameters_and_setup_never_show():
    html = render(rights(), audience="internal")
    assert "370402&#39;" not in html
    assert "from helpers import" not in html


def test_code_is_hidden_from_the_public_and_folded_away_inside():
    assert "charts.funnel" not in render(rights())
    inside = render(rights(), audience="internal")
    assert '<details class="code"><summary>代码</summary>' in inside
    assert "charts.funnel" in inside


def test_the_contents_lead_to_every_section():
    html = render(rights())
    assert '<a href="#s1">辅导与劝和</a>' in html
    assert '<section aria-labelledby="s1">\n<h2 id="s1">辅导与劝和</h2>' in html


def test_names_and_ways_out_stand_in_the_head():
    html = render(rights(), labels={"region": "枣庄市", "period": "某期", "federation": "市妇联"})
    assert "<span>枣庄市</span> <span>某期</span>" in html
    assert "市妇联" in html
    assert '<a href="../../../index.html#zh">' in html
    assert '<a href="../../../en/370400/congress-9/rights.html" lang="en" hreflang="en">' in html


def test_simulated_data_is_marked_on_the_page_and_in_print():
    html = render(rights(), simulated=True)
    assert '<p class="banner">模拟数据' in html
    assert '@top-right{content:"模拟数据"}' in html
    assert 'class="banner"' not in render(rights())


def test_the_same_notebook_gives_the_same_bytes():
    assert render(rights()) == render(rights())


def test_an_unknown_language_or_audience_is_refused():
    with pytest.raises(ValueError, match="fr"):
        render(rights(), lang="fr")
    with pytest.raises(ValueError, match="secret"):
        render(rights(), audience="secret")


def test_a_notebook_with_an_error_is_no_page():
    failed = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(ValueError, match="KeyError"):
        render(notebook(code(failed)))


def test_names_are_escaped_wherever_they_stand():
    nasty = "</title><script>alert(1)</script>\"'\\"
    names = {"region": nasty, "period": nasty, "federation": nasty}
    html = render(rights(), title=nasty, labels=names, provenance={nasty: {nasty: nasty}})
    assert "<script>alert" not in html
    assert live(html) == []


def test_a_css_string_cannot_be_left():
    assert (
        page.css_text('a"}</style>\n') == '"a\\000022\\00007d\\00003c\\00002fstyle\\00003e\\00000a"'
    )


# --- figures -----------------------------------------------------------------------------


def listed(html: str) -> dict:
    return figurelist.read(html)


def test_the_figure_list_holds_what_the_outputs_state():
    assert listed(render(rights())) == {KEY: FIGURE}


def test_a_figure_that_is_only_drawn_tells_its_origin_in_a_list_and_one_that_is_said_itself():
    drawn = rights()
    drawn.cells[-1].outputs[0].data["text/html"] = "<p>劝和</p>"
    assert "第 31 行" in render(drawn)
    assert "第 31 行" not in render(rights())


def test_the_figure_list_cannot_close_its_script():
    text = figurelist.as_script({"k": {"label_zh": "</script><!-- & \u2028"}})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"k": {"label_zh": "</script><!-- & \u2028"}}


def test_a_rounded_figure_shows_its_interval():
    number = f'<data value="2190" data-figure="{ROUNDED_KEY}">2190余场</data>'
    html = render(notebook(code(told(number, {ROUNDED_KEY: ROUNDED}))))
    assert "<td>2190至2200</td>" in html


def test_a_number_without_a_figure_is_refused():
    with pytest.raises(page.UntracedNumberError, match="couples_reconciled"):
        body(NUMBER)


def test_a_number_that_is_not_its_figures_is_refused():
    wrong = NUMBER.replace('value="14038"', 'value="14039"')
    with pytest.raises(page.UntracedNumberError):
        render(notebook(code(told(wrong, {KEY: FIGURE}))))


def test_two_versions_of_one_figure_are_refused():
    other = {**FIGURE, "value": 1}
    with pytest.raises(page.UntracedNumberError, match="differently"):
        render(notebook(code(told("a", {KEY: FIGURE})), code(told("b", {KEY: other}))))


def test_a_float_written_whole_is_the_same_number():
    figurelist.check_numbers('<data value="2.0" data-figure="k">2</data>', {"k": {"value": 2}})


# --- outputs -----------------------------------------------------------------------------

SVG = (
    '<svg viewBox="0 0 500 90" role="img" aria-label="劝和14038对"><defs><clipPath id="c1">'
    '<rect x="0" y="0" width="5" height="5"></rect></clipPath></defs>'
    '<g clip-path="url(#c1)"><path d="M 0 0" fill="#0072b2"></path></g>'
    '<use xlink:href="#c1"></use><text x="1" y="2" fill="currentColor">劝和</text></svg>'
)


def test_our_own_fragments_come_through_unchanged():
    for fragment in (
        f'<p class="say">劝和{NUMBER}。</p>',
        '<p class="say missing">本期未报送：反家暴。</p>',
        f'<figure class="chart">{SVG}<figcaption>来源</figcaption></figure>',
        '<div class="scroll" tabindex="0" role="region" aria-label="表"><table class="figures">'
        '<caption>表</caption><thead><tr><th scope="col">指标</th></tr></thead><tbody><tr>'
        '<th scope="row">劝和</th><td class="number">一</td></tr></tbody></table></div>',
        '<ul class="rules"><li class="odd"><strong>两数不等</strong> 待查</li></ul>',
    ):
        assert clean.clean(fragment) == fragment


def test_a_chart_that_is_wider_than_a_phone_can_be_scrolled_there_and_another_fits():
    html = body(f'<figure class="chart">{SVG}</figure>')
    assert '<div class="scroll" tabindex="0" role="group" aria-label="劝和14038对">' in html
    assert 'style="min-width:500px;max-width:800px"' in html
    narrow = body(f'<figure class="chart">{SVG.replace("500", "340")}</figure>')
    assert 'style="max-width:544px"' in narrow


def test_an_analysts_picture_gets_an_alternative_text():
    png = base64.b64encode(b"png").decode()
    told_so = shown("image/png", png, **{"image/png": {"alt": 'trend "up"'}})
    assert clean.parsed(render(notebook(code(told_so)))).find(".//img").get("alt") == 'trend "up"'
    plain = nbformat.v4.new_output(
        "display_data", {"image/png": png, "text/plain": "<Figure size 640x480>"}
    )
    assert 'alt="分析图"' in render(notebook(code(plain)))


def test_an_analysts_svg_gets_a_role_and_a_name():
    html = render(
        notebook(
            code(
                shown(
                    "image/svg+xml",
                    '<?xml version="1.0"?><svg viewBox="0 0 9 9"><circle r="3"/></svg>',
                )
            )
        )
    )
    assert '<svg role="img" aria-label="分析图"' in html


def test_headings_in_outputs_stand_below_the_sections():
    assert "<h3>Loud</h3>" in body("<h1>Loud</h1>")


def test_a_heading_inside_a_quotation_opens_no_section():
    html = render(notebook(prose("## Section\n\n> ## Quoted\n> text\n\n<div><h1>Boxed</h1></div>")))
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", html) == ["Section"]
    assert "<h3>Quoted</h3>" in html
    assert "<h3>Boxed</h3>" in html


def test_printed_text_shows_and_warnings_do_not():
    said = nbformat.v4.new_output("stream", name="stdout", text="a < b\n")
    warned = nbformat.v4.new_output("stream", name="stderr", text="FutureWarning")
    html = render(notebook(code(said, warned)))
    assert "a &lt; b" in html
    assert "FutureWarning" not in html
    assert "FutureWarning" in render(notebook(code(said, warned)), audience="internal")


def test_the_sentinel_leaves_no_trace():
    end = nbformat.v4.new_output(
        "display_data", {"text/plain": ""}, metadata={"halfsky": {"end": True}}
    )
    assert 'class="cell method"' not in render(notebook(code(end, tags=["method"])))


# --- untrusted text ----------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle r=1></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg onload=alert(1)>#x'></use></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<svg><style>@import 'http://evil.example/x.css'</style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x()&gt;'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='x.swf'>",
    "<form action='http://evil.example'><input autofocus onfocus=alert(1)><button formaction=x>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)><meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href='http://evil.example/'><link rel=stylesheet href='http://evil.example/x.css'>",
    "<p style='background:url(http://evil.example/x.png)'>x</p>",
    "<div style='position:fixed;inset:0'>cover</div>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--[if IE]><script>alert(1)</script><![endif]--><!-- --!><img src=x onerror=alert(1)> -->",
    "</div></main></body><script>alert(1)</script>",
    "<img src='http://evil.example/pixel.png' alt=x>",
    "<img src='//evil.example/pixel.png' srcset='http://evil.example/2.png 2x'>",
    "<video src='http://evil.example/v.mp4' autoplay><source src=x onerror=alert(1)></video>",
    "<textarea><img src=x onerror=alert(1)></textarea><title><img src=x onerror=alert(1)></title>",
    "<p id=figures>x</p><script type=application/json id=figures>{}</script>",
    "[x](javascript:alert(1)) ![x](http://evil.example/p.png) <b onclick=alert(1)>y</b>",
]


class Sinks(HTMLParser):
    """Everything in a page that could run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        figures = {"type": "application/json", "id": "figures"}
        forbidden = {
            "iframe", "object", "embed", "form", "base", "video", "source", "animate", "input",
            "foreignobject", "math", "button", "textarea", "template",
        }  # fmt: skip
        if tag in forbidden or (tag == "script" and given != figures):
            self.found.append(tag)
        if tag == "link" and given != {"rel": "icon", "href": "data:,"}:
            self.found.append(tag)
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            fetching = name in ("src", "srcset", "poster", "data") and address[:11] != "data:image/"
            running = name in ("href", "xlink:href") and re.match(
                r"[\s\w]*(javascript|data:t)", address
            )
            styled = name == "style" and re.search(r"url\((?!&quot;#|\"#|#)|position", address)
            if name.startswith("on") or fetching or running or styled:
                self.found.append(f"{tag} {name}={value}")


def live(html: str) -> list[str]:
    sinks = Sinks()
    sinks.feed(html)
    return sinks.found


def shown_in_every_way(payload: str):
    yield prose(payload)
    yield prose(f"## {payload}")
    yield code(told(payload))
    yield code(shown("text/html", payload))
    yield code(shown("text/markdown", payload))
    yield code(shown("image/svg+xml", payload))
    yield code(shown("text/plain", payload))
    yield code(nbformat.v4.new_output("stream", name="stdout", text=payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_an_analysts_text_runs_or_fetches(payload):
    for cell in shown_in_every_way(payload):
        try:
            html = render(notebook(cell), audience="internal")
        except page.PageRefused:
            continue
        assert live(html) == []
        assert html.count('id="figures"') == 1
    assert live(clean.clean(payload)) == []


def test_the_policy_forbids_what_is_not_in_the_page():
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', render(rights()))[1]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "http" not in policy


def test_a_page_has_no_script_but_its_figure_list():
    assert re.findall(r"<script[^>]*>", render(rights())) == [
        '<script type="application/json" id="figures">'
    ]


# --- the page font -----------------------------------------------------------------------


def embedded(html: str):
    from fontTools.ttLib import TTFont

    packed = re.search(r"data:font/woff;base64,([^)]*)", html)[1]
    return TTFont(io.BytesIO(base64.b64decode(packed)), checkChecksums=2)


def visible(html: str) -> str:
    text = re.sub(r"(?s)<(style|script)\b.*?</\1>", "", html)
    return unescape(re.sub(r"<[^>]+>", "", text)) + "".join(
        re.findall(r'data-origin="([^"]*)"', html)
    )


def test_every_chinese_character_of_a_page_has_a_glyph_in_its_font():
    html = render(rights(), simulated=True, audience="internal")
    glyphs = embedded(html).getBestCmap()
    assert {c for c in visible(html) if "\u3000" <= c <= "\uffef" and ord(c) not in glyphs} == set()


def test_the_page_font_keeps_shapes_and_widths():
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.ttLib import TTFont

    small, whole = embedded(render(rights())), TTFont(embed.FONT)
    for sign in "维权A1，":
        drawn = []
        for font in (small, whole):
            pen, name = RecordingPen(), font.getBestCmap()[ord(sign)]
            font.getGlyphSet()[name].draw(pen)
            drawn.append((pen.value, font["hmtx"][name][0]))
        assert drawn[0] == drawn[1]


def test_english_pages_take_quotation_marks_from_latin_fonts():
    glyphs = embedded(render(rights(), lang="en")).getBestCmap()
    assert ord("’") not in glyphs
    assert ord("A") in glyphs


def test_a_number_in_the_name_of_what_was_not_reported_is_no_typed_number():
    label = "台地第2区的0—3岁托位"
    html = f"<p>本期未报送：{label}。</p>"
    mark = {"figures": {}, "missing": [label]}
    assert label in render(notebook(prose("## 托位", "zh"), code(told(html, halfsky=mark))))
    with pytest.raises(page.PageRefused, match="page-untraced|没有出处|no figure"):
        render(notebook(prose("## 托位", "zh"), code(shown("text/html", html))))


def test_the_name_of_a_place_that_ends_with_a_number_stands_off_the_period():
    html = render(rights(), labels={"region": "Zone 2", "period": "2024"})
    assert "<span>Zone 2</span> <span>2024</span>" in html
