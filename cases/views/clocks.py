"""The clocks of a case: all of them, one of them, and what can be done with it."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import clocks
from cases.forms.clocks import DecideTimeForm, MoreTimeForm, PauseForm
from cases.permissions import Perm
from cases.selectors.clocks import ClockFacts, clock_of, clocks_of
from cases.views.in_case import ActInCase, InCase
from core import phrases
from core.deadlines import registry as kinds
from core.deadlines.models import Deadline


class ClocksPage(InCase):
    """Running clocks with a way to each, then the ended ones."""

    needs = Perm.CASE_LIST
    template_name = "cases/case_clocks.html"
    here = "clocks"

    def context(self) -> dict[str, Any]:
        found = clocks_of(self.case, self.now)
        return {
            **super().context(),
            "running": [self.running(clock) for clock in found.running],
            "ended": [self.ended(clock, found.missed.get(clock.pk)) for clock in found.ended],
        }

    def running(self, clock: Any) -> dict[str, Any]:
        title = kinds.kind(clock.kind).title
        return {
            "pill": clock.pill,
            "pill_text": clock.pill_text,
            "title": title,
            "url": self.url("case_clock", clock.kind),
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
        return {
            **super().context(),
            "title": kinds.kind(found.clock.kind).title,
            "clock": found.clock,
            "facts": self.facts(),
            "pause": found.pause,
            "asked": asked,
            "asked_more": self.amount(asked.more) if asked else "",
            "may_edit": self.may(Perm.CASE_EDIT),
            "may_pause": self.may(Perm.CASE_EDIT) and not kinds.kind(found.clock.kind).pause_is_asked_for,
            "may_decide": self.may(Perm.CASE_ASSIGN) and asked is not None and asked.asked_by_id != actor.user_id,
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


class ClockAct(ActInCase):
    """Something done about one clock of a case, then back to it."""

    abstract = True
    here = "clocks"
    words: ClassVar[Any] = ""

    def load(self) -> None:
        super().load()
        if self.kwargs["kind"] not in kinds.declared():
            raise Http404

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": self.words % {"clock": kinds.kind(self.kwargs["kind"]).title}}

    def success_url(self) -> str:
        return self.url("case_clock", self.kwargs["kind"])


class GoOn(ClockAct):
    needs = Perm.CASE_EDIT
    own_page = False
    template_name = ""
    done_message = gettext_lazy("The clock goes on.")

    def act(self, data: dict[str, Any]) -> Any:
        return clocks.go_on(self.case, self.kwargs["kind"], by=self.request.actor, now=self.now)


class DecideTime(ClockAct):
    needs = Perm.CASE_ASSIGN
    own_page = False
    template_name = ""
    form_class = DecideTimeForm

    def act(self, data: dict[str, Any]) -> Any:
        return clocks.decide(self.case, self.kwargs["kind"], **data, by=self.request.actor, now=self.now)

    def said(self) -> str:
        given = _("The time is given.")
        return given if self.result.approved else _("The time is not given. The clock runs as before.")


class PauseClock(ClockAct):
    needs = Perm.CASE_EDIT
    form_class = PauseForm
    words = gettext_lazy("Pause “%(clock)s”")
    button = gettext_lazy("Pause it")
    done_message = gettext_lazy("The clock stands still.")

    def form_arguments(self) -> dict[str, Any]:
        return {"today": timezone.localdate(self.now)}

    def act(self, data: dict[str, Any]) -> Any:
        return clocks.pause(self.case, self.kwargs["kind"], **data, by=self.request.actor, now=self.now)


class AskForTime(ClockAct):
    needs = Perm.CASE_EDIT
    form_class = MoreTimeForm
    words = gettext_lazy("Ask for more time for “%(clock)s”")
    button = gettext_lazy("Ask for it")
    done_message = gettext_lazy("Asked. The clock runs as before until somebody else decides.")

    def form_arguments(self) -> dict[str, Any]:
        return {"unit": clocks.running(self.case, self.kwargs["kind"]).get_unit_display()}

    def act(self, data: dict[str, Any]) -> Any:
        return clocks.ask_for_time(self.case, self.kwargs["kind"], **data, by=self.request.actor, now=self.now)
