"""The clocks of a case: all of them, one of them, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import clocks
from cases.forms.clocks import MoreTimeForm, PauseForm
from cases.permissions import Perm
from cases.selectors.clocks import ClockFacts, clock_of, clocks_of
from cases.views.case_page import InCase
from cases.views.moves import FormInCase
from core import phrases
from core.deadlines import registry as kinds
from core.deadlines.models import Deadline
from core.permissions import allowed


class ClocksPage(InCase):
    """Running clocks with a way to each, then the ended ones."""

    needs = Perm.CASE_LIST
    template_name = "cases/case_clocks.html"
    here = "clocks"

    def context(self) -> dict[str, Any]:
        found = clocks_of(self.case, self.now)
        slug = self.request.organisation.slug
        return {
            **super().context(),
            "running": [self.running(clock, slug) for clock in found.running],
            "ended": [self.ended(clock, found.missed.get(clock.pk)) for clock in found.ended],
        }

    def running(self, clock: Any, slug: str) -> dict[str, Any]:
        title = kinds.kind(clock.kind).title
        return {
            "pill": clock.pill,
            "pill_text": clock.pill_text,
            "title": title,
            "url": reverse("case_clock", args=[slug, self.case.reference, clock.kind]),
            "detail": clock.owner.name if clock.owner else _("Nobody yet"),
            "due_at": clock.due_at if clock.state == "open" else None,
        }

    def ended(self, clock: Deadline, missed_at: Any) -> dict[str, Any]:
        met = clock.state == "met"
        return {
            "title": kinds.kind(clock.kind).title,
            "detail": _("was due %(day)s") % {"day": phrases.exact(missed_at)} if missed_at else "",
            "at": clock.ended_at,
            "state": "done" if met else "dash",
            "state_text": _("Done, late") if met and missed_at else clock.get_state_display(),
        }


class ClockPage(InCase):
    """One running clock: when it is due, what happened to it, what can be done."""

    needs = Perm.CASE_LIST
    template_name = "cases/case_clock.html"
    here = "clocks"

    def load(self) -> None:
        super().load()
        found = clock_of(self.case, self.kwargs["kind"], self.now)
        if found is None:
            raise Http404
        self.found: ClockFacts = found

    def context(self) -> dict[str, Any]:
        found, actor = self.found, self.request.actor
        asked = found.asked
        edits = self.writes and allowed(actor, Perm.CASE_EDIT)
        decides = self.writes and allowed(actor, Perm.CASE_ASSIGN)
        return {
            **super().context(),
            "title": kinds.kind(found.clock.kind).title,
            "clock": found.clock,
            "facts": self.facts(),
            "pause": found.pause,
            "asked": asked,
            "asked_more": self.amount(asked.more) if asked else "",
            "may_edit": edits,
            "may_decide": decides and asked is not None and asked.asked_by_id != actor.user_id,
            "history": self.history(),
        }

    def amount(self, count: int) -> str:
        """A number with the clock's unit, in words."""
        return phrases.amount(count, self.found.clock.unit)

    def facts(self) -> list[tuple[Any, ...]]:
        clock, missed_at = self.found.clock, self.found.missed_at
        rows: list[tuple[Any, ...]] = [
            (_("Started"), phrases.exact(clock.started_at)),
            (_("Time given"), self.amount(clock.amount)),
            (_("Owner"), clock.owner.name if clock.owner else _("Nobody yet")),
        ]
        if clock.state == "open":
            rows.insert(0, (_("Due"), phrases.exact(clock.due_at)))
        if missed_at:
            rows.append((_("Missed"), phrases.exact(missed_at), _("This stays on record, whatever comes after.")))
        return rows

    def history(self) -> list[dict[str, Any]]:
        events = []
        for stop in self.found.pauses:
            who = stop.paused_by.name if stop.paused_by else ""
            text = _("Paused: %(reason)s") % {"reason": stop.get_reason_display()}
            events.append({"kind": "done", "text": text, "at": stop.started_at, "by": who})
            if stop.ended_at:
                events.append({"kind": "done", "text": _("Went on"), "at": stop.ended_at})
        for each in self.found.extensions:
            text = _("More time asked for (%(more)s): %(reason)s") % {
                "more": self.amount(each.more),
                "reason": each.get_reason_display(),
            }
            events.append({"kind": "done", "text": text, "at": each.asked_at, "by": each.asked_by.name})
            if each.decided_at and each.decided_by:
                text = _("More time given") if each.approved else _("More time refused")
                events.append({"kind": "done", "text": text, "at": each.decided_at, "by": each.decided_by.name})
        return sorted(events, key=lambda event: event["at"], reverse=True)


class _ClockAct(ClockPage):
    """A POST about one clock, and back to it."""

    abstract = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return self.back()

    def back(self) -> HttpResponse:
        args = [self.request.organisation.slug, self.case.reference, self.kwargs["kind"]]
        return HttpResponseRedirect(reverse("case_clock", args=args))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        messages.success(request, self.act())
        return self.back()

    def act(self) -> str:
        raise NotImplementedError


class GoOn(_ClockAct):
    needs = Perm.CASE_EDIT

    def act(self) -> str:
        clocks.go_on(self.case, self.kwargs["kind"], by=self.request.actor, now=self.now)
        return _("The clock goes on.")


class DecideTime(_ClockAct):
    needs = Perm.CASE_ASSIGN

    def act(self) -> str:
        approved = self.request.POST.get("answer") == "give"
        clocks.decide(self.case, self.kwargs["kind"], approved=approved, by=self.request.actor, now=self.now)
        return _("The time is given.") if approved else _("The time is not given. The clock runs as before.")


class PauseClock(FormInCase):
    needs = Perm.CASE_EDIT
    form_class = PauseForm
    here = "clocks"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Pause “%(clock)s”") % {"clock": _title(self.kwargs["kind"])}

    @property
    def button(self) -> str:  # type: ignore[override]
        return _("Pause it")

    def arguments(self) -> dict[str, Any]:
        return {"today": timezone.localdate(self.now)}

    def act(self, data: dict[str, Any]) -> str:
        clocks.pause(self.case, self.kwargs["kind"], **data, by=self.request.actor, now=self.now)
        return _("The clock stands still.")


class AskForTime(FormInCase):
    needs = Perm.CASE_EDIT
    form_class = MoreTimeForm
    here = "clocks"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Ask for more time for “%(clock)s”") % {"clock": _title(self.kwargs["kind"])}

    @property
    def button(self) -> str:  # type: ignore[override]
        return _("Ask for it")

    def arguments(self) -> dict[str, Any]:
        return {"unit": clocks.running(self.case, self.kwargs["kind"]).get_unit_display()}

    def act(self, data: dict[str, Any]) -> str:
        clocks.ask_for_time(self.case, self.kwargs["kind"], **data, by=self.request.actor, now=self.now)
        return _("Asked. The clock runs as before until somebody else decides.")


def _title(kind: str) -> str:
    """The title of a declared kind; 404 for any other word in the address."""
    if kind not in kinds.declared():
        raise Http404
    return str(kinds.kind(kind).title)
