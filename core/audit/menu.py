"""The place of the audit in the menu of whoever watches over it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import ui
from core.people.permissions import Perm

ui.add(
    ui.MENU,
    ui.Entry(
        "audit",
        _("Audit"),
        lambda request, *_subject: reverse("audit", args=[request.organisation.slug]),
        Perm.AUDIT,
        order=80,
        letter="a",
    ),
)
