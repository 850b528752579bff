"""Cut the charts' font out of the full Noto Sans SC.

    python src/helpers/fonts/make_subset.py NotoSansSC-Regular.ttf

The full font (10.6 MB) is not kept here; README.md beside this file says which release it is.
Characters: all of GB 2312, and those of `more_characters.txt`: the names of administrative
divisions, the Table of General Standard Chinese Characters, and what is added by hand, such as a
rare character of someone's name.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib.scaleUpem import scale_upem

HERE = Path(__file__).resolve().parent
TARGET = HERE / "NotoSansSC-Subset.ttf"
MORE = HERE / "more_characters.txt"
GRID = 500  # units of a character's height; 1000 in the source
# Of version 2.004, regular weight: a rerun gives the same file.
SOURCE_SHA256 = "5cf8b2a0576d5680284ab03a7a8219499d59bbe981a79bb3dc0031f251c39736"


def gb2312() -> set[str]:
    """Every character of GB 2312: 6763 hanzi, and 682 letters, marks and symbols."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found.update(bytes([row, cell]).decode("gb2312", errors="ignore"))
    return found


def more_characters() -> set[str]:
    """The characters of `more_characters.txt`; lines that start with # are remarks."""
    lines = MORE.read_text(encoding="utf-8").splitlines()
    return {mark for line in lines if not line.startswith("#") for mark in line.strip()}


def wanted() -> set[str]:
    """The characters the subset must have; ASCII and the space among them."""
    return gb2312() | more_characters() | {chr(code) for code in range(0x20, 0x7F)}


def cut(source: Path, target: Path) -> int:
    """Write the subset without hinting, on a coarser grid: half a thousandth of a character is
    finer than any page shows, and makes a page's font a tenth smaller. Returns the number of its
    characters.

    Raises ValueError when `source` lacks a wanted character.
    """
    options = subset.Options(
        hinting=False,  # charts are drawn at sizes and resolutions where it does nothing
        layout_features=["kern", "ccmp"],
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "STAT", "GDEF", "gasp"],  # no vertical text
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],  # the names, the copyright and the licence
        notdef_outline=True,
    )
    font = subset.load_font(str(source), options)
    lacking = sorted(mark for mark in wanted() if ord(mark) not in font.getBestCmap())
    if lacking:
        raise ValueError(f"{source.name} lacks {''.join(lacking)}; take them out of {MORE.name}")
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(mark) for mark in wanted()])
    cutter.subset(font)
    count = len(font.getBestCmap())
    scale_upem(font, GRID)
    subset.save_font(font, str(target), options)
    return count


def main() -> None:
    """Read the one argument, check that it is the right release, and cut."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, help="NotoSansSC-Regular.ttf, version 2.004")
    source = parser.parse_args().source
    if hashlib.sha256(source.read_bytes()).hexdigest() != SOURCE_SHA256:
        parser.error(f"{source.name} is not the release that README.md names")
    print(f"{TARGET.name}: {cut(source, TARGET)} characters, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
