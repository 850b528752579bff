"""Tables as districts deliver them: a valid one, drawn by a seed, and the files of every kind."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

HEAD = ["地区", "年份", "爱心妈妈", "接受辅导的拟离婚夫妻", "劝和夫妻", "筛查知晓率"]
SLUGS = ["", "", "loving_mothers", "couples_counselled", "couples_reconciled",
         "screening_awareness"]  # fmt: skip
REGIONS = {"东山区": "990102", "西湖区": "990103", "北岭县": "990121"}
YEARS = ("2023", "2024")
ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


class Table:
    """A valid table of texts: ``rows`` with the head at ``head`` (from 0) and body rows below."""

    def __init__(self, rng, years=YEARS):
        above = rng.choice([[], [["2024年妇女工作统计表"]], [["云河市妇联"], ["妇女工作统计表"]]])
        below = rng.choice([[], [["填表人：某某"]], [["注：按期末统计"], ["审核人：某某"]]])
        body = [
            [region, year, str(rng.randint(200, 900)), str(rng.randint(500, 999)),
             str(rng.randint(101, 400)), f"{rng.randint(600, 750) / 10}"]
            for region in REGIONS for year in years
        ]  # fmt: skip
        self.head = len(above)
        self.body = range(self.head + 1, self.head + 1 + len(body))
        self.rows = [[*row, *[""] * (6 - len(row))] for row in (*above, HEAD[:], *body, *below)]

    def key(self, row, column):
        """(indicator, region, period) of a figure."""
        return SLUGS[column], REGIONS[self.rows[row][0]], self.rows[row][1]


def as_csv(rows, encoding="utf-8", **style):
    """The bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **style).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(sheets, merge=()):
    """The bytes of a workbook; ``sheets`` maps names to rows, or is the rows of one."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (sheets if isinstance(sheets, dict) else {"Sheet1": sheets}).items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value not in ("", None):
                    cell = sheet.cell(at, column, value)
                    if isinstance(value, str):  # a text stays one, whatever it begins with
                        cell.data_type = "s"
        for area in merge:
            sheet.merge_cells(area)
    return saved(book)


def as_docx(rows):
    """The bytes of a Word file with one table."""
    import docx

    document = docx.Document()
    table = document.add_table(len(rows), max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    return saved(document)


def as_ods(rows, name="Sheet1"):
    """The bytes of an OpenDocument workbook of texts."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p>'
            "</table:table-cell>"
            if text
            else "<table:table-cell/>"
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(content := io.BytesIO(), "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "content.xml",
            ODS.format(f"<table:table table:name={quoteattr(name)}>{cells}</table:table>"),
        )
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>",
        )
    return content.getvalue()


def saved(book):
    """The bytes of something that saves itself into a file."""
    book.save(content := io.BytesIO())
    return content.getvalue()


KINDS = {".csv": as_csv, ".xlsx": as_xlsx, ".docx": as_docx, ".ods": as_ods}

# what stands in a number's place: read as meant, or refused by a rule
MENDED = {
    "wide digits": [("１３０", "130"), ("１，３０５", "1305")],
    "magnitudes": [("0.3万", "3000"), ("1.3万", "13000")],
    "rounding words": [("约130", "130"), ("近130", "130"), ("130余", "130")],
    "blanks around": [
        (" 130 ", "130"),
        ("\t130", "130"),
        ("130\u00a0", "130"),
        ("\u3000130", "130"),
    ],
    "leading zeros": [("0130", "130")],
}
REFUSED = {
    "other scripts": {"digits": ["١٣٠", "१३०", "໑໓໐"]},
    "groups": {"grouped": ["1 300", "1'300", "12’300"]},
    "rounding words": {"qualified": ["130+", ">130"]},
    "other units": {"other-unit": ["130户", "130人次"]},
    "ranges": {"range": ["100-130", "100～130", "100至130", "100—130"]},
    "percent in a count": {"other-unit": ["13%", "13％"]},
    "fractions and ratios": {"fraction": ["1/2"], "ratio": ["3:2", "3：2"]},
    "parts of a count": {"count-not-whole": ["130.5", "0.25"]},
    "exponents": {"scientific": ["1.3E+02", "1.30101E+17"]},
    "negative": {"out-of-range": ["-5"]},
    "other minus signs": {"out-of-range": ["－5", "–5", "−5"]},
    "accounting": {"out-of-range": ["(5)", "（5）"]},
    "letters for digits": {"letters": ["13O", "l30", "1I0"]},
    "programs": {"program": ["0x82", "0b1"], "grouped": ["1_300"]},
    "infinite": {"infinite": ["inf", "-inf", "∞"], "scientific": ["1e999"]},
    "not a number": {"missing": ["NaN", "nan", "N/A"]},
    "errors of a spreadsheet": {"excel-error": ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"]},
    "yes and no": {"boolean": ["TRUE", "是", "否"]},
    "too large": {"out-of-range": ["1000000000000000000", "99999999999999999999"]},
    "made a date": {"date": ["1月30日", "Jan-30", "2025/3/4"]},
    "an identity number": {"out-of-range": ["110101199003070000"]},
}
