"""Receipt codes: any script, and every common slip caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.encryption import codes

CODES = st.text("0123456789", min_size=19, max_size=19).map(lambda digits: digits + codes.check_digit(digits))
SCRIPTS = {"arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "devanagari": "०१२३४५६७८९", "bengali": "০১২৩৪৫৬৭৮৯",
           "myanmar": "၀၁၂၃၄၅၆၇၈၉", "khmer": "០១២៣៤៥៦៧៨៩", "full width": "０１２３４５６７８９"}  # fmt: skip


def test_new_codes_are_twenty_digits_and_differ():
    made = {codes.new_code() for _time in range(200)}
    assert len(made) == 200
    for code in made:
        assert len(code) == 20
        assert codes.parse(code) == code


@given(CODES, st.integers(0, 19), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(code, position, step):
    wrong = code[:position] + str((int(code[position]) + step) % 10) + code[position + 1 :]
    with pytest.raises(codes.NotACode):
        codes.parse(wrong)


@given(CODES, st.integers(0, 18))
def test_every_exchange_of_neighbours_is_caught(code, position):
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if swapped == code:
        assert codes.parse(swapped) == code
        return
    with pytest.raises(codes.NotACode):
        codes.parse(swapped)


@pytest.mark.parametrize("script", SCRIPTS)
@given(code=CODES)
def test_any_numeral_script_is_read(script, code):
    written = "".join(SCRIPTS[script][int(digit)] for digit in code)
    assert codes.parse(written) == code
    assert codes.parse("\u200f" + codes.grouped(written) + "\u200e ") == code


@given(CODES, st.lists(st.sampled_from(" -–—‑\t\u00a0\u200f\u061c"), min_size=20, max_size=20))
def test_spaces_dashes_and_direction_marks_are_ignored(code, between):
    assert codes.parse("".join(digit + sign for digit, sign in zip(code, between, strict=True))) == code


@given(st.text(max_size=40))
def test_any_other_text_is_a_code_or_a_refusal_and_nothing_else(text):
    try:
        code = codes.parse(text)
    except codes.NotACode:
        return
    assert len(code) == 20
    assert code.isascii()


@pytest.mark.parametrize("text", ["", "1234", "0" * 21, "0" * 19 + "x", "²" * 20, "½" * 20, "0" * 10_000])
def test_what_is_no_code_is_refused_with_a_sentence(text):
    with pytest.raises(codes.NotACode) as refused:
        codes.parse(text)
    assert "20 digits" in str(refused.value.message)


def test_the_code_is_read_aloud_in_five_groups():
    assert codes.grouped("01234567890123456789") == "0123 4567 8901 2345 6789"
