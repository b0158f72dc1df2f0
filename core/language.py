"""The language of a page: chosen by the person, never guessed into a cookie."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
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


def published() -> list[tuple[str, str]]:
    """The languages whose sentences are all translated, each in its own letters: the only ones anybody is offered."""
    return [(code, OWN_NAMES[code]) for code in settings.PUBLISHED_LANGUAGES]


#: Addresses whose reader has an account; no other page asks who is there.
SIGNED_IN = ("/o/", "/account/")


class ChosenLanguage:
    """Public pages carry the language in their address (`?lang=ar`); staff keep theirs in the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = set(settings.PUBLISHED_LANGUAGES)

    def __call__(self, request: Any) -> HttpResponse:
        language = request.GET.get("lang", "")
        if language not in self.known and request.path_info.startswith(SIGNED_IN):
            language = getattr(request.user, "language", "")
        if language not in self.known:
            language = self.wished(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response

    def wished(self, request: HttpRequest) -> str:
        """What the browser asks for first among what is translated: a page half in another language helps nobody."""
        for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
            for code in (wish, wish.split("-")[0]):
                if code in self.known:
                    return code
        return settings.LANGUAGE_CODE
