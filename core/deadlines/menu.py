"""The place of clocks and days off in the menu of those who may set them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import ui
from core.deadlines.permissions import Perm

ui.add(
    ui.MENU,
    ui.Entry(
        "clocks",
        _("Clocks and days off"),
        lambda request, *_subject: reverse("clocks", args=[request.organisation.slug]),
        Perm.CLOCKS,
        order=90,
    ),
)
