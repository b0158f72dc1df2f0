"""Who may open one case: assign, give and end access, shut out."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _

from cases.actions import access
from cases.forms.access import AssignForm, EndForm, ExcludeForm, GrantForm
from cases.models import Exclusion
from cases.permissions import Perm
from cases.selectors.case_page import team_of
from cases.views.in_case import ActInCase, InCase
from core.errors import DomainError


class TeamPage(InCase):
    """The team with its forms; each button is one action, and back to this page."""

    needs = Perm.CASE_ASSIGN
    here = "team"
    template_name = "cases/case_team.html"
    sent: dict[str, Form] = {}

    def context(self) -> dict[str, Any]:
        case, now = self.case, self.now
        return {
            **super().context(),
            "form": None,  # which of them was refused, if one was
            "forms": {
                "assign": AssignForm(case=case, now=now, initial=AssignForm.of(case)),
                "give": GrantForm(case=case, now=now),
                "exclude": ExcludeForm(case=case, now=now),
                **self.sent,
            },
            "team": team_of(case, now),
            "shut_out": Exclusion.objects.filter(case=case).select_related("user").order_by("since", "id"),
        }


class TeamAct(ActInCase, TeamPage):
    """One of the forms of the team page; refused, it comes back in its place among the others."""

    abstract = True
    own_page = False
    template_name = "cases/case_team.html"
    then = "case_team"
    place: ClassVar[str] = ""

    def form_arguments(self) -> dict[str, Any]:
        return {"case": self.case, "now": self.now}

    def draw(self, form: Form, status: int = 200, **context: Any) -> HttpResponse:
        self.sent = {self.place: form}
        return super().draw(form, status, **context)


class Assign(TeamAct):
    """Make somebody the owner or manager of the case."""

    needs = Perm.CASE_ASSIGN
    form_class = AssignForm
    place = "assign"

    def act(self, data: dict[str, Any]) -> Any:
        return access.assign(
            self.case, data["user"], level=data["level"], seen=data["seen"], by=self.request.actor, now=self.now
        )

    def said(self) -> str:
        return _("%(name)s has the case now.") % {"name": self.result.user.name}


class GrantAccess(TeamAct):
    """Give access without changing the owner."""

    needs = Perm.CASE_ASSIGN
    form_class = GrantForm
    place = "give"

    def act(self, data: dict[str, Any]) -> Any:
        return access.grant(
            self.case, data["user"], level=data["level"], ends_at=self.end_of(data["ends_on"]),
            by=self.request.actor, now=self.now,
        )  # fmt: skip

    def said(self) -> str:
        return _("%(name)s may open this case.") % {"name": self.result.user.name}

    def end_of(self, day: date) -> datetime:
        """The end of that day in the organisation's time zone; DomainError for a day that is over."""
        ends = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.request.organisation.time_zone))
        if ends <= self.now:
            raise DomainError(_("The last day must not be over yet."))
        return ends


class EndAccess(TeamAct):
    """Somebody no longer opens the case."""

    needs = Perm.CASE_ASSIGN
    form_class = EndForm

    def act(self, data: dict[str, Any]) -> Any:
        access.revoke(self.case, data["user"], by=self.request.actor, now=self.now)
        return data["user"]

    def said(self) -> str:
        return _("%(name)s no longer opens this case.") % {"name": self.result.name}


class ShutOut(TeamAct):
    """To somebody, this case no longer exists."""

    needs = Perm.CASE_ASSIGN
    form_class = ExcludeForm
    place = "exclude"

    def act(self, data: dict[str, Any]) -> Any:
        access.exclude(self.case, data["user"], why=data["why"], by=self.request.actor, now=self.now)
        return data["user"]

    def said(self) -> str:
        return _("To %(name)s this case does not exist any more.") % {"name": self.result.name}
