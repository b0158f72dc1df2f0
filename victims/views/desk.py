"""The desk of the support side, and the three things it does there."""

from datetime import datetime, time
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import choices
from cases.actions import safety, support
from cases.models import Case, Participant, SafetyQuestion
from cases.permissions import Perm
from cases.selectors.told import messages_due
from cases.views import telling
from cases.views.consents import Ending, Ledger
from cases.views.reveal import ShowsName
from core import phrases
from core.permissions import allowed
from core.ui import Pager
from core.views import ActionView, Page
from victims.actions import files
from victims.actions import requests as actions
from victims.choices import FileState, Source
from victims.forms.desk import SafetyForm
from victims.permissions import Perm as SupportPerm
from victims.selectors import desk as selectors
from victims.selectors.duty import open_alarms
from victims.selectors.files import left_alone, waiting_for

AT_MOST = 30
PER_PAGE = 50


class Rows(Page):
    """The three things that wait for the support side, and how each is drawn."""

    abstract = True

    def waiting(self) -> dict[str, Any]:
        """What waits: for each part of the desk its query."""
        actor = self.request.actor
        return {
            "requests": selectors.requests_open(actor),
            "questions": selectors.questions_open(actor),
            "owed": messages_due(actor),
        }

    def drawn(self, part: str, rows: list[Any]) -> list[dict[str, Any]]:
        """The rows of one part, as the list component takes them."""
        slug = self.request.organisation.slug
        if part == "owed":
            return [self.owed_row(row, slug) for row in rows]
        due = selectors.due_times([row.pk for row in rows])
        draw = self.request_row if part == "requests" else self.question_row
        return [draw(row, due.get(row.pk), slug) for row in rows]

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


class SupportDesk(Rows):
    """Requests for support first, then questions about safety, then what people are to be told."""

    needs = Perm.SUPPORT_ANSWER
    template_name = "victims/support_desk.html"

    def context(self) -> dict[str, Any]:
        slug, waiting = self.request.organisation.slug, self.waiting()
        counts = {part: rows.count() for part, rows in waiting.items()}
        actor = self.request.actor
        decisions = waiting_for(actor)[:AT_MOST] if allowed(actor, SupportPerm.APPROVE) else []
        labels = {"requests": _("Requests"), "questions": _("Is it safe?"), "owed": _("To be told")}
        return {
            **{part: self.drawn(part, list(rows[:AT_MOST])) for part, rows in waiting.items()},
            "calls": [self.call_row(row) for row in open_alarms(actor)[:AT_MOST]],
            "decisions": [self.decision_row(row) for row in decisions],
            "may_open": allowed(actor, SupportPerm.OPEN),
            "rail": [
                {"label": label, "url": f"#{part}", "current": part == "requests", "count": counts[part]}
                for part, label in labels.items()
            ],
            "all": {
                part: {"count": count, "url": reverse("support_all", args=[slug, part])}
                for part, count in counts.items()
                if count > AT_MOST
            },
        }

    def call_row(self, row: Any) -> dict[str, Any]:
        mine = row.taken_by_id == self.request.actor.user_id
        url = reverse("support_call", args=[self.request.organisation.slug, row.reference])
        return {
            "pill": "soon" if mine else "now",
            "pill_text": _("Yours") if mine else _("Now"),
            "title": _("Someone needs you now"),
            "url": url,
            "detail": self.where(row.case),
            "at": row.rung_at,
            "action": _("Go on") if mine else _("Answer"),
            "action_url": url,
        }

    def decision_row(self, row: Any) -> dict[str, Any]:
        closing = row.state == FileState.CLOSING
        url = reverse("support_decide", args=[self.request.organisation.slug, row.reference])
        return {
            "pill": "soon",
            "pill_text": _("Waits"),
            "title": _("Close a file?") if closing else _("Approve a plan?"),
            "url": url,
            "reference": row.reference,
            "detail": row.officer.name,
            "action": _("Look"),
            "action_url": url,
        }


class SupportList(Rows):
    """Everything of one part of the desk, page by page."""

    needs = Perm.SUPPORT_ANSWER
    template_name = "victims/support_list.html"
    titles: ClassVar[dict[str, Any]] = {
        "requests": gettext_lazy("Requests for support"),
        "questions": gettext_lazy("Is it safe?"),
        "owed": gettext_lazy("People to be told"),
    }

    def load(self) -> None:
        if self.kwargs["part"] not in self.titles:
            raise Http404

    def context(self) -> dict[str, Any]:
        part = self.kwargs["part"]
        page = Paginator(self.waiting()[part], PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            "title": self.titles[part],
            "rows": self.drawn(part, list(page.object_list)),
            "pager": Pager(page.number, PER_PAGE, page.paginator.count, self.request.GET),
        }


class RequestPage(Page):
    """One request: take it, see whom it is about, answer it."""

    needs = Perm.SUPPORT_ANSWER
    template_name = "victims/support_request.html"
    revealed: dict[Any, str] = {}

    def load(self) -> None:
        self.row = selectors.access_request(self.request.actor, self.kwargs["mark"])

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.request.organisation.slug, self.row.mark, *args])

    def context(self) -> dict[str, Any]:
        mine, affected = self.row.state != "received", selectors.people_to_support(self.row)
        reports = self.row.case.reports.all() if self.row.case else []
        return {
            "row": self.row,
            "mine": mine,
            "people": [self.person(person, mine) for person in affected],
            "purposes": choices.RevealReason.choices,
            "waits": any(report.contact_waits for report in reports),
            "never": bool(left_alone([self.row.person_id, *(person.person_id for person in affected)])),
            "languages": sorted({phrases.language_name(report.language) for report in reports} - {""}),
            "where": self.row.case.office.name if self.row.case and self.row.case.office else "",
        }

    def person(self, person: Any, mine: bool) -> dict[str, Any]:
        about = [person.person.get_age_band_display(), phrases.language_name(person.person.language)]
        return {
            "code": person.code,
            "part": person.get_part_display(),
            "note": " · ".join(str(word) for word in about if word),
            "name": self.revealed.get(person.pk, ""),
            "reveal_url": self.url("support_reveal", person.code) if mine else "",
        }


class RequestAct(ActionView, RequestPage):
    """A button of that page."""

    abstract = True
    own_page = False
    template_name = ""

    def success_url(self) -> str:
        return self.url("support_request")


class Take(RequestAct):
    needs = Perm.SUPPORT_ANSWER

    def act(self, data: dict[str, Any]) -> Any:
        return actions.take(self.row, by=self.request.actor, now=self.now)


class Answered(RequestAct):
    needs = Perm.SUPPORT_ANSWER
    done_message = gettext_lazy("Noted: the request was answered.")

    def act(self, data: dict[str, Any]) -> Any:
        return support.answer(self.row, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("support_desk", args=[self.request.organisation.slug])


class OpenFile(RequestAct):
    """The support file of whom the request is about; somebody nobody has named yet gets one without a name."""

    needs = Perm.SUPPORT_ANSWER

    def load(self) -> None:
        super().load()
        if self.row.taken_by_id != self.request.actor.user_id:
            raise Http404

    def act(self, data: dict[str, Any]) -> Any:
        people, by = selectors.people_to_support(self.row), self.request.actor
        country = self.row.case.office.country if self.row.case and self.row.case.office else ""
        if self.row.person is None and len(people) != 1:
            return files.walk_in(country=country, by=by, now=self.now)
        person = self.row.person or people[0].person
        return files.open_for(person, source=Source.REQUEST, country=country, by=by, now=self.now)

    def success_url(self) -> str:
        if self.result is None:
            return self.url("support_request")
        return reverse("support_file", args=[self.request.organisation.slug, self.result.reference])


class Reveal(ShowsName, RequestPage):
    """The same page with one name on it."""

    needs = Perm.SUPPORT_ANSWER
    back_to = "support_request"

    def named(self) -> tuple[Participant, Case] | None:
        people = {person.code: person for person in selectors.people_to_support(self.row)}
        person = people.get(self.kwargs["person"])
        return (person, self.row.case) if person is not None and self.row.case is not None else None


class AnswerPage(ActionView):
    """A page with one form and one action, back to the desk."""

    abstract = True
    template_name = "victims/support_answer.html"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": self.success_url()}

    def success_url(self) -> str:
        return reverse("support_desk", args=[self.request.organisation.slug])


class QuestionPage(AnswerPage):
    """Answer whether a step is safe; the asker sees the answer and nothing else."""

    needs = Perm.SAFETY_ANSWER
    form_class = SafetyForm
    done_message = gettext_lazy("Answered. Whoever asked sees the answer, and no more.")

    def load(self) -> None:
        self.row = selectors.access_question(self.request.actor, self.kwargs["mark"])

    def context(self) -> dict[str, Any]:
        step = dict(SafetyQuestion.STEPS)[self.row.step]
        return {
            **super().context(),
            "title": _("Is this safe: %(step)s?") % {"step": step},
            "about": self.row.victim.code,
            "never": bool(left_alone([self.row.victim.person_id])),
            "text": _("Ask the person, if you can do so safely. If they wish, they are told before anybody else."),
        }

    def act(self, data: dict[str, Any]) -> Any:
        day = data["wait_until"]
        until = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        return safety.answer(
            self.row, answer=data["answer"], wait_until=until, because=data["because"], by=self.request.actor,
            now=self.now,
        )  # fmt: skip


class TellPage(telling.TellPage):
    """Tell a person affected what changed, and back to the desk of the support side."""

    needs = Perm.SUPPORT_ANSWER
    template_name = "victims/support_answer.html"

    def context(self) -> dict[str, Any]:
        told = self.row.participant
        return {**super().context(), "never": bool(left_alone([told.person_id] if told else []))}

    def success_url(self) -> str:
        return reverse("support_desk", args=[self.request.organisation.slug])


class RequestLedger(Ledger, RequestPage):
    """The consent ledger of whom a request is about, for whoever took it."""

    abstract = True

    def load(self) -> None:
        super().load()
        if self.row.state == "received":
            raise Http404

    def people(self) -> list[Participant]:
        return selectors.people_to_support(self.row)

    def end_url(self) -> str:
        return self.url("support_consent_end")

    def success_url(self) -> str:
        return self.url("support_consents")


class Consents(RequestLedger):
    needs = Perm.CONSENT_RECORD
    template_name = "victims/support_consents.html"


class EndConsent(Ending, RequestLedger):
    needs = Perm.CONSENT_RECORD
    template_name = ""
