"""The place of the support side in the menu, and its own places beside each of its pages."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.permissions import Perm as CasePerm
from core import ui
from core.permissions import allowed
from victims.permissions import Perm

#: The rail of the support side.
AREA = "support"


def _to(name: str) -> Callable[..., str]:
    def address(request: Any, *_subject: Any) -> str:
        return reverse(name, args=[request.organisation.slug])

    return address


def _counts_alone(request: Any, *_subject: Any) -> bool:
    return not allowed(request.actor, CasePerm.SUPPORT_ANSWER)


PLACES = (
    ("support_desk", _("Desk"), CasePerm.SUPPORT_ANSWER),
    ("support_files", _("My files"), Perm.WORK),
    ("support_every", _("All files"), Perm.STAND_IN),
    ("support_providers", _("Providers"), Perm.PROVIDERS),
    ("support_rota", _("Who is called"), Perm.ROTA),
    ("support_missing", _("Services missing"), Perm.GAPS),
    ("support_funds", _("Funds"), Perm.FUNDS),
    ("support_parity", _("What people were given"), Perm.PARITY),
)


def declare() -> None:
    """Called once when the app is ready."""
    ui.add(
        ui.MENU,
        ui.Entry("support", _("Support"), _to("support_desk"), CasePerm.SUPPORT_ANSWER, order=25, letter="s"),
    )
    # Whoever sees the counts alone comes to them directly.
    ui.add(
        ui.MENU,
        ui.Entry("missing", _("Services missing"), _to("support_missing"), Perm.GAPS, order=80, shown=_counts_alone),
    )
    ui.add(
        ui.MENU,
        ui.Entry("parity", _("What was given"), _to("support_parity"), Perm.PARITY, order=81, shown=_counts_alone),
    )
    for order, (name, label, needs) in enumerate(PLACES):
        ui.add(AREA, ui.Entry(name, label, _to(name), needs, order=order))
