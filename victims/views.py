"""The desk of the support side, and the three things it does there."""

from datetime import datetime, time
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import choices
from cases.actions import reveal, safety, support, telling
from cases.models import SafetyQuestion
from cases.permissions import Perm
from core import phrases
from core.errors import DomainError, SecondFactorNeeded
from core.views import Page
from victims import actions, selectors
from victims.forms import SafetyForm, TellForm

AT_MOST = 30


class SupportDesk(Page):
    """Requests for support first, then questions about safety, then what people are to be told."""

    needs = Perm.SUPPORT_ANSWER
    template_name = "victims/support_desk.html"

    def context(self) -> dict[str, Any]:
        actor, slug = self.request.actor, self.request.organisation.slug
        asked = list(selectors.requests_open(actor)[:AT_MOST])
        questions = list(selectors.questions_open(actor)[:AT_MOST])
        owed = list(selectors.messages_due(actor)[:AT_MOST])
        due = selectors.due_times([row.pk for row in (*asked, *questions)])
        return {
            "requests": [self.request_row(row, due.get(row.pk), slug) for row in asked],
            "questions": [self.question_row(row, due.get(row.pk), slug) for row in questions],
            "owed": [self.owed_row(row, slug) for row in owed],
            "rail": [
                {"label": _("Requests"), "url": "#requests", "current": True, "count": len(asked)},
                {"label": _("Is it safe?"), "url": "#questions", "count": len(questions)},
                {"label": _("To be told"), "url": "#owed", "count": len(owed)},
            ],
        }

    def pill(self, due: datetime | None) -> tuple[str, str]:
        if due is None:
            return "later", _("Open")
        if due < self.now:
            return "late", _("Late")
        return ("now", _("Now")) if (due - self.now).total_seconds() < 86_400 else ("later", _("Later"))

    def where(self, case: Any) -> str:
        return case.office.name if case is not None and case.office is not None else _("Office not known")

    def request_row(self, row: Any, due: datetime | None, slug: str) -> dict[str, Any]:
        pill, word = ("now", _("Urgent")) if row.urgent and row.state == "received" else self.pill(due)
        mine = row.state == "taken"
        return {
            "pill": "rest" if mine else pill,
            "pill_text": _("Yours") if mine else word,
            "title": _("Someone needs support"),
            "url": reverse("support_request", args=[slug, row.mark]),
            "detail": self.where(row.case),
            "due_at": due,
            "action": _("Go on") if mine else _("Look"),
            "action_url": reverse("support_request", args=[slug, row.mark]),
        }

    def question_row(self, row: Any, due: datetime | None, slug: str) -> dict[str, Any]:
        pill, word = self.pill(due)
        url = reverse("support_question", args=[slug, row.mark])
        return {
            "pill": pill,
            "pill_text": word,
            "title": _("Is this safe: %(step)s?") % {"step": dict(SafetyQuestion.STEPS)[row.step]},
            "url": url,
            "reference": row.victim.code,
            "detail": self.where(row.case),
            "due_at": due,
            "action": _("Answer"),
            "action_url": url,
        }

    def owed_row(self, row: Any, slug: str) -> dict[str, Any]:
        pill, word = self.pill(row.due_at)
        url = reverse("support_tell", args=[slug, row.mark])
        return {
            "pill": pill,
            "pill_text": word,
            "title": _("Tell what changed"),
            "url": url,
            "reference": row.participant.code if row.participant else "",
            "detail": self.where(row.case),
            "due_at": row.due_at,
            "action": _("Open"),
            "action_url": url,
        }


class SupportPage(Page):
    """A page beside the desk; `load` finds its row or answers 404."""

    abstract = True
    title: ClassVar[Any] = ""

    def load(self) -> None:
        raise NotImplementedError

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return self.render()

    def to_desk(self, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return HttpResponseRedirect(reverse("support_desk", args=[self.request.organisation.slug]))


class RequestPage(SupportPage):
    """One request: take it, see whom it is about, answer it."""

    needs = Perm.SUPPORT_ANSWER
    template_name = "victims/support_request.html"
    revealed: tuple[Any, str] | None = None

    def load(self) -> None:
        self.row = selectors.access_request(self.request.actor, self.kwargs["mark"])

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        act = request.POST.get("act")
        if act == "take":
            actions.take(self.row, by=request.actor, now=self.now)
            return HttpResponseRedirect(request.path)
        if act == "answered":
            support.answer(self.row, by=request.actor, now=self.now)
            return self.to_desk(_("Noted: the request was answered."))
        return self.show_name(request)

    def show_name(self, request: Any) -> HttpResponse:
        """The same page with one name on it; a name never goes into an address or a session."""
        people = {person.code: person for person in selectors.people_to_support(self.row)}
        person = people.get(request.GET.get("person", ""))
        if person is None or self.row.case is None:
            raise Http404
        try:
            found = reveal.identity(
                person, case=self.row.case, purpose=request.POST.get("purpose", ""), by=request.actor, now=self.now
            )
        except SecondFactorNeeded:
            raise
        except DomainError as error:
            self.note(request, error)
            return self.render({"problem": error.message}, status=error.status)
        self.revealed = (person.pk, " · ".join(text for text in (found["name"], found["contact"]) if text))
        return self.render()

    def context(self) -> dict[str, Any]:
        mine = self.row.state != "received"
        people = []
        for person in selectors.people_to_support(self.row):
            about = [person.person.get_age_band_display(), phrases.language_name(person.person.language)]
            people.append(
                {
                    "code": person.code,
                    "part": person.get_part_display(),
                    "note": " · ".join(str(word) for word in about if word),
                    "name": self.revealed[1] if self.revealed and self.revealed[0] == person.pk else "",
                    "reveal_url": f"{self.request.path}?person={person.code}" if mine else "",
                }
            )
        reports = self.row.case.reports.all() if self.row.case else []
        return {
            "row": self.row,
            "mine": mine,
            "people": people,
            "purposes": choices.RevealReason.choices,
            "waits": any(report.contact_waits for report in reports),
            "languages": sorted({phrases.language_name(report.language) for report in reports} - {""}),
            "where": self.row.case.office.name if self.row.case and self.row.case.office else "",
        }


class AnswerPage(SupportPage):
    """A page with one form and one action."""

    abstract = True
    form_class: ClassVar[Any] = None
    template_name = "victims/support_answer.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return self.render({"form": self.form_class()})

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        try:
            said = self.act(form.cleaned_data)
        except DomainError as error:
            request.failed = True
            form.add_error(None, str(error.message))
            return self.render({"form": form}, status=422)
        return self.to_desk(said)

    def act(self, data: dict[str, Any]) -> str:
        raise NotImplementedError


class QuestionPage(AnswerPage):
    """Answer whether a step is safe; the asker sees the answer and nothing else."""

    needs = Perm.SAFETY_ANSWER
    form_class = SafetyForm

    def load(self) -> None:
        self.row = selectors.access_question(self.request.actor, self.kwargs["mark"])

    def context(self) -> dict[str, Any]:
        step = dict(SafetyQuestion.STEPS)[self.row.step]
        return {
            "title": _("Is this safe: %(step)s?") % {"step": step},
            "about": self.row.victim.code,
            "text": _("Ask the person, if you can do so safely. If they wish, they are told before anybody else."),
        }

    def act(self, data: dict[str, Any]) -> str:
        day = data["wait_until"]
        until = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        safety.answer(
            self.row, answer=data["answer"], wait_until=until, because=data["because"], by=self.request.actor,
            now=self.now,
        )  # fmt: skip
        return _("Answered. Whoever asked sees the answer, and no more.")


class TellPage(AnswerPage):
    """Tell a person affected what changed, in words made for it."""

    needs = Perm.MESSAGES_DUE
    form_class = TellForm

    def load(self) -> None:
        self.row = selectors.access_message(self.request.actor, self.kwargs["mark"])

    def context(self) -> dict[str, Any]:
        return {
            "title": _("Tell what changed"),
            "about": self.row.participant.code if self.row.participant else "",
            "text": telling.TEXTS.get(self.row.text, ""),
        }

    def act(self, data: dict[str, Any]) -> str:
        telling.carry_out(
            self.row, channel=data["channel"], reception=data["reception"], by=self.request.actor, now=self.now
        )
        return _("Noted: the person was told.")
