"""Charts of places: the districts beside one another, in the office's order, a district's page
among its neighbours; a small map of tiles. Nothing where there is one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis import changes, places, sums
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like
from helpers.telling import tables
from helpers.telling.charts import bar, lollipops
from helpers.telling.drawing import (
    BLUE,
    DASHED,
    INK,
    QUIET,
    ROW,
    SIZE,
    VERMILION,
    axes,
    bare,
    beside,
    ends,
    published,
    row_axes,
    texts,
)
from helpers.telling.sentences import say
from helpers.telling.tracing import Fragment, joined, nothing
from helpers.telling.wording import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

    Drawn = tuple[Axes, list[Figure], list[str]] | None

ON_SHADE = "#0b0c0d"  # stays dark on a shaded cell where a dark page turns INK to white
SUM = {
    "zh": "各地相加是{0.sum}，{region}的数是{0}，两者不一致，都照列。",
    "en": "The places add up to {0.sum:n}, {region} states {0}: both are shown.",
}


def compared(here: AreaFigures, slug: str, *, zh: str, en: str, form: str = "bars") -> Fragment:
    """A figure in the districts, in the office's order; a district among its neighbours;
    nothing where there is one place.

    ``form``: ``bars`` (with shares of the city), ``rates`` (per ten thousand women or
    households, as distance from the city's), ``shares`` (parts of the city), ``change``
    (before and now), ``heat`` (places by years), ``table``. Where the districts do not add up
    to the city's figure, both numbers stand below.

    >>> here.places("loving_mothers", form="rates", zh="各区市爱心妈妈", en="By district")
    """
    draw: dict[str, Callable[..., Drawn] | None] = {
        "bars": _bars, "rates": _rates, "shares": _shares, "change": _change, "heat": _heat,
        "table": None,
    }  # fmt: skip
    if form not in draw:
        raise ValueError(f"form={form!r}: 可选的有 / one of {', '.join(draw)}")
    known, gone = _around(here, slug)
    if not known:
        return nothing([], here.lang, [zh if here.lang == "zh" else en])
    if form == "table":
        return joined([_table(here, known, zh=zh, en=en), *_sum(here, slug)])
    ax, figures, names = draw[form](here, known) or _bars(here, known)
    open_as = {"bars": "hatched", "heat": "", "shares": ""}.get(form, "line")
    per = _per(figures)
    words = {"zh": zh + per["zh"], "en": en + per["en"]}
    chart = published(here, ax, figures, names=names, open_as=open_as, missing=gone, **words)
    return joined([chart, *_sum(here, slug)])


def _per(figures: Sequence[Figure]) -> dict[str, str]:
    """What the rates of a chart are held against, for its title; empty where it shows none."""
    for rate in figures:
        if rate.form == "rate":
            of = rate.inputs[0]
            return {
                "zh": rate.label_zh.removeprefix(of.label_zh),
                "en": f" ({rate.label_en.removeprefix(of.label_en).strip()})",
            }
    return {"zh": "", "en": ""}


def _around(here: AreaFigures, slug: str) -> tuple[list[Figure], list[str]]:
    """The figure of each place around that reported it, and in words the places that have had it
    and not given it for this period.
    """
    here.find(slug)
    found = places.beside(here.tables, slug, here.region, here.period)
    known = [f for f in found if f.quantity is not None]
    ever = set(here.panel.loc[here.panel["slug"] == slug, "region"])
    between = "的" if here.lang == "zh" else ": "
    gone = [f for f in found if f not in known and f.region in ever]
    return known, [f"{_name(here, f)}{between}{f.label(here.lang)}" for f in gone]


def _name(here: AreaFigures, figure: Figure) -> str:
    return here.name("regions", "region", figure.region)


def _color(here: AreaFigures, figure: Figure) -> str:
    """The report's own place stands out among its neighbours."""
    return VERMILION if figure.region == here.region else BLUE


def _levels(here: AreaFigures, known: Sequence[Figure]) -> list[Figure]:
    """What places of different size are compared by: the figures themselves or their rates."""
    levels = [f if places.comparable(f) else places.rate(here.tables, f) for f in known]
    return [level for level in levels if level is not None]


def _bars(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Each place's figure, and its share of the whole in brackets."""
    names = [_name(here, f) for f in known]
    ax = row_axes(names)
    told: list[tuple[Figure, str]] = []
    for y, figure in enumerate(known):
        own = [f for f in (figure, places.share(here.tables, figure)) if f is not None]
        written, *brackets = texts(here, own)
        bar(ax, y, *ends(figure), _color(here, figure))
        beside(ax, ends(figure)[1], y, f"{written} ({brackets[0]})" if brackets else written)
        told += [(f, f"{names[y]} {f.label(here.lang)}") for f in own]
    ax.set_xlim(min(0, *(ends(f)[0] for f in known)), max(ends(f)[1] for f in known) or 1)
    bare(ax)
    return ax, [f for f, _ in told], [name for _, name in told]


def _rates(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Each place's rate as a dot, on a line from the rate of the region that holds them."""
    rates = _levels(here, known)
    if len(rates) < 2:
        return None
    names = [_name(here, f) for f in rates]
    ax = row_axes(names, more=0.25)
    whole = places.parent_figure(here.tables, known[0])
    own = _levels(here, [whole]) if whole else []
    start = float(own[0].quantity.value) if own else 0.0
    written = texts(here, [*rates, *own])
    lollipops(ax, rates, written[: len(rates)], [_color(here, f) for f in rates], start)
    if not own:
        return ax, rates, names
    _near(ax, [*rates, *own])
    ax.axvline(start, color=INK, linewidth=1, linestyle=DASHED)
    text = f"{_name(here, whole)} {written[-1]}"
    below = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "top"}
    beside(ax, start, 0, text, xytext=(0, -4), **below)
    return ax, [*rates, *own], [*names, _name(here, whole)]


def _near(ax: Axes, figures: Sequence[Figure]) -> None:
    """An axis that shows distances and not lengths: it need not begin at zero."""
    low, high = (side(ends(f)[at] for f in figures) for at, side in ((0, min), (1, max)))
    room = 0.06 * ((high - low) or high or 1.0)
    ax.set_xlim(low - room, high + room)


def _shares(here: AreaFigures, known: list[Figure]) -> Drawn:
    """The places as parts of one bar that is the whole."""
    import seaborn as sns

    parts = [places.share(here.tables, f) for f in known]
    if not all(part is not None and part.is_exact for part in parts):
        return None
    latin = here.lang == "en"
    ax, at = axes(2.3 if latin else 1.5), 0.0
    shades = sns.light_palette(BLUE, n_colors=len(parts) + 2)[2:]
    for figure, part, shade in zip(known, parts, shades[::-1], strict=True):
        size, own = float(part.quantity.value), figure.region == here.region
        ax.barh(0, size, left=at, color=VERMILION if own else shade, edgecolor="white", height=0.5)
        text = f"{_name(here, figure)}{' ' if latin else chr(10)}{texts(here, [part])[0]}"
        beside(ax, at + size / 2, 0.27, text, xytext=(0, 0), va="bottom", ha="center",
               rotation=90 if latin else 0)  # fmt: skip
        at += size
    ax.set(xlim=(0, max(100.0, at)), ylim=(-0.3, 0.3), yticks=[])
    bare(ax)
    return ax, parts, [_name(here, f) for f in known]


def _change(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Each place before and now, joined: a dumbbell a row."""
    import seaborn as sns

    pairs = [(changes.before(here.tables, f), f) for f in known]
    pairs = [(then, now) for then, now in pairs if then is not None]
    if len(pairs) < 2:
        return None
    ax = row_axes([_name(here, now) for _, now in pairs])
    rows = range(len(pairs))
    old, new = ([float(f.quantity.value) for f in side] for side in zip(*pairs, strict=True))
    ax.hlines(rows, old, new, color=QUIET, linewidth=2, zorder=1)
    sns.scatterplot(x=old, y=rows, color="white", edgecolor=INK, s=55, ax=ax, zorder=3)
    colors = [_color(here, now) for _, now in pairs]
    sns.scatterplot(x=new, y=rows, c=colors, s=70, ax=ax, zorder=4)
    figures = [f for pair in pairs for f in pair]
    written = texts(here, figures)
    for y, pair in enumerate(pairs):
        text = " → ".join(written[2 * y : 2 * y + 2])
        beside(ax, max(ends(f)[1] for f in pair), y, text, xytext=(9, 0))
    _near(ax, figures)
    bare(ax)
    return ax, figures, [f"{_name(here, f)} {here.period_name(f.period)}" for f in figures]


def _heat(here: AreaFigures, known: list[Figure]) -> Drawn:
    """Places by periods, shaded by rate (or by the figure itself), each cell with its number."""
    import seaborn as sns

    slug, cells = known[0].slug, {}
    for region in places.around(here.tables, here.region).places:
        for period in like(here.tables, here.period):
            figure = figures_of(here.tables, region, period).get(slug)
            if figure is not None and figure.quantity is not None and figure.period == period:
                cells[region, period] = figure
    rates = {at: level for at, f in cells.items() for level in _levels(here, [f])}
    told = pd.Series(rates or cells).unstack().reindex(
        index=dict.fromkeys(region for region, _ in rates or cells),
        columns=[p for p in like(here.tables, here.period) if any(b == p for _, b in cells)],
    )  # fmt: skip
    if len(told.columns) < 2:
        return None
    is_told = told.notna()
    figures = list((rates or cells).values())
    shown = {f.key: text for f, text in zip(figures, texts(here, figures), strict=True)}
    written = told.map(lambda f: shown[f.key], na_action="ignore").where(is_told, "–")
    values = told.map(lambda f: f.value, na_action="ignore").astype(float)
    ax, shade = axes(ROW * len(told) + 0.5), sns.light_palette(BLUE, as_cmap=True)
    sns.heatmap(values, annot=written.to_numpy(), fmt="", cmap=shade, vmin=0,
                vmax=(values.max().max() or 1.0) * 1.9, cbar=False, linewidths=2, linecolor="white",
                annot_kws={"color": ON_SHADE, "size": SIZE}, ax=ax)  # fmt: skip
    ax.set_xticklabels([here.period_name(p) for p in told.columns])
    ax.set_yticklabels([here.name("regions", "region", r) for r in told.index], rotation=0)
    ax.tick_params(left=False, bottom=False)
    ax.set(xlabel="", ylabel="")
    for label, region in zip(ax.get_yticklabels(), told.index, strict=True):
        label.set_color(VERMILION if region == here.region else INK)
    return ax, figures, [f"{_name(here, f)} {here.period_name(f.period)}" for f in figures]


def _table(here: AreaFigures, known: list[Figure], *, zh: str, en: str) -> Fragment:
    """Each place with its figure, its share, its rate and how far that lies from the whole's."""
    beside_it = {"share": places.share, "rate": places.rate, "gap": places.gap}
    columns = {name: [make(here.tables, f) for f in known] for name, make in beside_it.items()}
    frame = pd.DataFrame({"place": [_name(here, f) for f in known], "figure": known, **columns})
    return tables.show(here, frame, zh=zh, en=en)


def _sum(here: AreaFigures, slug: str) -> list[Fragment]:
    """Both numbers, where the places do not add up to what the whole has stated."""
    stated = here.find(slug)
    added = sums.added(here.tables, slug, here.region, here.period)
    if added is None or added.missing or stated is None or stated.quantity is None:
        return []
    if sums.agreement(added, stated) != sums.DIFFERS:
        return []
    both = {lang: text.replace("{0", f"{{{slug}") for lang, text in SUM.items()}
    return [say(here, **both, style="note")]


def tile_map(here: AreaFigures, slug: str, *, zh: str, en: str) -> Fragment:
    """A small map of tiles (``regions.csv``, column tile), shaded by rate where a base is
    known; nothing where there is one place or a place has no tile.

    >>> here.map("rights_venues", zh="维权阵地", en="Rights venues")
    """
    at = places.tiles(here.tables, here.region)
    known, gone = _around(here, slug)
    if not (at and known):
        return nothing([], here.lang, [zh if here.lang == "zh" else en])
    import seaborn as sns

    levels = {level.region: level for level in _levels(here, known) or known}
    written = dict(zip(levels, texts(here, levels.values()), strict=True))
    top = max(float(level.quantity.value) for level in levels.values()) or 1.0
    across, down = (max(place[n] for place in at.values()) for n in (0, 1))
    ax, shade = axes(0.72 * down + 0.35), sns.light_palette(BLUE, as_cmap=True)
    for region, (x, y) in at.items():
        level, own = levels.get(region), region == here.region
        ax.barh(y, 0.94, left=x, height=0.9, edgecolor=VERMILION if own else QUIET,
                color=[shade(float(level.quantity.value) / top / 1.9)] if level else "none",
                linewidth=2.5 if own else 0.8, linestyle="-" if level else DASHED)  # fmt: skip
        text = written.get(region, MISSING[here.lang])
        beside(ax, x + 0.47, y, f"{here.name('regions', 'region', region)}\n{text}", ha="center",
               xytext=(0, 0), color=ON_SHADE if level else INK)  # fmt: skip
    ax.set(xlim=(0.95, across + 1.0), ylim=(down + 0.55, 0.45), yticks=[])
    bare(ax)
    names = [f"{_name(here, f)} {f.label(here.lang)}" for f in levels.values()]
    told = list(levels.values())
    return published(here, ax, told, zh=zh, en=en, names=names, open_as="", missing=gone)
