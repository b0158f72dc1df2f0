"""Telling a person affected what changed: the support side, or whoever is named as their contact."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import telling
from cases.forms.safety import TellForm
from cases.permissions import Perm
from cases.selectors.told import access_message
from core.views import ActionView


class TellPage(ActionView):
    """The text fit for the person, and how they were told and took it."""

    needs = Perm.MESSAGES_DUE
    form_class = TellForm
    template_name = "cases/tell.html"
    done_message = gettext_lazy("Noted: the person was told.")

    def load(self) -> None:
        self.row = access_message(self.request.actor, self.kwargs["mark"])

    def context(self) -> dict[str, Any]:
        return {
            "title": _("Tell what changed"),
            "about": self.row.participant.code if self.row.participant else "",
            "text": telling.TEXTS.get(self.row.text, ""),
            "back": self.success_url(),
        }

    def act(self, data: dict[str, Any]) -> Any:
        return telling.carry_out(self.row, **data, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("desk", args=[self.request.organisation.slug])
