"""The same name in two scripts: whether a word in Arabic or Cyrillic letters may be one written in Latin letters.

Short vowels are not written in Arabic, and one name has many Latin spellings: the answer is a doubt, never a certainty.
Texts are taken as `core.encryption.index.folded` gives them.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

#: Scripts that can be held against one another; a word in any other says nothing about a name in these.
READ = frozenset({"LATIN", "ARABIC", "CYRILLIC"})
#: A word with fewer letters than this is as good as any.
FEWEST = 3
#: How alike a transliterated Cyrillic word has to be.
ALIKE = 75.0

SHORT = "[aeiouy]{0,2}"
ARABIC = {
    **dict.fromkeys("اءآأإ", "[aeiou]{0,3}"), "ع": "[aeiou]{0,3}", "ى": "[aeiouy]{0,2}", "ة": "a?[ht]?",
    "و": "[aeouwv]{1,3}", "ي": "[aeiyj]{1,3}", "ی": "[aeiyj]{1,3}", "ب": "[bp]", "پ": "[pb]", "ت": "th?", "ط": "th?",
    "ث": "(?:th|s|t)", "ج": "(?:dj|dg|j|g|zh)", "چ": "(?:tch|tsh|ch)", "ح": "h?", "ه": "h?", "خ": "(?:kh|ch|h|k)",
    "د": "dh?", "ض": "dh?", "ذ": "(?:dh|th|z|d)", "ر": "r", "ز": "[zs]", "ژ": "(?:zh|j)", "س": "[scz]", "ص": "[scz]",
    "ش": "(?:sch|sh|ch|s)", "ظ": "(?:dh|z|d)", "غ": "(?:gh|g)", "ف": "(?:ph|f|v)", "ڤ": "[vf]", "ق": "(?:gh|q|k|g|c)",
    "ك": "(?:ck|k|c|q)", "ک": "(?:ck|k|c|q)", "گ": "[gk]", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
VOWELS = frozenset("اءآأإعىةويی")
#: Small words that would otherwise spell somebody's name, folded.
ARABIC_SMALL = frozenset({
    "على", "الى", "هذا", "هذه", "ذلك", "تلك", "الذي", "التي", "كان", "كانت", "انا", "نحن", "عند", "بعد", "قبل", "رجل",
    "امراة", "سائق", "مدير", "موظف", "حارس", "عامل", "معلم", "مكتب", "مخيم", "قرية",
})  # fmt: skip
CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "iu", "я": "ia",
}  # fmt: skip


@lru_cache(maxsize=4096)
def script_of(word: str) -> str:
    """The script of the word's first letter, as Unicode names it; empty for a word without letters."""
    for sign in word:
        if sign.isalpha() and (script := unicodedata.name(sign, "UNKNOWN").split()[0]) != "MODIFIER":
            return script
    return ""


def unread(text: str, names: Iterable[str]) -> bool:
    """Whether the text has words in a script that can be held against no name on the list."""
    there = {script_of(word) for word in text.split()} - READ - {""}
    return bool(there) and bool(there - {script_of(word) for name in names for word in name.split()})


def may_be(one: str, other: str) -> bool:
    """Whether two words of different scripts may be the same name."""
    scripts = script_of(one), script_of(other)
    if scripts[0] == scripts[1] or not set(scripts) <= READ or min(len(one), len(other)) < FEWEST:
        return False
    if "ARABIC" not in scripts:
        return fuzz.ratio(_plain(one), _plain(other)) >= ALIKE
    arabic, latin = (one, other) if scripts[0] == "ARABIC" else (other, one)
    return any(pattern.fullmatch(_plain(latin)) for pattern in _patterns(arabic))


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    """The word in Latin letters, doubled ones once."""
    latin = "".join(CYRILLIC.get(sign, sign) for sign in word)
    return re.sub(r"(.)\1+", r"\1", latin)


@lru_cache(maxsize=4096)
def _patterns(word: str) -> tuple[re.Pattern[str], ...]:
    """The Latin spellings of an Arabic word: as it stands, without the article, without what is written on to it."""
    word = word.replace("ـ", "")  # drawn longer, nothing else
    forms = {word}
    for start in ("ال", "و", "ف", "ب", "ل", "ك", "وال", "بال", "لل"):
        if word.startswith(start):
            forms.add(word[len(start) :])
    return tuple(
        re.compile("".join(_spelt(sign) for sign in form))
        for form in sorted(forms)
        if len(form) >= FEWEST and form not in ARABIC_SMALL and set(form) <= set(ARABIC)
    )


def _spelt(sign: str) -> str:
    return ARABIC[sign] if sign in VOWELS else ARABIC[sign] + SHORT
