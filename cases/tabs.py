"""The places cases add to the menu and to the page of one case; apps above add theirs the same way."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.permissions import Perm
from core import ui
from core.permissions import allowed


def _organisation(name: str):  # type: ignore[no-untyped-def]
    return lambda request, *_subject: reverse(name, args=[request.organisation.slug])


def _in_case(name: str, fragment: str = ""):  # type: ignore[no-untyped-def]
    """The address of a tab, from the grant by which the case was entered."""

    def address(request: Any, grant: Any) -> str:
        return reverse(name, args=[request.organisation.slug, grant.content_object.reference]) + fragment

    return address


def _unread(_request: object, grant: Any) -> int | None:
    return grant.unread or None


def _may_break_glass(request: Any, *_subject: object) -> bool:
    return any(allowed(request.actor, perm) for perm in (Perm.GLASS_ASK, Perm.GLASS_ALLOW, Perm.GLASS_REVIEW))


def declare() -> None:
    """Called once when the app is ready."""
    ui.add(ui.MENU, ui.Entry("desk", _("My desk"), _organisation("desk"), order=10, letter="d"))
    ui.add(ui.MENU, ui.Entry("cases", _("Cases"), _organisation("case_list"), Perm.CASE_LIST, order=20, letter="c"))
    ui.add(ui.MENU, ui.Entry("log", _("Log a complaint"), _organisation("log"), Perm.CASE_LOG, order=30, letter="l"))
    ui.add(ui.MENU, ui.Entry("help", _("Help now"), _organisation("help_places"), Perm.HELP, order=70, letter="h"))
    ui.add("people", ui.Entry("routes", _("New reports"), _organisation("routes"), Perm.ROUTES, order=50))
    ui.add(ui.MENU, ui.Entry("glass", _("Emergency"), _organisation("glass"), order=60, shown=_may_break_glass))
    ui.add(ui.FIND, ui.Entry("cases", _("Find a case"), _organisation("case_list"), Perm.CASE_LIST))
    places = (
        ("overview", _("Overview"), "case", "", None),
        ("told", _("What was told"), "case_told", "", Perm.NARRATIVE_READ),
        ("safety", _("Safety"), "case_safety", "", None),
        ("consents", _("Consents"), "case_consents", "", Perm.CONSENT_RECORD),
        ("clocks", _("Clocks"), "case_clocks", "", None),
        ("messages", _("Messages"), "case_messages", "", Perm.MESSAGES),
        ("notes", _("Notes"), "case_notes", "", Perm.NARRATIVE_READ),
        ("audit", _("Who opened what"), "case_audit", "", Perm.CASE_ASSIGN),
    )
    for order, (key, label, name, fragment, needs) in enumerate(places):
        ui.add(
            "case",
            ui.Entry(
                key,
                label,
                _in_case(name, fragment),
                needs,
                order=10 + order,
                count=_unread if key == "messages" else None,
            ),
        )
