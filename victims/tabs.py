"""The place of the support side in the menu."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.permissions import Perm
from core import ui


def _desk(request: Any, *_subject: Any) -> str:
    return reverse("support_desk", args=[request.organisation.slug])


def declare() -> None:
    """Called once when the app is ready."""
    ui.add(ui.MENU, ui.Entry("support", _("Support"), _desk, Perm.SUPPORT_ANSWER, order=25, letter="s"))
