"""The places investigations add to the menu and to the page of one case."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.choices import CaseState
from core import ui
from investigations.permissions import Perm

BEFORE = (CaseState.RECEIVED, CaseState.TRIAGE, CaseState.INFO_ONLY)


def _board(request: Any, *_subject: Any) -> str:
    return reverse("investigation_board", args=[request.organisation.slug])


def _of_case(name: str):  # type: ignore[no-untyped-def]
    """The address of a tab, from the grant by which the case was entered."""
    return lambda request, grant: reverse(name, args=[request.organisation.slug, grant.content_object.reference])


def _looked_into(_request: Any, grant: Any) -> bool:
    return grant.content_object.state not in BEFORE


def declare() -> None:
    """Called once when the app is ready."""
    ui.add(ui.MENU, ui.Entry("inquiries", _("Investigations"), _board, Perm.READ, order=22, letter="i"))
    places = (
        ("inquiry", _("Investigation"), "inquiry", Perm.READ, 20),
        ("inquiry_time", _("Time"), "inquiry_timeline", Perm.READ, 21),
        ("inquiry_log", _("Log of the investigation"), "inquiry_log", Perm.REVIEW, 22),
    )
    for key, label, name, needs, order in places:
        ui.add("case", ui.Entry(key, label, _of_case(name), needs, order=order, shown=_looked_into))
