"""Catalogues of translations without the system's gettext: collects sentences, compiles, and says what is wrong.

`python -m config.catalogues` brings locale/*/LC_MESSAGES up to date, `… --check` changes nothing.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from django.conf import settings
from django.utils.translation.template import templatize

CHECKOUT = Path(__file__).resolve().parent.parent
APPS = ("config", "core", "cases", "victims", "investigations", "partners", "screening", "reporting")
# Folder of the catalogue and the language babel knows the plural forms of.
LANGUAGES = {"ar": "ar", "es": "es", "fr": "fr", "ru": "ru", "zh_Hans": "zh"}
# Languages of the pages for staff, beside English; the other catalogues hold what a reporter can meet, and no more.
STAFF_LANGUAGES = ("ar", "fr")
# The header that names the person who read a catalogue; empty until somebody did.
REVIEWED_BY = "X-Reviewed-By"
PUBLIC_SOURCES = (
    "templates/base.html",
    "templates/public_base.html",
    "templates/403_csrf.html",
    "templates/components/",
    "templates/public/",
    "templates/errors/",
    "cases/public/",
    "cases/templatetags/public",
    "cases/actions/drafts",
    "cases/actions/intake",
    "cases/actions/mailbox",
    "core/encryption/codes",
    "core/errors.py",
    "core/forms.py",
    "core/phrases.py",
    "core/templatetags/ui.py",
)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "_t": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)[^{}]*\}")


class Sentence(NamedTuple):
    """What is translated; `context` and `plural` are None for most."""

    context: str | None
    text: str
    plural: str | None


def sentences(checkout: Path = CHECKOUT) -> dict[Sentence, list[str]]:
    """Every sentence of the sources with the files it stands in, relative to `checkout`, in a stable order."""
    found: dict[Sentence, list[str]] = {}
    for file in _sources(checkout):
        name = file.relative_to(checkout).as_posix()
        for sentence in _of(file):
            places = found.setdefault(sentence, [])
            if name not in places:
                places.append(name)
    return found


def needed(language: str, every: dict[Sentence, list[str]]) -> dict[Sentence, list[str]]:
    """What the catalogue of `language` holds: all of `every`, or only what a reporter can meet."""
    if language in STAFF_LANGUAGES:
        return every
    return {sentence: places for sentence, places in every.items() if any(_public(place) for place in places)}


def _public(place: str) -> bool:
    return place.startswith(PUBLIC_SOURCES)


def _sources(checkout: Path) -> Iterator[Path]:
    yield from sorted((checkout / "templates").rglob("*.html"))
    yield from sorted((checkout / "templates").rglob("*.txt"))
    for app in APPS:
        for file in sorted((checkout / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file


def _of(file: Path) -> Iterator[Sentence]:
    text = file.read_text()
    if file.suffix != ".py":
        # What is no sentence becomes rows of X; without the indentation they are Python to the extractor.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(file)).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(text.encode()), KEYWORDS, options=None):
        one, many = message if isinstance(message, tuple) else (message, None)
        if one:
            yield Sentence(context, one, many)


def catalogue(language: str, wanted: dict[Sentence, list[str]], held: polib.POFile | None) -> polib.POFile:
    """The catalogue of `language` with exactly the sentences `wanted`, keeping what `held` translates."""
    kept = {(entry.msgctxt, entry.msgid, entry.msgid_plural or None): entry for entry in held or []}
    fresh = polib.POFile(wrapwidth=110)
    plural = get_plural(LANGUAGES[language])
    fresh.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={plural.num_plurals}; plural={plural.plural_expr};",
        REVIEWED_BY: held.metadata.get(REVIEWED_BY, "") if held is not None else "",
    }
    for sentence, places in sorted(wanted.items(), key=lambda item: (item[1][0], item[0].text)):
        old = kept.get((sentence.context, sentence.text, sentence.plural))
        entry = polib.POEntry(msgctxt=sentence.context, msgid=sentence.text, msgid_plural=sentence.plural or "")
        entry.occurrences = [(place, "") for place in places]
        if sentence.plural:
            forms = old.msgstr_plural if old else {}
            entry.msgstr_plural = {number: forms.get(number, "") for number in range(plural.num_plurals)}
        elif old:
            entry.msgstr = old.msgstr
        if "%(" in sentence.text:
            entry.flags = ["python-format"]
        fresh.append(entry)
    return fresh


def faults(language: str, held: polib.POFile, wanted: dict[Sentence, list[str]]) -> list[str]:
    """What is wrong with a catalogue, a line for each."""
    found = []
    have = {Sentence(entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry in held}
    if have != set(wanted):
        found.append(f"{language}: {len(set(wanted) ^ have)} sentences differ from the sources: run `make messages`.")
    for entry in held:
        given = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            found.append(f"{language}: marked as doubtful: {entry.msgid!r}")
        for text in filter(None, given):
            # A plural form may leave its number out ("one report"); it may never name what is not given.
            if not (_names(text) <= _names(entry.msgid) | _names(entry.msgid_plural or "")) or (
                not entry.msgid_plural and _names(text) != _names(entry.msgid)
            ):
                found.append(f"{language}: placeholders differ: {entry.msgid!r} → {text!r}")
        if not all(given):
            met = any(_public(place) for place, _line in entry.occurrences)
            found.append(f"{language}: {'a reporter can meet this ' if met else ''}untranslated: {entry.msgid!r}")
    return found


def _names(text: str) -> frozenset[str]:
    return frozenset(match.group(0) for match in PLACEHOLDER.finditer(text))


def main(arguments: list[str]) -> int:
    """Exit status; prints the faults found."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    check = arguments == ["--check"]
    every = sentences()
    wrong = []
    for language in LANGUAGES:
        wanted = needed(language, every)
        file = CHECKOUT / "locale" / language / "LC_MESSAGES" / "django.po"
        held = polib.pofile(str(file)) if file.exists() else None
        if not check:
            held = catalogue(language, wanted, held)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(held).rstrip("\n") + "\n")
            file.with_suffix(".mo").write_bytes(held.to_binary())
        if held is None:
            wrong.append(f"{language}: there is no catalogue: run `make messages`.")
            continue
        wrong += faults(language, held, wanted)
        compiled = file.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != polib.pofile(str(file)).to_binary():
            wrong.append(f"{language}: the compiled catalogue is not current: run `make messages`.")
        print(f"{language}: {held.percent_translated()} % of {len(held)} sentences")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
