"""A call for care that works only for a time, and the rota of who is called."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core import phrases
from core.organisations import Membership
from core.people.forms import countries
from core.views import ActionView
from victims import choices
from victims.actions import alarms, rota
from victims.choices import AlarmState
from victims.forms.files import ChosenForm, TurnForm
from victims.permissions import Perm
from victims.selectors.duty import access_alarm, access_turn, turns
from victims.selectors.files import in_force, left_alone
from victims.views.base import FormPage, SupportPage, colleagues, windows_of


class Call(SupportPage):
    """Take it, reach the person, note what became of each kind of care."""

    needs = Perm.ALARM
    template_name = "victims/call.html"

    def load(self) -> None:
        self.call = access_alarm(self.request.actor, self.kwargs["call"], self.now)

    def context(self) -> dict[str, Any]:
        call, actor = self.call, self.request.actor
        mine = call.taken_by_id == actor.user_id
        working = call.file_id and in_force(actor.user_id, self.now).exclude(kind="review").filter(file=call.file_id)
        report = call.report
        return {
            "call": call,
            "ringing": call.state == AlarmState.RINGING,
            "mine": mine,
            "file": call.file if working and working.exists() else None,
            "windows": windows_of(call, self.now),
            "outcomes": choices.WindowOutcome.choices,
            "where": call.case.office.name if call.case and call.case.office else "",
            "country": dict(countries()).get(call.country, ""),
            "language": phrases.language_name(call.person.language if call.person else "")
            or phrases.language_name(report.language if report else ""),
            "waits": bool(report and report.contact_waits),
            "never": bool(left_alone([call.person_id])),
        }


class CallButton(Call, ActionView):
    """A button of that page."""

    abstract = True
    own_page = False
    template_name = ""

    def call_url(self) -> str:
        return self.address("support_call", self.call.reference)

    def success_url(self) -> str:
        return self.call_url()


class TakeCall(CallButton):
    needs = Perm.ALARM
    done_message = _l("It is yours. Nobody else is called.")

    def act(self, data: dict[str, Any]) -> Any:
        return alarms.take(self.call, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        taken = self.result
        if taken is not None and taken.file is not None and taken.file.officer_id == self.request.actor.user_id:
            return self.address("support_file", taken.file.reference)
        return self.call_url()


class Care(CallButton):
    """What became of one kind of care."""

    needs = Perm.ALARM
    form_class = ChosenForm
    done_message = _l("Noted.")

    def act(self, data: dict[str, Any]) -> Any:
        window = self.call.windows.filter(kind=self.kwargs["care"]).first()
        if window is None:
            raise Http404
        return alarms.record(window, outcome=data["state"], by=self.request.actor, now=self.now)


class Rota(FormPage):
    """Who is on duty in which country, and a form for a further turn."""

    needs = Perm.ROTA
    form_class = TurnForm
    template_name = "victims/rota.html"
    title = _l("Who is called")
    lead = _l("At any hour: first whoever is on duty, after 30 minutes the deputy, after 30 more the supervisors.")
    button = _l("Add a turn")
    done_message = _l("The turn is in the rota.")

    def form_arguments(self) -> dict[str, Any]:
        return {"people": colleagues(self.now)}

    def context(self) -> dict[str, Any]:
        names = dict(countries())
        rows = [
            {
                "turn": turn,
                "where": names.get(turn.country) if turn.country else _("Every other country"),
                "now": turn.starts_at <= self.now,
                "first": turn.starts_at.astimezone(self.zone()).date(),
                "last": (turn.ends_at - timedelta(seconds=1)).astimezone(self.zone()).date() if turn.ends_at else None,
                "end_url": self.address("support_turn_end", turn.reference),
            }
            for turn in turns(self.now)
        ]
        return {**super().context(), "turns": rows}

    def user(self, reference: str) -> Any:
        member = Membership.objects.select_related("user").filter(reference=reference).first()
        if member is None:
            raise Http404
        return member.user

    def act(self, data: dict[str, Any]) -> Any:
        last, starts_at = data["ends_on"], self.moment(data["starts_on"])
        if starts_at is None:
            raise Http404
        return rota.add(
            data["country"], self.user(data["officer"]), self.user(data["deputy"]),
            starts_at=starts_at, ends_at=self.moment(last + timedelta(days=1)) if last else None,
            by=self.request.actor, now=self.now,
        )  # fmt: skip

    def back(self) -> str:
        return self.address("support_rota")


class EndTurn(SupportPage, ActionView):
    """A button of the rota: the turn ends now."""

    needs = Perm.ROTA
    own_page = False
    done_message = _l("The turn has ended.")

    def act(self, data: dict[str, Any]) -> Any:
        turn = access_turn(self.kwargs["turn"], self.now)
        return rota.end(turn, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return self.address("support_rota")
