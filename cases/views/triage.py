"""Triage of one report on one page: safety, what was told, which kind, how urgent, seen before, decision."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import choices
from cases.actions import access, triage
from cases.choices import CaseState, TriageDecision
from cases.forms.triage import TriageForm, of_case
from cases.models import Case, Exclusion, Report, SupportRequest, TriageDraft
from cases.permissions import Perm
from cases.routing_rules import category_of, priority_of, stream_of
from cases.selectors import access_case
from cases.selectors.alike import like_cases
from cases.views.in_case import ActInCase
from core import audit, phrases
from core.deadlines.models import Deadline
from core.encryption.fields import reveal_each
from core.errors import DomainError, NotOpened
from core.ui import Cell, Table

SECTIONS = (
    ("safety", gettext_lazy("Safety and help")),
    ("told", gettext_lazy("What was told")),
    ("kind", gettext_lazy("Which kind")),
    ("urgent", gettext_lazy("How urgent")),
    ("links", gettext_lazy("Seen before?")),
    ("decide", gettext_lazy("Decision")),
)
PILLS = {"urgent": "now", "high": "soon", "normal": "later"}
UNDECIDED = (CaseState.RECEIVED, CaseState.TRIAGE)
DONE = {
    TriageDecision.OPEN: gettext_lazy("The case is open for a preliminary assessment."),
    TriageDecision.REFER: gettext_lazy("It is referred. You keep following it."),
    TriageDecision.INFORMATION: gettext_lazy("It is kept as information."),
    TriageDecision.OUT_OF_SCOPE: gettext_lazy("It is closed as outside our scope."),
    TriageDecision.DUPLICATE: gettext_lazy("Its reports are part of the other case now."),
}


class TriagePage(ActInCase):
    """Every button keeps what was filled in; only the decision ends triage."""

    needs = Perm.CASE_TRIAGE
    here = "triage"
    template_name = "cases/triage.html"
    form_class = TriageForm
    kept_draft: TriageDraft | None = None
    pressed = ""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.case.state not in (*UNDECIDED, *triage.TAKEN_UP_AGAIN):
            return self.to("case")
        return self.draw(of_case(self.case, self.kept_answers()))

    def kept_answers(self) -> dict[str, Any]:
        """What the draft of this case holds; nothing without one, or where it does not open."""
        try:
            self.kept_draft, answers = triage.draft_of(self.case, by=self.request.actor)
        except NotOpened as error:  # the case goes on without it; keeping another one in its place is refused
            said = _("The draft that was kept: %(problem)s") % {"problem": error.message}
            messages.warning(self.request, said)
            return {}
        return answers

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.pressed = request.POST.get("act", "decide")
        if self.pressed.startswith(("same:", "other:")):
            return self.settle()
        return super().post(request, *args, **kwargs)

    def act(self, data: dict[str, Any]) -> Any:
        case, by, now = self.case, self.request.actor, self.now
        triage.begin(case, seen=data["seen"], by=by, now=now)
        if self.pressed == "decide":
            return self.decide(data)
        if self.pressed == "safety":
            triage.check_safety(case, safe=data["safe"], ask_support=data["ask_support"], by=by, now=now)
        return triage.keep_draft(case, TriageForm(self.request.POST).answers(), by=by, now=now)

    def decide(self, data: dict[str, Any]) -> Case:
        return triage.decide(
            self.case,
            TriageForm.findings(data),
            decision=data["decision"],
            reason=data["reason"],
            recipient=data["recipient"],
            into=self.other_case(data["into"]),
            by=self.request.actor,
            now=self.now,
        )

    def draw(self, form: Form, status: int = 200, **context: Any) -> HttpResponse:
        """The page; after somebody else kept a draft, with what differs between theirs and this one."""
        meanwhile = context.get("meanwhile")
        if meanwhile is not None and isinstance(form, TriageForm):
            meanwhile.changes |= form.unlike(self.kept_answers())
        self.drawn = form
        return super().draw(form, status, **context)

    def said(self) -> str:
        if self.pressed == "decide":
            return str(DONE[TriageDecision(self.request.POST["decision"])])
        return _("Your triage is kept as a draft.")

    def success_url(self) -> str:
        place = {"decide": self.url("case"), "draft": "#kind"}.get(self.pressed, "#told")
        return f"{self.request.path}{place}" if place.startswith("#") else place

    def settle(self) -> HttpResponse:
        """Whether somebody with a like name is meant: `same:0` or `other:0`."""
        answer, _colon, number = self.pressed.partition(":")
        doubts = self.doubts()
        if number.isdigit() and int(number) < len(doubts):
            user = doubts[int(number)].user
            access.settle_doubt(self.case, user, same=answer == "same", by=self.request.actor, now=self.now)
            messages.success(self.request, _("Noted."))
        return HttpResponseRedirect(self.request.path)

    def other_case(self, reference: str) -> Case | None:
        """The case with that reference if the actor may open it: to them, any other does not exist."""
        if not reference:
            return None
        try:
            return access_case(self.request.actor, reference.strip(), self.now)
        except Http404:
            raise DomainError(_("There is no case %(reference)s.") % {"reference": reference.upper()}) from None

    # --- what the page shows -------------------------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        case, actor = self.case, self.request.actor
        reports = list(Report.objects.filter(case=case).select_related("logged_by").order_by("received_at", "id"))
        fields = ("account", "place", "about_whom", "wishes_words", "must_not_know")
        told = reveal_each(reports, *fields, purpose="triage", by=actor)
        audit.record("cases.told_read", by=actor, about=case, reference=case.reference)
        form = self.drawn
        standing, personnel = form["standing"].value() or "", form["personnel"].value() or ""
        kinds = [kind for kind in form["kinds"].value() or [] if kind]
        hints = like_cases(case, actor, self.now)
        reasons = self.reasons(form)
        priority = choices.Priority(priority_of(reasons))
        clock = Deadline.objects.filter(subject=case.pk, kind="intake.triage", state="open").first()
        return {
            **super().context(),
            "kept": self.kept_draft,
            "sections": [
                {"label": label, "url": f"#{key}", "count": self.count(key, hints)} for key, label in SECTIONS
            ],
            "clock": clock,
            "reports": [{"report": report, **words} for report, words in zip(reports, told, strict=True)],
            "said": self.how_it_came(reports),
            "support": SupportRequest.objects.filter(case=case).order_by("asked_at").first(),
            "pointer": stream_of(standing, personnel) if standing or personnel else None,
            "by_rule": choices.Category(
                category_of(form["stream"].value() or "", kinds, senior=bool(form["senior"].value()))
            ).label
            if kinds
            else "",
            "reasons": [choices.PriorityReason(reason).label for reason in reasons],
            "priority": priority.label,
            "priority_pill": PILLS[priority],
            "hints": self.hints(hints),
            "doubts": list(enumerate(self.doubts())),
        }

    def count(self, key: str, hints: list[Any]) -> Any:
        if key == "safety" and self.case.safety_checked_at:
            return _("done")
        return len(hints) or None if key == "links" else None

    def reasons(self, form: Form) -> list[str]:
        """What makes it urgent as the form stands: what is on record, and what is ticked."""
        known = [reason for reason in self.case.priority_reasons if reason not in triage.BY_HAND]
        both = {*known, *(form["reasons"].value() or [])}
        return [reason for reason in choices.PriorityReason.values if reason in both]

    def how_it_came(self, reports: list[Report]) -> str:
        """One line on how and when it came."""
        first = reports[0] if reports else None
        if first is None:
            return ""
        words = {
            "channel": first.get_channel_display(),
            "language": phrases.language_name(first.language),
            "day": phrases.day(first.received_at.date()),
        }
        return _("%(channel)s, in %(language)s, received %(day)s.") % words

    def hints(self, hints: list[Any]) -> Table | None:
        if not hints:
            return None
        slug = self.request.organisation.slug
        rows = [
            [
                Cell(hint.case.reference, url=reverse("case", args=[slug, hint.case.reference]), reference=True),
                Cell(", ".join(hint.alike)),
                Cell(", ".join(hint.different) or "–"),
                Cell(hint.case.get_state_display()),
            ]
            for hint in hints
        ]
        return Table.of(
            _("Cases that may be linked, with reasons"),
            [_("Case"), _("Alike in"), _("Different in"), _("State")],
            rows,
        )

    def doubts(self) -> list[Exclusion]:
        """Members of staff whose name is like one in the report: shut out until a person has looked."""
        rows = Exclusion.objects.filter(case=self.case, why="doubt").select_related("user")
        return list(rows.order_by("user__name", "user__email"))
