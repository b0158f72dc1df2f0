"""The work of an investigation: assess, assign, declare, plan, move on, pause, log, write and review the report."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from cases.choices import CaseState
from core.encryption.fields import reveal_each
from core.errors import DomainError
from core.organisations import User
from investigations import choices
from investigations.actions import assessing, assigning, clocks, planning, reporting, working
from investigations.actions.turning import assignment_of
from investigations.forms import work as forms
from investigations.models import PauseRequest, PlanTask
from investigations.permissions import Perm
from investigations.rules import profile_for
from investigations.selectors.inquiry import inquiry_of, plans_of
from investigations.views.base import Act, BesideInquiry, FormPage, InInquiry

PURPOSE = "investigation"


class Assess(FormPage):
    needs = Perm.ASSESS
    form_class = forms.AssessForm
    may_be_none = True

    def load(self) -> None:
        super().load()
        self.rule = profile_for(assessing.regime(), self.case.priority)

    def heading(self) -> str:
        return _("Preliminary assessment")

    def button(self) -> str:
        return _("Decide")

    def lead(self) -> str:
        return _("Limits by the rule: %(name)s. %(why)s") % {"name": self.rule[0].label, "why": self.rule[1].label}

    def initial(self) -> dict[str, Any]:
        return {"profile": self.rule[0]}

    def arguments(self) -> dict[str, Any]:
        return {"by_rule": self.rule[0], "days": {code: clocks.total_days(code) for code in choices.Profile.values}}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.case.state != CaseState.IN_ASSESSMENT:
            return HttpResponseRedirect(self.url("inquiry"))
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> str:
        data = {**form.cleaned_data}
        for name in ("in_mandate", "could_be_misconduct"):
            data[name] = data[name] == "yes"
        assessing.decide(self.case, assessing.Outcome(**data), by=self.request.actor, now=self.now)
        return _("The assessment is decided. The people affected are to be told.")


class Assign(FormPage):
    needs = Perm.MANAGE
    form_class = forms.AssignForm

    def heading(self) -> str:
        return _("Who investigates")

    def button(self) -> str:
        return _("Assign")

    def lead(self) -> str:
        return _("They begin by saying whether they have a conflict of interest. Until then nothing starts.")

    def arguments(self) -> dict[str, Any]:
        return {"case": self.case, "now": self.now}

    def act(self, form: Any) -> str:
        user = User.objects.get(mark=form.cleaned_data["who"])
        assigning.assign(self.inquiry, user, lead=form.cleaned_data["lead"], by=self.request.actor, now=self.now)
        return _("%(name)s has the investigation now.") % {"name": user.name}


class Declare(FormPage):
    needs = Perm.WORK
    form_class = forms.DeclareForm

    def heading(self) -> str:
        return _("Before you begin")

    def button(self) -> str:
        return _("Declare it")

    def act(self, form: Any) -> str:
        mine = assigning.declare(self.inquiry, **form.cleaned_data, by=self.request.actor, now=self.now)
        self.gone = mine.declared == choices.Conflict.CONFLICT
        if self.gone:
            return _("Thank you for saying so. The case is with somebody else now.")
        return _("Noted. You can plan the investigation now.")

    def back_url(self) -> str:
        if getattr(self, "gone", False):
            return f"/o/{self.request.organisation.slug}/"
        return super().back_url()


class PlanPage(InInquiry):
    """The newest plan with its tasks; opening it is recorded as reading."""

    needs = Perm.READ
    template_name = "investigations/plan.html"

    def context(self) -> dict[str, Any]:
        plan = plans_of(self.inquiry).first()
        shown: dict[str, Any] = {"plan": plan, "tasks": [], "words": {}}
        if plan is not None:
            actor = self.request.actor
            shown["words"] = reveal_each([plan], "hypotheses", "risks", "remarks", purpose=PURPOSE, by=actor)[0]
            rows = list(PlanTask.objects.filter(plan=plan).select_related("done_by").order_by("place"))
            told = reveal_each(rows, "what", purpose=PURPOSE, by=actor)
            shown["tasks"] = [{"row": row, **words} for row, words in zip(rows, told, strict=True)]
        mine = inquiry_of(self.case, self.now).assignment(self.request.actor.user_id)
        works = mine is not None and mine.declared == "none" and self.inquiry.state not in choices.ENDED
        decides = self.can(Perm.MANAGE)
        return {
            **super().context(),
            **shown,
            "may_plan": works and (plan is None or plan.state != "submitted"),
            "may_tick": works and plan is not None and plan.state == "approved",
            "may_decide": decides
            and plan is not None
            and plan.state == "submitted"
            and plan.submitted_by_id != self.request.actor.user_id,
        }


class NewPlan(FormPage):
    needs = Perm.WORK
    form_class = forms.PlanForm

    def heading(self) -> str:
        return _("Plan of the investigation")

    def button(self) -> str:
        return _("Send it for approval")

    def lead(self) -> str:
        return _("Somebody else approves it. A plan that was approved is changed by a new one.")

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        planning.submit(
            self.inquiry, hypotheses=data["hypotheses"], risks=data["risks"], tasks=form.tasks(),
            by=self.request.actor, now=self.now,
        )  # fmt: skip
        return _("The plan waits for approval.")


class DecidePlan(FormPage):
    needs = Perm.MANAGE
    form_class = forms.VerdictForm

    def heading(self) -> str:
        return _("Decide about the plan")

    def button(self) -> str:
        return _("Decide")

    def act(self, form: Any) -> str:
        plan = plans_of(self.inquiry).first()
        if plan is None:
            raise Http404
        approved = form.cleaned_data["answer"] == "yes"
        planning.decide(
            plan, approved=approved, remarks=form.cleaned_data["remarks"], by=self.request.actor, now=self.now
        )
        return _("The plan is approved.") if approved else _("The plan went back.")


class TickOff(Act):
    needs = Perm.WORK

    def back_url(self) -> str:
        return self.url("inquiry_plan")

    def act(self) -> str:
        task = (
            PlanTask.objects.select_related("plan__investigation__case")
            .filter(plan__investigation=self.inquiry, reference=self.kwargs["task"].upper())
            .first()
        )
        if task is None:
            raise Http404
        planning.tick_off(task, by=self.request.actor, now=self.now)
        return _("Done.")


class Make(Act):
    """A move that needs no words: start, go on, write, look further, issue."""

    needs = Perm.READ

    def act(self) -> str:
        found = self.inquiry
        moves: dict[str, tuple[Callable[..., Any], str]] = {
            "start": (working.start, _("The investigation is under way.")),
            "resume": (working.resume, _("The investigation goes on.")),
            "write": (reporting.begin_draft, _("The report is being written.")),
            "look_further": (reporting.look_further, _("Back to interviews and evidence.")),
            "issue": (reporting.issue, _("The report is issued.")),
        }
        if self.kwargs["verb"] not in moves:
            raise Http404
        act, sentence = moves[self.kwargs["verb"]]
        act(found, by=self.request.actor, now=self.now)
        return sentence


class AskPause(FormPage):
    needs = Perm.WORK
    form_class = forms.PauseForm

    def heading(self) -> str:
        return _("Ask for a pause")

    def button(self) -> str:
        return _("Ask for it")

    def lead(self) -> str:
        return _("Somebody above you decides. It ends by itself on its day.")

    def act(self, form: Any) -> str:
        working.ask_pause(self.inquiry, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("Asked. Everything runs as before until somebody decides.")


class DecidePause(FormPage):
    needs = Perm.MANAGE
    form_class = forms.AnswerForm

    def asked(self) -> PauseRequest:
        row = PauseRequest.objects.filter(investigation=self.inquiry, decided_at=None).first()
        if row is None:
            raise DomainError(_("Nobody asks for a pause."))
        row.investigation = self.inquiry
        return row

    def heading(self) -> str:
        return _("Decide about a pause")

    def button(self) -> str:
        return _("Decide")

    def act(self, form: Any) -> str:
        approved = form.cleaned_data["answer"] == "yes"
        working.decide_pause(self.asked(), approved=approved, by=self.request.actor, now=self.now)
        return _("The investigation stands still.") if approved else _("The pause is not given.")


class LogPage(BesideInquiry, FormPage):
    """The log, for those who investigate and manage; the entries are read out of their seals, which is recorded."""

    needs = Perm.REVIEW
    here = "inquiry_log"
    form_class = forms.LogForm
    template_name = "investigations/log.html"

    def heading(self) -> str:
        return _("Log of the investigation")

    def button(self) -> str:
        return _("Write it down")

    def back_url(self) -> str:
        return self.url("inquiry_log")

    def act(self, form: Any) -> str:
        working.log(self.inquiry, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("It is in the log.")

    def context(self) -> dict[str, Any]:
        rows = list(self.inquiry.log.select_related("by").order_by("-at", "-id")[:200])
        told = reveal_each(rows, "what", "why", purpose=PURPOSE, by=self.request.actor)
        entries = [{"row": row, **words} for row, words in zip(rows, told, strict=True)]
        mine = assignment_of(self.inquiry, self.request.actor)
        may_write = mine is not None and mine.declared == "none" and self.inquiry.state not in choices.ENDED
        return {**super().context(), "log": entries, "may_write": may_write}
