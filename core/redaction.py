"""A log line carries names of events and numbers, never what people told us."""

import logging
import re

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_KEY = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
# A row's key may hold long runs of digits by chance; it says nothing of anybody and must stay whole to be of use.
_DIGITS = re.compile(rf"({_KEY})|(?:\d[\s-]?){{9,}}")


class NoPrivateWords(logging.Filter):
    """The second net: blanks e-mail addresses and long digit runs in whatever reaches the handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        clean = _DIGITS.sub(lambda found: found[1] or "[digits]", _ADDRESS.sub("[address]", text))
        if clean != text:
            record.msg, record.args = clean, ()
        return True
