"""The data in the forms of other programs: a workbook, a Data Package, SDMX-CSV."""
