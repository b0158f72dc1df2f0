"""The language of a page: chosen by the person, never guessed into a cookie."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

#: Addresses whose reader has an account; no other page asks who is there.
SIGNED_IN = ("/o/", "/account/")


class ChosenLanguage:
    """Public pages carry the language in their address (`?lang=ar`); staff keep theirs in the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: Any) -> HttpResponse:
        language = request.GET.get("lang", "")
        if language not in self.known and request.path_info.startswith(SIGNED_IN):
            language = getattr(request.user, "language", "")
        if language not in self.known:
            language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response
