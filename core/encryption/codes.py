"""The receipt's digits: twenty of them, any script, one of them there to catch a slip of the finger.

The check digit is Damm's (2004): it catches every single wrong digit and every exchange of two neighbours.
"""

from __future__ import annotations

import secrets
import unicodedata

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

DIGITS = 20

# A totally anti-symmetric quasigroup of order 10, from H. M. Damm's thesis.
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class NotACode(DomainError):
    """What was typed cannot be a code: wrong number of digits, other signs, or a slip."""

    default = _("That is not a full number. Please look at it again: it has 20 digits.")


def check_digit(digits: str) -> str:
    """The digit that makes the whole come out at zero."""
    state = 0
    for digit in digits:
        state = DAMM[state][int(digit)]
    return str(state)


def new_code() -> str:
    """Twenty digits, the last a check digit: nineteen random ones are 63 bits."""
    digits = "".join(str(secrets.randbelow(10)) for _position in range(DIGITS - 1))
    return digits + check_digit(digits)


def parse(text: str) -> str:
    """The code as twenty ASCII digits, from any numeral script, spaces and dashes ignored; NotACode otherwise."""
    digits = []
    for sign in text:
        if sign.isdecimal():
            digits.append(str(unicodedata.decimal(sign)))
        elif sign.isspace() or unicodedata.category(sign) in ("Pd", "Cf", "Zs") or sign in "−٫":
            continue  # direction marks come along when right-to-left text is pasted
        else:
            raise NotACode
        if len(digits) > DIGITS:
            raise NotACode
    code = "".join(digits)
    if len(code) != DIGITS or check_digit(code[:-1]) != code[-1]:
        raise NotACode
    return code


def grouped(code: str) -> str:
    """For reading aloud and writing down: five groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, DIGITS, 4))
