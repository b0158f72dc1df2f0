"""Who may open one case: assign, give and end access, shut out."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.actions import access
from cases.forms.access import AssignForm, ExcludeForm, GrantForm
from cases.models import Exclusion
from cases.permissions import Perm
from cases.selectors.case_page import team_of
from cases.views.case_page import InCase
from core.errors import DomainError, SecondFactorNeeded
from core.organisations import User


class TeamPage(InCase):
    """The team with its three forms; each button is one action, and back to this page."""

    needs = Perm.CASE_ASSIGN
    here = "team"
    template_name = "cases/case_team.html"
    bound: dict[str, Form]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        self.bound = {}
        return self.render()

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        access.ensure_may(self.case, by=request.actor, perm=Perm.CASE_ASSIGN, now=self.now)
        name, form = self.sent()
        self.bound = {name: form}
        if not form.is_valid():
            return self.render(status=422)
        try:
            said = self.act(form)
        except SecondFactorNeeded:
            raise
        except DomainError as error:
            request.failed = True
            form.add_error(None, str(error.message))
            return self.render(status=error.status)
        messages.success(request, said)
        return HttpResponseRedirect(reverse("case_assign", args=[request.organisation.slug, self.case.reference]))

    def sent(self) -> tuple[str, Form]:
        """The form that was sent to this address."""
        return "assign", AssignForm(self.request.POST, case=self.case, now=self.now)

    def act(self, form: Any) -> str:
        level, mark = form.chosen()
        user = User.objects.get(mark=mark)
        access.assign(self.case, user, level=level, by=self.request.actor, now=self.now)
        return _("%(name)s has the case now.") % {"name": user.name}

    def context(self) -> dict[str, Any]:
        case = self.case
        forms = {
            "assign": AssignForm(case=case, now=self.now),
            "give": GrantForm(case=case, now=self.now),
            "exclude": ExcludeForm(case=case),
        } | self.bound
        return {
            **super().context(),
            "forms": forms,
            "first_problem": next(iter(self.bound.values()), None),
            "team": team_of(case, self.now),
            "shut_out": Exclusion.objects.filter(case=case).select_related("user").order_by("since", "id"),
        }


class GrantAccess(TeamPage):
    """Give or end access without changing the owner."""

    needs = Perm.CASE_ASSIGN

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if "end" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.load()
        self.bound = {}
        found = [grant for grant in team_of(self.case, self.now) if grant.user.mark == request.POST["end"]]
        for grant in found:
            access.revoke(self.case, grant.user, by=request.actor, now=self.now)
            messages.success(request, _("%(name)s no longer opens this case.") % {"name": grant.user.name})
        return HttpResponseRedirect(reverse("case_assign", args=[request.organisation.slug, self.case.reference]))

    def sent(self) -> tuple[str, Form]:
        return "give", GrantForm(self.request.POST, case=self.case, now=self.now)

    def act(self, form: Any) -> str:
        level, mark = form.chosen()
        user = User.objects.get(mark=mark)
        access.grant(
            self.case, user, level=level, ends_at=self.end_of(form.cleaned_data["ends_on"]),
            by=self.request.actor, now=self.now,
        )  # fmt: skip
        return _("%(name)s may open this case.") % {"name": user.name}

    def end_of(self, day: Any) -> datetime | None:
        """The end of that day in the organisation's time zone; DomainError for a day that is over."""
        if day is None:
            return None
        ends = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.request.organisation.time_zone))
        if ends <= self.now:
            raise DomainError(_("The last day must not be over yet."))
        return ends


class ShutOut(TeamPage):
    """To somebody, this case no longer exists."""

    needs = Perm.CASE_ASSIGN

    def sent(self) -> tuple[str, Form]:
        return "exclude", ExcludeForm(self.request.POST, case=self.case)

    def act(self, form: Any) -> str:
        user = User.objects.get(mark=form.cleaned_data["who"])
        access.exclude(self.case, user, why=form.cleaned_data["why"], by=self.request.actor, now=self.now)
        return _("To %(name)s this case does not exist any more.") % {"name": user.name}
