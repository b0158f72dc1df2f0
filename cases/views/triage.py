"""Triage of one report on one page: safety, what was told, which kind, how urgent, seen before, decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import choices
from cases.actions import access, triage
from cases.choices import CaseState, TriageDecision
from cases.forms.triage import TriageForm, of_case
from cases.models import Case, Exclusion, Report, SupportRequest
from cases.permissions import Perm
from cases.routing_rules import category_of, priority_of, stream_of
from cases.selectors import access_case
from cases.selectors.alike import like_cases
from cases.views.case_page import InCase
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


class TriagePage(InCase):
    """Every button keeps what was filled in; only the decision ends triage."""

    needs = Perm.CASE_TRIAGE
    here = "triage"
    template_name = "cases/triage.html"
    form: TriageForm
    bound = False

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        if not self.open_for_triage():
            return self.to_case()
        answers: dict[str, Any] = {}
        self.kept = None
        try:
            self.kept, answers = triage.draft_of(self.case, by=request.actor)
        except NotOpened as error:  # the case goes on without it; keeping another one in its place is refused
            messages.warning(request, f"{_('The draft that was kept:')} {error.message}")
        self.form = of_case(self.case, answers)
        return self.render()

    def open_for_triage(self) -> bool:
        """Whether triage is still to be decided; what was decided otherwise is taken up again by a button."""
        return self.case.state in (*UNDECIDED, CaseState.INFO_ONLY, CaseState.REFERRED_OUT)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        access.ensure_may(self.case, by=request.actor, perm=Perm.CASE_TRIAGE, now=self.now)
        act = request.POST.get("act", "decide")
        self.form = TriageForm(request.POST)
        self.kept = None
        if act.startswith(("same:", "other:")):
            return self.settle(act)
        self.begin()
        if not self.form.is_valid():
            return self.render(status=422)
        try:
            if act == "safety":
                self.safety()
            if act == "decide":
                return self.decide()
        except DomainError as error:
            if error.status not in (422, 403):
                raise
            request.failed = True
            self.form.add_error(None, str(error.message))
            return self.render(status=422)
        triage.keep_draft(self.case, self.form.answers(), by=request.actor, now=self.now)
        messages.success(request, _("Your triage is kept as a draft."))
        return HttpResponseRedirect(request.path + ("#kind" if act == "draft" else "#told"))

    def begin(self) -> None:
        """A new report is taken up by the first thing somebody does with it; another one is taken up again."""
        shown = self.case.version
        if self.case.state == CaseState.RECEIVED:
            triage.start(self.case, by=self.request.actor, now=self.now)
        elif self.case.state in (CaseState.INFO_ONLY, CaseState.REFERRED_OUT):
            triage.take_up_again(self.case, by=self.request.actor, now=self.now)
        if self.case.version != shown and self.request.POST.get("version") == str(shown):
            # The page was right: our own step must not count as somebody else's.
            data = self.request.POST.copy()
            data["version"] = str(self.case.version)
            self.form = TriageForm(data)

    def safety(self) -> None:
        data = self.form.cleaned_data
        triage.check_safety(
            self.case, safe=data["safe"], ask_support=data["ask_support"], by=self.request.actor, now=self.now
        )

    def decide(self) -> HttpResponse:
        data, actor = self.form.cleaned_data, self.request.actor
        triage.decide(
            self.case,
            self.form.findings(),
            decision=data["decision"],
            reason=data["reason"],
            recipient=data["recipient"],
            into=self.other_case(data["into"]),
            version=data["version"],
            seen=self.form.seen_values(),
            by=actor,
            now=self.now,
        )
        messages.success(self.request, str(DONE[TriageDecision(data["decision"])]))
        return self.to_case()

    def other_case(self, reference: str) -> Case | None:
        """The case with that reference if the actor may open it: to them, any other does not exist."""
        if not reference:
            return None
        try:
            return access_case(self.request.actor, reference.strip(), self.now)
        except Http404:
            raise DomainError(_("There is no case %(reference)s.") % {"reference": reference.upper()}) from None

    def settle(self, act: str) -> HttpResponse:
        answer, _colon, number = act.partition(":")
        doubts = self.doubts()
        if number.isdigit() and int(number) < len(doubts):
            user = doubts[int(number)].user
            access.settle_doubt(self.case, user, same=answer == "same", by=self.request.actor, now=self.now)
            messages.success(self.request, _("Noted."))
        return HttpResponseRedirect(self.request.path)

    def to_case(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("case", args=[self.request.organisation.slug, self.case.reference]))

    # --- what the page shows -------------------------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        case, actor = self.case, self.request.actor
        reports = list(Report.objects.filter(case=case).select_related("logged_by").order_by("received_at", "id"))
        fields = ("account", "place", "about_whom", "wishes_words", "must_not_know")
        told = reveal_each(reports, *fields, purpose="triage", by=actor)
        audit.record("cases.told_read", by=actor, about=case, reference=case.reference)
        form = self.form
        standing, personnel = form["standing"].value() or "", form["personnel"].value() or ""
        kinds = [kind for kind in form["kinds"].value() or [] if kind]
        hints = like_cases(case, actor, self.now)
        reasons = self.reasons()
        clock = Deadline.objects.filter(subject=case.pk, kind="intake.triage", state="open").first()
        return {
            **super().context(),
            "form": form,
            "kept": self.kept,
            "sections": [
                {"label": label, "url": f"#{key}", "count": self.count(key, hints)} for key, label in SECTIONS
            ],
            "clock": clock,
            "reports": [{"report": report, **words} for report, words in zip(reports, told, strict=True)],
            "said": self.said(reports),
            "support": SupportRequest.objects.filter(case=case).order_by("asked_at").first(),
            "pointer": stream_of(standing, personnel) if standing or personnel else None,
            "by_rule": choices.Category(
                category_of(form["stream"].value() or "", kinds, senior=bool(form["senior"].value()))
            ).label
            if kinds
            else "",
            "reasons": reasons,
            "priority": choices.Priority(case.priority).label,
            "priority_pill": PILLS[case.priority],
            "hints": self.hints(hints),
            "doubts": list(enumerate(self.doubts())),
        }

    def count(self, key: str, hints: list[Any]) -> Any:
        if key == "safety" and self.case.safety_checked_at:
            return _("done")
        return len(hints) or None if key == "links" else None

    def reasons(self) -> list[Any]:
        given = [reason for reason in self.case.priority_reasons if reason in choices.PriorityReason.values]
        chosen = [reason for reason in self.form["reasons"].value() or [] if reason in choices.PriorityReason.values]
        both = list(dict.fromkeys([*given, *chosen]))
        self.case.priority = str(priority_of(both))
        return [choices.PriorityReason(reason).label for reason in both]

    def said(self, reports: list[Report]) -> str:
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
