"""The drawing on the page of results: how much faster than the shell loop each way is."""

from __future__ import annotations

import re

from helpers.bench import contest
from helpers.bench.findings import Findings
from helpers.bench.layout import LANGS
from helpers.bench.record import Row, Spread, ratios

__all__ = ["chart"]

WIDTH, ROW = 7.5, 0.42  # inches
ROOM = 30  # points
# Names on one line: a file of its own is shown in whatever face the reader has.
SHORT = {
    contest.SHELL: ("(a) 命令行逐份", "(a) shell loop"),
    contest.INSIDE: ("(b) 同一进程", "(b) one process"),
    contest.PORTABLE_ONE: ("papermill 引擎，1 槽", "papermill, 1 slot"),
    contest.PORTABLE: ("papermill 引擎，2 槽", "papermill, 2 slots"),
    contest.FORK: ("fork 引擎，1 槽", "fork, 1 slot"),
    contest.FORK_TWO: ("fork 引擎，2 槽", "fork, 2 slots"),
    contest.DASK: ("Dask，2 个 worker", "Dask, 2 workers"),
    contest.PLOOMBER: ("ploomber", "ploomber"),
    contest.BOUND: ("下限，1 个进程", "bound, 1 process"),
    contest.BOUND_TWO: ("下限，2 个进程", "bound, 2 processes"),
}
BOUNDS = (contest.BOUND, contest.BOUND_TWO)


def chart(found: Findings, lang: str) -> str:
    """The chart as a file of its own (SVG): a bar a row with the least and most of its rounds.

    Empty where nothing can be drawn.
    """
    at = LANGS.index(lang)
    shell = found.row(contest.SHELL)
    bars = [(row, ratio) for row in found.rows if (ratio := ratios(shell, row))]
    if not bars:
        return ""
    title = ("比 (a) 快多少倍，含启动", "Times faster than (a), start-up included")[at]
    told = "; ".join(f"{row.label[at]} {ratio.middle:.1f}×" for row, ratio in bars)
    return _alone(_drawn(bars, at, title), f"{title}: {told}")


def _drawn(bars: list[tuple[Row, Spread]], at: int, title: str):
    import matplotlib.pyplot as plt

    from helpers.telling import charts

    charts.theme()
    figure, ax = plt.subplots(figsize=(WIDTH, ROW * len(bars) + 0.8))
    colours = [charts.QUIET if row.key in BOUNDS else charts.BLUE for row, _ in bars]
    middles = [ratio.middle for _, ratio in bars]
    reach = [[r.middle - r.least for _, r in bars], [r.most - r.middle for _, r in bars]]
    ax.barh(range(len(bars)), middles, xerr=reach, color=colours, ecolor=charts.VERMILION)
    charts.bare(ax)
    ax.set_yticks(range(len(bars)), [SHORT[row.key][at] for row, _ in bars])
    ax.invert_yaxis()
    widest = max(ratio.most for _, ratio in bars)
    for place, (_, ratio) in enumerate(bars):
        ax.text(ratio.most + widest * 0.012, place, f"{ratio.middle:.1f}×", va="center")
    ax.set_xlim(0, widest * 1.12)
    ax.set_title(title, loc="left", size=11)
    return figure


def _alone(figure, alt: str) -> str:
    """The drawing as a page's charts are, with what a file of its own needs: ground and face."""
    import matplotlib.pyplot as plt

    from helpers.telling.svg import svg

    text = svg(figure, alt)
    plt.close(figure)
    end = text.index(">") + 1
    head = text[: end - 1] + ' font-family="sans-serif" color="#0b0c0c">'
    # a face that is wider than the one it was drawn with gets room at the left
    head = re.sub(
        r'viewBox="0 0 ([\d.]+)',
        lambda found: f'viewBox="-{ROOM} 0 {float(found[1]) + ROOM:g}',
        head,
    )
    ground = f'<rect x="-{ROOM}" width="100%" height="100%" fill="#fff"/>'
    return head + ground + text[end:] + "\n"
