"""Every component in every state, with invented content, to be looked at. Never served in production."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import get_language_bidi

from config.gallery import content, forms
from core import ui


def staff(**more: Any) -> dict[str, Any]:
    words = (("desk", "My desk"), ("list", "Cases"), ("log", "Log a complaint"), ("talk", "Messages"))
    return {
        "person_name": "Idris Test",
        "person_role": "Investigator",
        "person_url": "#me",
        "home_url": "/gallery/staff/desk/",
        "find_url": "/gallery/staff/list/",
        "menu": [
            ui.Place(key, word, f"/gallery/staff/{key}/", key == more.get("here"), word[0].lower(), None)
            for key, word in words
        ],
        **more,
    }


PAGES: dict[str, Callable[[], dict[str, Any]]] = {
    "public/question": lambda: {"form": forms.Account(), "lines": content.NEXT, "back_url": "#back"},
    "public/question-error": lambda: {"form": forms.Account({}), "lines": content.NEXT, "back_url": "#back"},
    "public/choices": lambda: {"form": forms.When(), "back_url": "#back"},
    "public/choices-error": lambda: {
        "form": forms.When({"day_day": "31", "day_month": "2", "day_year": "2026"}),
        "back_url": "#b",
    },
    "public/receipt": lambda: {"digits": content.DIGITS, "qr": content.qr(content.DIGITS), "lines": content.NEXT},
    "public/print": lambda: {"digits": content.DIGITS, "qr": content.qr(content.DIGITS)},
    "public/return": lambda: {"steps": content.STEPS, "talk": content.TALK, "doors": content.DOORS},
    "public/help": lambda: {"back_url": "#back"},
    "staff/desk": lambda: staff(
        here="desk",
        rows=content.ROWS,
        new=content.NEW,
        waiting=content.WAITING,
        table=content.cases(choose="", count=3),
    ),
    "staff/desk-empty": lambda: staff(here="desk"),
    "staff/list": lambda: staff(
        here="list", table=content.cases(count=50), pager=ui.Pager(7, 50, 1047), form=forms.Filters()
    ),
    "staff/list-empty": lambda: staff(here="list", form=forms.Filters()),
    "staff/case": lambda: staff(
        here="list",
        facts=content.FACTS,
        rows=content.ROWS[1:],
        people=content.PEOPLE,
        events=content.EVENTS,
        talk=content.TALK,
    ),
    "staff/log": lambda: staff(here="log", form=forms.Complaint()),
    "staff/log-errors": lambda: staff(here="log", form=forms.Complaint(content.BAD)),
    "staff/board": lambda: staff(
        here="desk", rows=content.ROWS[:2], key=content.KEY, table=content.cases(choose="", count=4)
    ),
    "staff/parts": lambda: staff(
        here="",
        long=content.LONG,
        word=content.WORD,
        form=forms.Reason({}),
        facts=[(content.LONG, content.WORD)],
        talk=content.TALK,
    ),
    "staff/confirm": lambda: staff(
        here="", title="Close K7TF-29QM?", text="The clocks stop.", form=forms.Reason(), cancel_url="#"
    ),
}
PURPOSED = {"staff/case": {"purposes": content.PURPOSES}}


def show(request: HttpRequest, side: str, name: str) -> HttpResponse:
    """One page of the gallery; `?lang=ar` turns it."""
    key = f"{side}/{name}"
    if key not in PAGES:
        raise Http404
    context = {
        "now": content.NOW,
        "organisation": SimpleNamespace(name="North Relief", slug="north"),
        "leave_url": "/gallery/",
        "chart": content.chart(get_language_bidi()),
        "rails": {
            "desk": content.rail(*content.DESK_RAIL),
            "list": content.rail(*content.LIST_RAIL),
            "case": content.rail(*content.CASE_RAIL),
        },
        **PAGES[key](),
        **PURPOSED.get(key, {}),
    }
    template = "confirm.html" if key == "staff/confirm" else f"gallery/{side}_{name.replace('-', '_')}.html"
    if name.endswith(("-error", "-errors")):
        template = f"gallery/{side}_{name.rsplit('-', 1)[0].replace('-', '_')}.html"
    return TemplateResponse(request, template, context)


def contents(request: HttpRequest) -> HttpResponse:
    """All pages of the gallery."""
    return TemplateResponse(request, "gallery/contents.html", {"pages": sorted(PAGES), **staff(here="")})


urlpatterns = [
    path("", contents, name="gallery"),
    path("<slug:side>/<slug:name>/", show, name="gallery_page"),
]
