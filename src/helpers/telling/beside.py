"""Charts of places: the districts beside one another, in the office's order, a district's page
among its neighbours; a small map of tiles. Nothing where there is one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

from helpers.analysis import changes, places, sums
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like
from helpers.telling import tables
from helpers.telling.charts import drawn_bars, lollipops, tidy
from helpers.telling.drawing import (
    BLUE,
    QUIET,
    ROW,
    VERMILION,
    WIDTH,
    axes,
    ends,
    named_rows,
    published,
    texts,
    theme,
)
from helpers.telling.sentences import render
from helpers.telling.svg import INK
from helpers.telling.tracing import Fragment, joined, nothing, used

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

Drawn = "tuple[Axes, list[Figure], list[str]] | None"
ON_SHADE = "#0b0c0d"  # stays dark on a shaded cell where a dark page turns INK to white
FORMS = ("bars", "rates", "shares", "change", "heat", "table")


def beside(here: AreaFigures, slug: str, *, form: str, zh: str, en: str) -> Fragment:
    """A figure in all places around (see ``AreaReport.places``)."""
    if form not in FORMS:
        raise ValueError(f"form={form!r}: 可选的有 / one of {', '.join(FORMS)}")
    if slug not in here.book:
        here.refuse_outside(slug)
    found = places.beside(here.tables, slug, here.region, here.period)
    known = [f for f in found if f.quantity is not None and f.period == here.period]
    if not known:
        return nothing([], here.lang, [zh if here.lang == "zh" else en])
    gone = _silent(here, found, known)
    if form == "table":
        return joined([_table(here, known, zh=zh, en=en), *_sum(here, slug)])
    draw: dict[str, Callable[..., Drawn]] = {
        "bars": _bars, "rates": _rates, "shares": _shares, "change": _change, "heat": _heat,
    }  # fmt: skip
    drawn = draw[form](here, known) or _bars(here, known)
    ax, figures, names = drawn
    open_as = {"bars": "hatched", "heat": "", "shares": ""}.get(form, "line")
    chart = published(here, ax, figures, zh=zh, en=en, names=names, open_as=open_as, missing=gone)
    return joined([chart, *_sum(here, slug)])


def _silent(here: AreaFigures, found: Sequence[Figure], known: Sequence[Figure]) -> list[str]:
    """The places that have had the figure and not given it for this period, in words."""
    ever = set(here.panel.query("slug == @found[0].slug")["region"])
    gone = [f for f in found if f not in known and f.region in ever]
    between = "的" if here.lang == "zh" else ": "
    return [f"{_name(here, f)}{between}{f.label(here.lang)}" for f in gone]


def _name(here: AreaFigures, figure: Figure) -> str:
    return here.name("regions", "region", figure.region)


def _colors(here: AreaFigures, figures: Sequence[Figure]) -> list[str]:
    """The report's own place stands out among its neighbours."""
    return [VERMILION if f.region == here.region else BLUE for f in figures]


def _bars(here: AreaFigures, known: list[Figure]) -> Drawn:
    names = [_name(here, f) for f in known]
    frame = tidy(known, names)
    ax = axes(len(known))
    drawn_bars(ax, frame, dict(zip(frame["key"], _colors(here, known), strict=True)))
    parts = [places.share(here.tables, f) for f in known]
    widest = frame["upper"].max() or 1.0
    written = texts(here, known)
    of = texts(here, [p for p in parts if p is not None])
    for y, (figure, part) in enumerate(zip(known, parts, strict=True)):
        text = f"{written[y]}  ({of.pop(0)})" if part is not None else written[y]
        ax.text(ends(figure)[1] + widest * 0.012, y, text, va="center")
    named_rows(ax, names)
    ax.set_xlim(min(0, frame["lower"].min()), widest * 1.3)
    told = [(f, n) for f, n in zip(known, names, strict=True)]
    told += [(p, n) for p, n in zip(parts, names, strict=True) if p is not None]
    return ax, [f for f, _ in told], [f"{n} {f.label(here.lang)}" for f, n in told]


def _levels(here: AreaFigures, known: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """Each figure with what places of different size are compared by: itself or its rate."""
    pairs = [(f, f if places.comparable(f) else places.rate(here.tables, f)) for f in known]
    return [(f, level) for f, level in pairs if level is not None]


def _rates(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Each place's rate as a dot, on a line from the rate of the region that holds them."""
    levels = _levels(here, known)
    if len(levels) < 2:
        return None
    rates = [level for _, level in levels]
    names = [_name(here, f) for f, _ in levels]
    ax = axes(len(levels) * 0.95 + 0.6)
    whole = places.parent_figure(here.tables, levels[0][0])
    level = whole and _levels(here, [whole])
    start = float(level[0][1].quantity.value) if level else 0.0
    lollipops(ax, rates, texts(here, rates), _colors(here, [f for f, _ in levels]), start)
    named_rows(ax, names)
    if not level:
        return ax, rates, names
    own = level[0][1]
    _near(ax, [*rates, own])
    ax.axvline(start, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    text = f"{_name(here, whole)} {texts(here, [own])[0]}"
    ax.annotate(text, (start, 0), xycoords=("data", "axes fraction"), xytext=(0, -4),
                textcoords="offset points", ha="center", va="top", size=10)  # fmt: skip
    return ax, [*rates, own], [*names, _name(here, whole)]


def _near(ax: Axes, figures: Sequence[Figure]) -> None:
    """An axis that shows distances from a line, and not lengths: it need not begin at zero."""
    low, high = (side(end(f) for f in figures) for side, end in ((min, _low), (max, _high)))
    room = (high - low) or high or 1.0
    ax.set_xlim(low - 0.12 * room, high + 0.45 * room)


def _low(figure: Figure) -> float:
    return ends(figure)[0]


def _high(figure: Figure) -> float:
    return ends(figure)[1]


def _shares(here: AreaFigures, known: list[Figure]) -> Drawn:
    """The places as parts of one bar that is the whole."""
    parts = [places.share(here.tables, f) for f in known]
    if any(part is None for part in parts) or not all(p.is_exact for p in parts):
        return None
    theme()
    _, ax = plt.subplots(figsize=(WIDTH, 1.6))
    shades = sns.light_palette(BLUE, n_colors=len(parts) + 2)[2:]
    at = 0.0
    for figure, part, shade in zip(known, parts, shades[::-1], strict=True):
        size = float(part.quantity.value)
        own = figure.region == here.region
        ax.barh(0, size, left=at, color=VERMILION if own else shade, edgecolor="white", height=0.5)
        text = f"{_name(here, figure)}\n{texts(here, [part])[0]}"
        turned = (
            {"rotation": 90, "va": "bottom"}
            if size < 12 and here.lang == "en"
            else {"va": "bottom"}
        )
        ax.text(at + size / 2, 0.3, text, ha="center", size=9, **turned)
        at += size
    ax.set(xlim=(0, max(100.0, at)), ylim=(-0.3, 0.95), yticks=[])
    sns.despine(ax=ax, left=True, bottom=True)
    ax.set(xlabel="", ylabel="", xticks=[])
    return ax, parts, [_name(here, f) for f in known]


def _change(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Each place before and now, joined: a dumbbell a row."""
    pairs = [(changes.before(here.tables, f), f) for f in known]
    pairs = [(then, now) for then, now in pairs if then is not None]
    if len(pairs) < 2:
        return None
    ax = axes(len(pairs))
    names = [_name(here, now) for _, now in pairs]
    rows = range(len(pairs))
    old, new = ([float(f.quantity.value) for f in side] for side in zip(*pairs, strict=True))
    ax.hlines(rows, old, new, color=QUIET, linewidth=2, zorder=1)
    sns.scatterplot(x=old, y=list(rows), color="white", edgecolor=INK, s=55, ax=ax, zorder=3)
    colors = _colors(here, [now for _, now in pairs])
    sns.scatterplot(x=new, y=list(rows), c=colors, s=70, ax=ax, zorder=4)
    for y, (then, now) in enumerate(pairs):
        first, second = texts(here, [then, now])
        right = max(ends(then)[1], ends(now)[1])
        text = f"{first} → {second}"
        ax.annotate(text, (right, y), xytext=(9, 0), textcoords="offset points", va="center")
    ax.set_xlim(0, max(*old, *new) * 1.45)
    named_rows(ax, names)
    figures = [f for pair in pairs for f in pair]
    named = [f"{_name(here, f)} {here.period_name(f.period)}" for f in figures]
    return ax, figures, named


def _heat(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Places by periods, shaded by rate (or by the figure itself), each cell with its number."""
    slug, regions = known[0].slug, [f.region for f in known]
    cells = {
        (region, period): figure
        for region in places.around(here.tables, here.region).places
        for period in like(here.tables, here.period)
        if (figure := figures_of(here.tables, region, period).get(slug)) is not None
        and figure.quantity is not None and figure.period == period
    }  # fmt: skip
    levels = {at: level for at, f in cells.items() for _, level in _levels(here, [f])} or cells
    regions = [
        r for r in places.around(here.tables, here.region).places if any(a == r for a, _ in levels)
    ]
    periods = [p for p in like(here.tables, here.period) if any(b == p for _, b in levels)]
    if len(periods) < 2:
        return None
    frame = pd.DataFrame(
        [
            [levels[r, p].value if (r, p) in levels else float("nan") for p in periods]
            for r in regions
        ],
        index=[here.name("regions", "region", r) for r in regions],
        columns=[here.period_name(p) for p in periods],
    )
    written = frame.astype(object)
    for (r, p), figure in levels.items():
        written.iloc[regions.index(r), periods.index(p)] = texts(here, [figure])[0]
    theme()
    _, ax = plt.subplots(figsize=(WIDTH, ROW * len(regions) + 0.5))
    cmap = sns.light_palette(BLUE, as_cmap=True)
    top = float(frame.max().max()) or 1.0
    sns.heatmap(frame, annot=written.fillna("–").to_numpy(), fmt="", cmap=cmap, vmin=0,
                vmax=top * 1.9, cbar=False, linewidths=2, linecolor="white",
                annot_kws={"color": ON_SHADE, "size": 9.5}, ax=ax)  # fmt: skip
    ax.tick_params(left=False, bottom=False)
    ax.set(xlabel="", ylabel="")
    for label, region in zip(ax.get_yticklabels(), regions, strict=True):
        label.set_rotation(0)
        label.set_color(VERMILION if region == here.region else INK)
    names = [f"{here.name('regions', 'region', r)} {here.period_name(p)}" for r, p in levels]
    return ax, list(levels.values()), names


def _table(here: AreaFigures, known: list[Figure], *, zh: str, en: str) -> Fragment:
    """Each place with its figure, its share, its rate and how far that lies from the whole's."""
    tables_ = here.tables
    frame = pd.DataFrame(
        {
            "place": [_name(here, f) for f in known],
            "figure": known,
            "share": [places.share(tables_, f) for f in known],
            "rate": [places.rate(tables_, f) for f in known],
            "gap": [places.gap(tables_, f) for f in known],
        }
    )
    return tables.show(here, frame, zh=zh, en=en)


def _sum(here: AreaFigures, slug: str) -> list[Fragment]:
    """Both numbers, where the places do not add up to what the whole has stated."""
    stated = here.find(slug)
    added = sums.added(here.tables, slug, here.region, here.period)
    if added is None or added.missing or stated is None or stated.quantity is None:
        return []
    if sums.agreement(added, stated) != sums.DIFFERS:
        return []
    text = {
        "zh": f"各地相加是{{{slug}.sum}}，{{region}}的数是{{{slug}}}，两者不一致，都照列。",
        "en": f"The places add up to {{{slug}.sum}}, {{region}} states {{{slug}}}: both are shown.",
    }
    told = render(here, text[here.lang], here.lang)
    return [Fragment(f'<p class="note">{told.html}</p>', told.plain, used(told.figures))]


def tile_map(here: AreaFigures, slug: str, *, zh: str, en: str) -> Fragment:
    """A small map of tiles (see ``AreaReport.map``)."""
    if slug not in here.book:
        here.refuse_outside(slug)
    at = places.tiles(here.tables, here.region)
    found = places.beside(here.tables, slug, here.region, here.period)
    known = [f for f in found if f.quantity is not None and f.period == here.period]
    if not (at and known):
        return nothing([], here.lang, [zh if here.lang == "zh" else en])
    levels = {f.region: level for f, level in _levels(here, known)} or {f.region: f for f in known}
    across, down = (max(place[n] for place in at.values()) for n in (0, 1))
    theme()
    _, ax = plt.subplots(figsize=(WIDTH, 0.72 * down + 0.35))
    shade = sns.light_palette(BLUE, as_cmap=True)
    top = max(float(level.quantity.value) for level in levels.values()) or 1.0
    for region, (x, y) in at.items():
        level = levels.get(region)
        color = shade(float(level.quantity.value) / top / 1.9) if level else "none"
        edge = VERMILION if region == here.region else QUIET
        ax.barh(y, 0.94, left=x, height=0.9, color=[color], edgecolor=edge,
                linewidth=2.5 if edge == VERMILION else 0.8,
                linestyle="-" if level else (0, (4, 3)))  # fmt: skip
        name = here.name("regions", "region", region)
        text = (
            texts(here, [level])[0] if level else {"zh": "未报送", "en": "not reported"}[here.lang]
        )
        ax.text(x + 0.47, y, f"{name}\n{text}", ha="center", va="center", size=9.5,
                color=ON_SHADE if level else INK)  # fmt: skip
    ax.set(xlim=(0.95, across + 1.0), ylim=(down + 0.55, 0.45), xticks=[], yticks=[])
    sns.despine(ax=ax, left=True, bottom=True)
    figures = list(levels.values())
    names = [f"{_name(here, f)} {f.label(here.lang)}" for f in figures]
    gone = _silent(here, found, known)
    return published(here, ax, figures, zh=zh, en=en, names=names, open_as="", missing=gone)
