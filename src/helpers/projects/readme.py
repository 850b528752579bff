"""What a new project says of itself: how to fill it, check it, report from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.projects.folder import Place

__all__ = ["readme"]

TEXT = """# {zh}妇联工作数据 · Figures of the women’s federation of {en}

以下命令都在本文件夹内运行。Run every command below in this folder.

## 中文

`data/` 只放本地特有的表；派生指标、核对规则、约数规则和各表的说明用程序自带的，本地要改的，把同名的表放进来即可。

1. **填数**：一行一个数，写入 `data/observations.csv`：指标、地区、时期、数值，`as_written` 照录原文的数字和单位。`data/indicators.csv` 是指标表，可删可加。项目写入 `programmes.csv`，人口等分母写入 `comparables.csv`（`definition` 为 `base`），目标写入 `targets.csv`，只适用于某地某时的说明写入 `notes.csv`。
2. **检查**：`halfsky check --data data`
3. **出报告**：`halfsky report --data data --out reports`，打开 `reports/index.html`。
4. **复核**：`halfsky verify reports/zh/{code}/时期/领域.html --data data`
5. **新领域**：在 `areas.csv` 和 `indicators.csv` 加行，就有一页；要写自己的话，运行 `halfsky new 领域 --data data`，改 `notebooks/` 里的笔记本。
6. **自己分析**：`halfsky lab 领域 --data data`

`datapackage.json` 里的 `simulated` 写明数据是否编造；编造的，每页都会标出。

## English

`data/` holds only the tables that are this office’s own. Derived figures, rules, rounding words and the description of every table are the program’s; to change one, put a table of that name here.

1. **Figures**: a row each in `data/observations.csv`: indicator, region, period, value, and in `as_written` the numeral with its unit as printed. `data/indicators.csv` lists the indicators; take out and add what you need. Programmes go into `programmes.csv`, denominators such as population into `comparables.csv` (`definition` is `base`), targets into `targets.csv`, what must be said of one place and time into `notes.csv`.
2. **Check**: `halfsky check --data data`
3. **Report**: `halfsky report --data data --out reports`, then open `reports/index.html`.
4. **Verify**: `halfsky verify reports/en/{code}/PERIOD/AREA.html --data data`
5. **A new area**: rows in `areas.csv` and `indicators.csv` give it a page; for words of its own run `halfsky new AREA --data data` and edit the notebook in `notebooks/`.
6. **Analyse**: `halfsky lab AREA --data data`

`simulated` in `datapackage.json` says whether the figures are made up; every page from such data says so.
"""  # noqa: E501 - paragraphs of a document


def readme(place: Place) -> str:
    """The project's README, in Chinese and English."""
    return TEXT.format(zh=place.name_zh, en=place.name_en, code=place.code)
