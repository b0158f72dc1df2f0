"""Whether somebody who wants to stay unknown may have written down how to find them."""

import re
from collections.abc import Mapping
from typing import Any

from cases.choices import Mode

MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}")
#: Seven digits of any script behind a plus or a zero, or eight of them, with what people put between; days are none.
BETWEEN = r"[\s().\-/]{0,2}"
NUMBER = re.compile(rf"(?:\+\d|[0٠۰०])(?:{BETWEEN}\d){{6,}}|\d(?:{BETWEEN}\d){{7,}}")
DAY = re.compile(r"\b\d{1,4}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{1,4}\b")
#: Answers in the person's own words that are read before anything is known of them.
WORDS = ("account", "wishes_words", "subject_name", "subject_work", "subject_place", "must_not_know")


def given_away(answers: Mapping[str, Any]) -> bool:
    """Whether an anonymous report holds what looks like a phone number or an e-mail address.

    A guess made for a gentle question: it may be wrong either way, and nothing is taken out or refused by it.
    """
    if answers.get("mode") != Mode.ANONYMOUS:
        return False
    words = (str(answers.get(name) or "") for name in WORDS)
    return any(MAIL.search(text) or NUMBER.search(DAY.sub(" ", text)) for text in words)
