"""What makes the demo's cases live: clocks that run, warn and are missed, mailboxes with messages, and a history."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cases.actions import mailbox
from cases.choices import CaseState as S
from cases.choices import Part
from cases.models import Case, Message, Participant, Report, SupportRequest
from core import deadlines
from core.demo import House
from core.encryption import keys
from core.encryption.codes import new_code
from core.tenancy import new_id

MAILBOXES = 6
ASKED = "Fictional message. Is there somebody I could talk to before anything is decided?"
ANSWERED = "Fictional answer. Yes. Noor, who is not part of the inquiry, can meet you where you feel safe."


def start_clocks(house: House, cases: list[Case], rng: random.Random, now: datetime) -> None:
    """Clocks of the open cases, in the organisation's scope: some far off, some near, a few missed."""
    for case in cases:
        about: dict[str, Any] = {"subject": case.pk, "reference": case.reference}
        if case.state in (S.RECEIVED, S.TRIAGE):
            deadlines.start("intake.triage", **about, owner=case.owner, at=case.received_at)
            deadlines.start("intake.acknowledge", **about, owner=case.owner, at=case.received_at)
        elif case.state == S.IN_ASSESSMENT:
            since = max(case.triaged_at or case.received_at, now - timedelta(days=rng.choice((1, 2, 4, 5, 6, 9))))
            deadlines.start("case.assessment", **about, owner=case.owner, at=since)
        elif case.state == S.IN_INVESTIGATION:
            since = max(case.triaged_at or case.received_at, now - timedelta(days=rng.randint(2, 32)))
            deadlines.start("victim.update", **about, owner=case.owner, at=since)
    for request in SupportRequest.objects.filter(state="received", asked_at__gt=now - timedelta(days=4)):
        deadlines.start("case.support", subject=request.pk, at=request.asked_at)


def write_messages(cases: list[Case], now: datetime) -> None:
    """A few open mailboxes, some with a message nobody has read and some answered."""
    newest = [case for case in cases if case.state in (S.RECEIVED, S.TRIAGE, S.IN_ASSESSMENT)][-MAILBOXES:]
    for number, case in enumerate(newest):
        report = Report.objects.filter(case=case).first()
        reporter = Participant.objects.filter(case=case, part=Part.REPORTER).first()
        if report is None:
            continue
        box_id = new_id()
        key = keys.create(box_id, pinned=True)
        box = mailbox.create(report, reporter, code=new_code(), key=key, mailbox=box_id, now=case.received_at)
        if number % 2 == 0:
            asked = Message(mailbox=box, direction="in", sent_at=max(case.received_at, now - timedelta(hours=5)))
            asked.seal(body=ASKED)
            asked.save(force_insert=True)
        elif case.owner is not None:
            told = Message(mailbox=box, direction="out", sent_at=now - timedelta(hours=3), sent_by=case.owner)
            told.seal(body=ANSWERED)
            told.save(force_insert=True)


def history(house: House, cases: list[Case]) -> Iterator[tuple[Any, ...]]:
    """The events of the cases as they would have been written, oldest first: rows for `WRITE_HISTORY`."""
    for case in cases:
        yield _event(house, "cases.received", "reporter", None, case, {}, case.received_at)
        if case.state == S.RECEIVED:
            continue
        intake = house.users.get("Rosa") or house.users.get("Sofia") or next(iter(house.users.values()))
        begun = case.received_at + timedelta(hours=2)
        moved = {"from": S.RECEIVED, "to": S.TRIAGE}
        yield _event(house, "cases.start_triage", "user", intake.pk, case, moved, begun)
        if case.support_asked_at:
            asked = {"source": "triage", "urgent": False}
            yield _event(house, "cases.support_asked", "user", intake.pk, case, asked, begun + timedelta(minutes=20))
        if case.triaged_at is None:
            continue
        verb, target = {
            S.INFO_ONLY: ("keep_as_information", S.INFO_ONLY),
            S.REFERRED_OUT: ("refer_out", S.REFERRED_OUT),
            S.MONITORED_EXTERNAL: ("refer_out", S.REFERRED_OUT),
        }.get(S(case.state), ("open_assessment", S.IN_ASSESSMENT))
        moved = {"from": S.TRIAGE, "to": target}
        yield _event(house, f"cases.{verb}", "user", intake.pk, case, moved, case.triaged_at)
        if case.manager_id and case.owner_id and case.owner_id != case.manager_id:
            given = {"assignee": {"id": str(case.owner_id)}, "level": "investigate"}
            at = case.triaged_at + timedelta(hours=20)
            yield _event(house, "cases.assigned", "user", case.manager_id, case, given, at)
        if case.state in (S.IN_INVESTIGATION, S.IN_DECISION):
            at = case.triaged_at + timedelta(days=6)
            moved = {"from": S.IN_ASSESSMENT, "to": S.IN_INVESTIGATION}
            yield _event(house, "cases.investigate", "user", case.manager_id, case, moved, at)
        if case.closed_at is not None:
            ended = {"from": S.IN_ASSESSMENT, "to": S.CLOSED, "reason": case.close_reason}
            yield _event(house, "cases.close", "user", case.manager_id, case, ended, case.closed_at)


def _event(
    house: House, action: str, kind: str, actor: UUID | None, case: Case, facts: dict[str, Any], at: datetime
) -> tuple[Any, ...]:
    return (
        str(new_id()), str(house.organisation.pk), action, kind, str(actor) if actor else None, str(case.pk),
        "cases.case", case.reference, json.dumps(facts), at,
    )  # fmt: skip


#: The moment of an event is the database's own and nobody may set it, except its owner, and so except the demo.
WRITE_HISTORY = """
INSERT INTO audit_event (
    id, organisation_id, action, actor_kind, actor, session, about, about_type, reference, purpose, outcome, fields,
    hashes, facts, at
) VALUES (%s, %s, %s, %s, %s, '', %s, %s, %s, '', 'done', '[]', '{}', %s, %s)
"""
