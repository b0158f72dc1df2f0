"""One page that asks for the second step, for the tests of the confirmation."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from core.access import ensure_fresh_second_factor
from core.views import Page


class Secret(Page):
    member = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ensure_fresh_second_factor(request.actor, self.now)  # type: ignore[attr-defined]
        return HttpResponse("shown")


class Standing(Page):
    member = True
    template_name = "core/organisations.html"


urlpatterns = [
    path("o/<slug:org>/standing/", Standing.as_view()),
    path("o/<slug:org>/secret/", Secret.as_view()),
    path("", include("config.urls")),
]
