"""The places of this room in the menu and in its own rail."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _l

from core.people import selectors
from core.people.permissions import Perm
from core.ui import MENU, Entry, add

RAIL = "people"


def to(name: str) -> Any:
    """The address of a page of the organisation, for the menu and the rail."""
    return lambda request, *_subject: reverse(name, args=[request.organisation.slug])


def waiting(_request: Any, *_subject: Any) -> int | None:
    """How many things wait for a second person."""
    return (selectors.waiting_roles().count() + selectors.waiting_resets().count()) or None


def declare() -> None:
    """The places of this room; called once when the app is ready."""
    add(MENU, Entry("people", _l("People"), to("people"), Perm.PEOPLE_APPROVE, order=70, letter="p", count=waiting))
    add(RAIL, Entry("people", _l("Members"), to("people"), Perm.PEOPLE_APPROVE, order=10))
    add(RAIL, Entry("waiting", _l("Waiting"), to("people_waiting"), Perm.PEOPLE_APPROVE, order=20, count=waiting))
    add(RAIL, Entry("offices", _l("Offices"), to("offices"), Perm.SETTINGS, order=30))
    add(RAIL, Entry("settings", _l("Organisation"), to("settings"), Perm.SETTINGS, order=40))
