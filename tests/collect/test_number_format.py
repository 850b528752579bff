"""What a spreadsheet shows for a number."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.collect.number_format import shown_number


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("123", "0000000", "0000123"),
        ("13000", '0!.0,"万"', "1.3万"),
        ("13000", '0\\.0,"万"', "1.3万"),
        ("0.05", "0%", "5%"),
        ("0.3620", "0.00%", "36.20%"),
        ("5", "0\\%", "5%"),
        ("5", '0"%"', "5%"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("1234567", "#,##0", "1,234,567"),
        ("17800", "#,##0_);(#,##0)", "17,800"),
        ("-5", "#,##0_);(#,##0)", "(5)"),
        ("-5", "0", "-5"),
        ("0", '0;-0;"—"', "—"),
        ("12.50", "0.##", "12.5"),
        ("12", "0.0", "12.0"),
        ("13000000", '0.0,,"百万"', "13.0百万"),
        ("1300", "General", "1300"),
        ("17800", '0"名"', "17800名"),
        ("0.1", "", "0.1"),
        ("999032320001885", "0", "999032320001885"),
        ("3", "[Red]0", "3"),
        ("45", "G/通用格式", "45"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value, code, text):
    assert shown_number(Decimal(value), code).text == text


@pytest.mark.parametrize("code", ["0.00E+00", "yyyy-mm-dd", "# ?/abc"])
def test_a_format_that_is_not_understood_is_left_to_be_told(code):
    assert shown_number(Decimal(5), code) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["0", "#,##0", "General", ""]))
def test_whole_numbers_keep_their_digits(value, code):
    assert shown_number(Decimal(value), code).text.replace(",", "") == str(value)
