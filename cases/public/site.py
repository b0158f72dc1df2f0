"""Addresses of the public pages, under whichever name the organisation's form is served, in the language chosen."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.language import offered

URLS = "cases.public.urls"


class Site:
    """Builds addresses for one request: `/report/north/…`, a neutral path, or a neutral host."""

    def __init__(self, request: Any) -> None:
        self.base: str = request.public_base
        self.organisation = request.organisation
        found = offered(self.organisation.languages)
        self.languages: list[str] = found or [settings.LANGUAGE_CODE]
        asked = request.GET.get("lang", "")
        self.chosen = asked if asked in self.languages else ""
        current = translation.get_language() or settings.LANGUAGE_CODE
        self.language = current if current in self.languages else self.languages[0]

    def url(self, name: str, *args: Any, **query: Any) -> str:
        """The address of a public page; the language travels in it, so that no cookie has to remember it."""
        path = self.base + reverse(name, urlconf=URLS, args=args).lstrip("/")
        if self.chosen:
            query["lang"] = self.chosen
        return path + ("?" + urlencode(query) if query else "")
