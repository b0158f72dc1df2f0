"""The second net under the log: what it takes out, and what it leaves whole."""

import logging

from core.redaction import NoPrivateWords


def logged(text: str) -> str:
    line = logging.LogRecord("test", logging.INFO, "", 0, text, (), None)
    NoPrivateWords().filter(line)
    return line.getMessage()


def test_addresses_and_long_numbers_are_taken_out() -> None:
    assert logged("mail to amina@north.example") == "mail to [address]"
    assert "4821" not in logged("number 4821 0937 6205 1884 3067 opened")
    assert "000" not in logged("call 000-000-000-1")


def test_the_key_of_a_row_stays_whole_whatever_digits_it_holds() -> None:
    key = "01a1fa08-4380-7000-b306-140234303001"
    assert logged(f"In organisation {key} something failed") == f"In organisation {key} something failed"
