"""Rows that repeat, rows that point at nothing, names that are taken, and how the columns of a
table hang together."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, islice
from keyword import kwlist

from ..codebook import Reference
from ..known import hints
from ..problems import Problem, fault
from ..sheets import Sheet

__all__ = ["check_keys", "check_names", "check_relations", "known_figures"]

MOST = 1_000  # findings of one key: beyond that a table is hopeless
ALSO_UNIQUE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "comparables": (("indicator", "place_en", "scope", "period"),),
}
# Windows keeps these for itself; codes become the names of files.
DEVICES = {"con", "prn", "aux", "nul", "clock"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}
NAMED = ("indicators", "measures", "programmes")  # told apart by their names alone
MEANT = {*kwlist, "region", "period", "parts", "programmes"}  # have a meaning already
TAKEN: Mapping[str, set[str]] = {
    "areas": {"overview", "index", "ledger"},  # names of the suite's own pages
    **dict.fromkeys(NAMED, MEANT),
}
CODES = (*TAKEN, "regions", "periods", "rules", "sentences", "sources")
LABELS = [f"{stem}_{lang}" for stem in ("name", "label", "title") for lang in ("zh", "en")]
FIGURES = {"indicators": "indicator", "comparables": "indicator", "measures": "measure"}
NEEDED = ("areas", "indicators", "regions", "periods", "qualifiers", "observations")


def known_figures(sheets: Mapping[str, Sheet], *tables: str) -> tuple[str, ...]:
    """The names of the figures in some tables, by default in all that name any."""
    texts = (sheets[name].texts[FIGURES[name]] for name in tables or FIGURES if name in sheets)
    return tuple(dict.fromkeys(chain.from_iterable(texts)))


def check_keys(
    sheets: Mapping[str, Sheet], only: Collection[str] | None = None
) -> Iterator[Problem]:
    """Duplicate rows, one key with two contents, and keys that no table knows.

    A row that came with an inherited table is not held against a table that the folder has
    replaced: its key was checked where it comes from. Nor is any row held against a table of
    which rows were refused: that is told there. `only` names the tables to be judged.
    """
    for name, sheet in sheets.items():
        if only is not None and name not in only:
            continue
        if not sheet.inherited:
            unique = [(column.name,) for column in sheet.table.columns if column.unique]
            keys = (sheet.table.primary_key, *ALSO_UNIQUE.get(name, ()), *unique)
            for key in dict.fromkeys(keys):
                if key and set(key) <= set(sheet.texts):
                    yield from islice(_repeated(sheet, key), MOST)
        for reference in dict.fromkeys(sheet.table.references):
            target = sheets.get(reference.table)
            if target is not None and target.whole and sheet.inherited <= target.inherited:
                yield from islice(_unknown(sheet, reference, target), MOST)


def _repeated(sheet: Sheet, key: tuple[str, ...]) -> Iterator[Problem]:
    keys = list(zip(*(sheet.texts[name] for name in key), strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[tuple[str, ...], int] = {}
    for at, value in enumerate(keys):
        before = first.setdefault(value, at)
        if before == at or not any(value):
            continue
        row, place = sheet.numbers[before], (sheet.file, sheet.numbers[at], key[0], "|".join(value))
        differing = [name for name, texts in sheet.texts.items() if texts[before] != texts[at]]
        if differing:
            name = "value" if "value" in differing else differing[0]
            said = {"old": sheet.texts[name][before], "new": sheet.texts[name][at]}
            yield fault(place, "duplicate-key", column=name, row=row, again=place[1], **said)
        else:
            yield fault(place, "duplicate-row", row=row)


def _unknown(sheet: Sheet, reference: Reference, target: Sheet) -> Iterator[Problem]:
    names, targets = reference.columns, reference.targets
    if not set(names) <= set(sheet.texts) or not set(targets) <= set(target.texts):
        return
    known = set(zip(*(target.texts[name] for name in targets), strict=True))
    if (sheet.table.name, target.table.name) == ("notes", "areas"):
        known.add(("overview",))  # a note may be about the page of all areas
    keys = list(zip(*(sheet.texts[name] for name in names), strict=True))
    wrong = {key for key in set(keys) - known if any(key)}
    if not wrong:
        return
    labels = [target.texts[name] for name in LABELS if name in target.texts]
    rows = zip(target.texts[targets[-1]], *labels, strict=True)
    choices = {code: dict(enumerate(said)) for code, *said in rows}
    cells = sheet.columns[names[-1]]  # None where the cell itself was refused, and that told
    for row, key, cell in zip(sheet.numbers, keys, cells, strict=True):
        if key in wrong and cell is not None:
            place = (sheet.file, row, names[-1], "|".join(key))
            hint = hints(key[-1], choices)
            yield fault(place, "unknown-key", table=target.file, column=names[-1], hint=hint)


def check_names(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Codes that cannot be file names or mean something else in a formula or sentence, and one
    name for two things: an indicator, a measure and a programme are told apart by name alone."""
    seen: dict[str, Sheet] = {}
    for name in CODES:
        sheet = sheets.get(name)
        if sheet is None:
            continue
        column = sheet.table.names[0]
        for row, slug in zip(sheet.numbers, sheet.texts[column], strict=True):
            place, other = (sheet.file, row, column, slug), seen.get(slug)
            if slug in DEVICES or slug in TAKEN.get(name, ()):
                yield fault(place, "slug-reserved")
            if name in NAMED:
                twice = other is not None and other is not sheet
                if twice and not (sheet.inherited and other.inherited):
                    yield fault(place, "name-twice", file=other.file, name=slug)
                if slug:
                    seen.setdefault(slug, sheet)


def check_relations(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Tables without a row that reports cannot do without, lists of names, pairs of columns."""
    for name in NEEDED:
        if name in sheets and sheets[name].whole and not len(sheets[name]):
            yield fault((sheets[name].file, 0, "", ""), "table-empty")
    for name, check in (
        ("areas", _areas),
        ("indicators", _indicators),
        ("regions", _regions),
        ("programmes", _programmes),
        ("comparables", _comparables),
        ("targets", _targets),
    ):
        if name in sheets and not sheets[name].inherited:
            yield from check(sheets[name], sheets)


def _listed(
    sheet: Sheet, column: str, known: tuple[str, ...], what: tuple[str, str]
) -> Iterator[Problem]:
    """The members of a `;` list that `known` does not hold, or that stand twice."""
    for row, text in zip(sheet.numbers, sheet.columns[column], strict=True):
        members = text.split(";") if text else []
        place = (sheet.file, row, column, text)
        for member in dict.fromkeys(members):
            if member != member.strip() or not member:
                yield fault(place, "list")
            elif member not in known:
                said = {"what": what, "name": member, "hint": hints(member, known)}
                yield fault(place, "unknown-member", **said)
            elif members.count(member) > 1:
                yield fault(place, "list-twice", name=member)


def _areas(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    if "indicators" in sheets and sheets["indicators"].whole:
        what, own = ("指标", "indicator or measure"), ("indicators", "measures")
        yield from _listed(sheet, "leading", known_figures(sheets, *own), what)
        yield from _listed(sheet, "also", known_figures(sheets), what)


def _indicators(sheet: Sheet, _sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    for row in sheet.rows():
        low, high = row["minimum"], row["maximum"]
        if low is not None and high is not None and low > high:
            yield fault(sheet.at(row, "maximum"), "maximum", minimum=low)


def _regions(sheet: Sheet, _sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    parents = dict(zip(sheet.texts["region"], sheet.texts["parent"], strict=True))
    for row in sheet.rows():
        seen, at = set(), row["region"]
        while at and at not in seen:
            seen.add(at)
            at = parents.get(at, "")
        if at and at == row["region"]:
            yield fault(sheet.at(row, "parent"), "parent-circle")


def _programmes(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    if "indicators" in sheets and sheets["indicators"].whole:
        known = tuple(sheets["indicators"].texts["indicator"])
        yield from _listed(sheet, "indicators", known, ("指标", "indicator"))
    for row in sheet.rows():
        zh, en = (len(list(filter(None, row[c].split(";")))) for c in ("parts", "parts_en"))
        if zh != en:
            yield fault(sheet.at(row, "parts_en"), "parts-differ", zh=zh, en=en)


def _comparables(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    known, regions = known_figures(sheets, "indicators", "measures"), sheets.get("regions")
    names = (regions.texts["region"], regions.texts["name_zh"]) if regions else ((), ())
    places = dict(zip(*names, strict=True))
    for row in sheet.rows():
        slug, indicator, period = row["comparable"], row["indicator"], row["period"]
        parts = slug.split("@")
        if slug and (len(parts) != 3 or parts[0] != indicator or parts[2] != period):
            said = {"indicator": indicator, "period": period}
            yield fault(sheet.at(row, "comparable"), "comparable-slug", **said)
        name = places.get(row["region"], "")
        if not row["place_zh"].startswith(name):
            said = {"code": row["region"], "name": name}
            yield fault(sheet.at(row, "place_zh"), "code-and-name", **said)
        if "|" in row["place_en"]:
            yield fault(sheet.at(row, "place_en"), "key-separator")
        if row["definition"] != "base" and indicator and indicator not in known:
            place = sheet.at(row, "indicator")
            yield fault(place, "no-figure-beside", hint=hints(indicator, known))


def _targets(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    known = known_figures(sheets, "indicators", "measures")
    for row in sheet.rows() if "indicators" in sheets else ():
        name = row["indicator"]
        if name and name not in known:
            yield fault(sheet.at(row, "indicator"), "no-figure", hint=hints(name, known))
