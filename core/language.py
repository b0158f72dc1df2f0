"""The language of a page: chosen by the person, never guessed into a cookie."""

import gettext
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

#: Each language in its own letters, as its readers look for it.
OWN_NAMES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "ru": "Русский",
    "zh-hans": "中文",
}


#: What a browser may call a language that we hold under another code.
SPOKEN_AS = {"zh": "zh-hans"}

#: Header of a catalogue that names the person who read it.
REVIEWED_BY = "x-reviewed-by"


@cache
def _headers(code: str) -> dict[str, str] | None:
    """Headers of the compiled catalogue of a language; None when there is no catalogue."""
    places = [gettext.find("django", str(path), [translation.to_locale(code)]) for path in settings.LOCALE_PATHS]
    for place in filter(None, places):
        with open(place, "rb") as file:
            return gettext.GNUTranslations(file).info()
    return None


def reviewed(code: str) -> bool:
    """Whether a person is named who read every sentence of this language; the language of the sources needs none."""
    return code == settings.LANGUAGE_CODE or bool((_headers(code) or {}).get(REVIEWED_BY, "").strip())


def offered(codes: Iterable[str]) -> list[str]:
    """Those of `codes` that somebody in distress may meet: outside the demo only languages a person has read."""
    return [code for code in codes if reviewed(code) or (settings.DEMO and _headers(code) is not None)]


def staff_choices() -> list[tuple[str, str]]:
    """Languages the pages for staff are whole in, each in its own letters, as choices of a form."""
    return [(code, OWN_NAMES[code]) for code in settings.STAFF_LANGUAGES]


def form_choices() -> list[tuple[str, Any]]:
    """Every language of the public form as choices of a form; what nobody has read yet is marked."""
    return [
        (code, name if reviewed(code) else format_lazy(_("{language} (not yet reviewed)"), language=name))
        for code, name in OWN_NAMES.items()
    ]


#: Addresses whose reader has an account; no other page asks who is there.
SIGNED_IN = ("/o/", "/account/")


class ChosenLanguage:
    """Public pages carry the language in their address (`?lang=ar`); staff keep theirs in the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}
        self.staff = set(settings.STAFF_LANGUAGES)

    def __call__(self, request: Any) -> HttpResponse:
        signed_in = request.path_info.startswith(SIGNED_IN)
        known = self.staff if signed_in or request.path_info == "/" else self.known
        language = request.GET.get("lang", "")
        if language not in known and signed_in:
            language = getattr(request.user, "language", "")
        if language not in known:
            language = self.wished(request, known)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response

    def wished(self, request: HttpRequest, known: set[str]) -> str:
        """What the browser asks for first among what is translated: a page half in another language helps nobody."""
        for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
            for code in (wish, wish.split("-")[0], SPOKEN_AS.get(wish.split("-")[0], "")):
                if code in known:
                    return code
        return settings.LANGUAGE_CODE
