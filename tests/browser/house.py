"""The demo with something on every page: where each address of staff leads, and who looks at it.

`furnish()` is called with the demo's data in place; `Places.path(address, who)` then gives a real address for every
line of tests/access_urls.py that has a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.tokens import default_token_generator

from cases.actions import access, clocks, glass, handover, logging, notes, safety, telling
from cases.actions import support as asking
from cases.choices import CaseState, GrantLevel, Part
from cases.models import BreakGlass, Case, HelpContact, Mailbox, MessageDue, Participant, SafetyQuestion, SupportRequest
from core import deadlines
from core.access import actor_for
from core.actors import Actor
from core.deadlines.models import Deadline, Reason
from core.organisations import Membership, Organisation, User
from core.people import actions as people
from core.permissions import Role
from core.tenancy import organisation
from investigations.models import Investigation, Measure
from victims.actions import files, money, planning, record, referrals
from victims.models import ClinicalAlarm, Fund, Provider

REASON = "Fictional: somebody has to see this today."
DRAFT = {"account": "Fictional words, half written.", "once": "0" * 32}


@dataclass
class Places:
    """`filled`: what stands for a placeholder of an address; `special`: the same for one address alone."""

    home: Organisation
    users: dict[str, User]
    now: Any
    filled: dict[str, str] = field(default_factory=dict)
    special: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def as_user(self, who: str) -> Iterator[Actor]:
        """The scope a page of that person runs in, and the actor who acts there."""
        with organisation(self.home.pk, user=self.users[who].pk):
            found = actor_for(self.users[who], self.now, session="0123456789abcdef", second_factor_at=self.now)
            assert found is not None
            yield found

    def path(self, address: str) -> str:
        for placeholder, value in {**self.filled, **self.special.get(address, {})}.items():
            address = address.replace(placeholder, value)
        return "/" + address


def furnish(now: Any) -> Places:
    """A case with everything in it, one that waits for triage, one that is closed; and work for each kind of desk."""
    home = Organisation.objects.get(slug="north")
    users = {user.name.split()[0].lower(): user for user in User.objects.filter(email__endswith="@north.example")}
    places = Places(home, users, now)
    with organisation(home.pk):
        live = Case.objects.filter(state=CaseState.IN_ASSESSMENT).order_by("-received_at")[0]
        written = Mailbox.objects.select_related("report__case").order_by("created_at", "id")[0].report.case
        early = Case.objects.filter(state=CaseState.TRIAGE).order_by("-received_at")[0]
        closed = Case.objects.filter(state=CaseState.CLOSED).order_by("-received_at")[0]
        waiting = list(Case.objects.filter(state=CaseState.RECEIVED).order_by("-received_at")[:2])
        members = {name: Membership.objects.select_related("office").get(user=user) for name, user in users.items()}
        _work_on(places, Case.objects.get(pk=live.pk))
    with places.as_user("rosa") as rosa:
        handover.offer(early, to=users["ines"], by=rosa, now=now)
    _glass(places, [case.reference for case in waiting])
    with places.as_user("ada") as by:
        people.propose(members["noor"], Role.SUPPORT_SUPERVISOR, by=by, now=now)
        people.ask_reset(members["noor"], "both", by=by, now=now)
    with places.as_user("amina") as amina:
        mark = logging.keep(None, DRAFT, by=amina, now=now).mark
    with organisation(home.pk):
        asked, question, owed = (
            model.objects.filter(**still).order_by("pk")[0]
            for model, still in (
                (SupportRequest, {"state": "received", "case__isnull": False}),
                (SafetyQuestion, {"answer": ""}),
                (MessageDue, {"done_at": None}),
            )
        )
    with places.as_user("noor") as noor:
        free = SupportRequest.objects.filter(state="received", case__isnull=False).exclude(pk=asked.pk)
        taken = asking.take(free.order_by("pk")[0], by=noor, now=now)
    with organisation(home.pk):
        place = HelpContact.objects.order_by("pk")[0]
    lake = members["amina"].office
    places.filled = {
        "<slug:org>": "north",
        "<str:reference>": live.reference,
        "<str:member>": members["noor"].reference,
        "<slug:role>": Role.SUPPORT_OFFICER,
        "<str:office>": lake.reference,
        "<str:kind>": "case.assessment",
        "<str:day>": "2026-12-24",
        "<str:place>": place.reference,
        "<str:mark>": mark,
        "<str:part>": "requests",
        "<str:token>": default_token_generator.make_token(users["samir"]),
    }
    case, glass_page = "o/<slug:org>/cases/<str:reference>/", "o/<slug:org>/glass/<str:reference>/<str:asker>/"
    member = "o/<slug:org>/people/<str:member>/"
    places.special = {
        f"{case}triage/": {"<str:reference>": early.reference},
        f"{case}hand-over/answer/": {"<str:reference>": early.reference},
        f"{case}messages/": {"<str:reference>": written.reference},
        "account/choose/<str:mark>/<str:token>/": {"<str:mark>": users["samir"].mark},
        f"{case}reopen/": {"<str:reference>": closed.reference},
        glass_page: {"<str:reference>": waiting[1].reference, "<str:asker>": members["hana"].reference},
        f"{glass_page}refuse/": {"<str:reference>": waiting[1].reference, "<str:asker>": members["hana"].reference},
        f"{glass_page}review/": {"<str:reference>": waiting[0].reference, "<str:asker>": members["idris"].reference},
        "o/<slug:org>/support/requests/<str:mark>/": {"<str:mark>": asked.mark},
        "o/<slug:org>/support/safety/<str:mark>/": {"<str:mark>": question.mark},
        "o/<slug:org>/support/requests/<str:mark>/consents/": {"<str:mark>": taken.mark},
        "o/<slug:org>/support/tell/<str:mark>/": {"<str:mark>": owed.mark},
        "o/<slug:org>/tell/<str:mark>/": {"<str:mark>": owed.mark},
        f"{member}roles/<slug:role>/approve/": {"<slug:role>": Role.SUPPORT_SUPERVISOR},
        f"{member}roles/<slug:role>/decline/": {"<slug:role>": Role.SUPPORT_SUPERVISOR},
    }
    places.special |= _inquiries(places)
    places.filled |= _support(places)
    return places


def _support(places: Places) -> dict[str, str]:
    """A child whom Noor supports, whose plan waits for Musa; a provider asked for help; a call nobody took."""
    now = places.now
    with places.as_user("noor") as noor:
        file = files.walk_in(age_band="12-14", country="KE", by=noor, now=now)
        record.write_child(
            file, best_interest="Fictional.", assent="yes", carers="", reporting_told=True, by=noor, now=now
        )
        clinic = Provider.objects.order_by("pk")[0]
        referrals.agree(file, clinic, method="mark", language="en", by=noor, now=now)
        service = clinic.services[0]
        sent = referrals.refer(file, clinic, service=service, shared="Fictional.", by=noor, now=now)
        planning.judge_risk(file, risk="low", words="Fictional.", by=noor, now=now)
        fund = Fund.objects.order_by("pk")[0]
        item = money.plan(
            file, fund, service="medical", planned=Decimal(90), words="Fictional.", starts_on=now.date(),
            ends_on=None, condition="Fictional.", by=noor, now=now,
        )  # fmt: skip
        money.pay(item, amount=Decimal("40.50"), way="cash", paid_on=now.date(), proof="Fictional.", by=noor, now=now)
        planning.note_need(file, service="medical", words="Fictional.", by=noor, now=now)
        planning.set_goal(file, service="medical", words="Fictional.", by=noor, now=now)
        planning.submit(file, by=noor, now=now)
        call = ClinicalAlarm.objects.filter(state="ringing").order_by("pk")[0]
    return {
        "<str:file>": file.reference,
        "<str:fund>": fund.reference,
        "<str:item>": item.reference,
        "<str:call>": call.reference,
        "<str:provider>": clinic.reference,
        "<str:row>": sent.reference,
    }


def _inquiries(places: Places) -> dict[str, dict[str, str]]:
    """One investigation under way, and one in which Dana decided."""
    base = "o/<slug:org>/cases/<str:reference>/inquiry/"
    person = f"{base}people/<str:code>/"
    with organisation(places.home.pk):
        open_ = Investigation.objects.filter(case__state=CaseState.IN_INVESTIGATION).select_related("case")[0]
        measure = Measure.objects.select_related("case", "subject__person").order_by("decided_at")[0]
        people = Participant.objects.filter(case=open_.case).select_related("person")
        named, affected = (people.filter(part=part)[0].code for part in (Part.SUBJECT, Part.VICTIM))
    working = {"<str:reference>": open_.case.reference, "<str:code>": named, "<slug:kind>": "notice"}
    decided = {
        "<str:reference>": measure.case.reference,
        "<str:code>": measure.subject.code,
        "<str:measure>": measure.reference,
    }
    of_work = ("time/", "log/", "assign/", "declare/", "plan/", "plan/new/", "plan/decide/", "pause/", "pause/decide/")
    of_work += ("report/write/", "report/review/", "end/", "hand-over/")
    found = {f"{base}{tail}": working for tail in of_work}
    found |= {f"{person}{tail}": working for tail in ("steps/<slug:kind>/allow/", "findings/", "left/", "interim/")}
    found |= {f"{base}{tail}": decided for tail in ("", "report/", "decision-maker/")}
    found |= {f"{person}{tail}": decided for tail in ("", "decide/", "measures/<str:measure>/", "appeal/end/")}
    return {**found, f"{person}withdrawal/": {**working, "<str:code>": affected}}


def _work_on(places: Places, case: Case) -> None:
    now = places.now
    victim = Participant.objects.filter(case=case, part=Part.VICTIM)[0]
    with places.as_user("hana") as hana:
        access.grant(case, places.users["leo"], level=GrantLevel.ADVISE, by=hana, now=now)
        notes.add(case, "Fictional note. " * 30, by=hana, now=now)
        telling.due_for_all(case, change="assessment", by=hana, now=now)
        asking.ask(case, source="triage", urgent=True, by=hana, now=now)
        if not Deadline.objects.filter(subject=case.pk, kind="case.assessment", state="open").exists():
            deadlines.start("case.assessment", subject=case.pk, reference=case.reference, owner=case.owner, at=now)
    with places.as_user("idris") as idris:
        safety.ask(case, victim, step=SafetyQuestion.STEPS[0][0], by=idris, now=now)
        clocks.ask_for_time(case, "case.assessment", more=3, reason=Reason.INTERPRETER, by=idris, now=now)


def _glass(places: Places, references: list[str]) -> None:
    """One emergency reading to decide, one to review."""
    for reference, who in zip(references, ("idris", "hana"), strict=True):
        with places.as_user(who) as asker:
            glass.ask(reference, reason=REASON, by=asker, now=places.now)
    with places.as_user("leo") as leo:
        asked = BreakGlass.objects.get(asked_by=places.users["idris"])
        glass.allow(asked, by=leo, now=places.now + timedelta(seconds=1))
