"""To whoever is shut out, every page is that of an organisation without the case: the same bytes, page by page."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from cases.actions import glass, handover, mailbox, notes, routing, safety, support, telling
from cases.choices import GrantLevel, Part
from cases.models import Case, Mailbox, Participant
from core import deadlines
from core.deadlines.models import Deadline
from core.deadlines.sweeping import take_step
from core.encryption import keys
from core.organisations import User
from core.outbox.delivery import resolve
from core.outbox.models import Notice
from core.permissions import Role
from tests.access_urls import STAFF
from tests.factories import (
    EVERYBODY,
    NOW,
    Cast,
    exclude,
    give_grant,
    make_case,
    make_cast,
    make_membership,
    make_part,
    make_report,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
#: What differs from page to page for reasons of its own: the masked token against forged requests, a form's mark.
OWN = re.compile(rb'name="(?:csrfmiddlewaretoken|once)" value="[^"]*"')
ROLES = (
    Role.INTAKE_OFFICER, Role.INVESTIGATION_MANAGER, Role.SUPPORT_OFFICER, Role.DECISION_MAKER, Role.LEGAL_ADVISER,
    Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR,
)  # fmt: skip
SAID = {"account": "Fictional.", "place": "The well behind the school", "about_whom": "the driver of the truck"}
REFERENCE = "K7TF-29QW"  # of the hidden case
TABS = ("", "told/", "messages/", "notes/", "audit/", "clocks/", "triage/", "team/", "hand-over/", "close/")
#: The database dates what happens by its own clock: the reader's own acts, at two moments.
MINUTE = re.compile(rb"[0-9]{2}:[0-9]{2}[0-9:.+]*")
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def max_(cast: Cast) -> User:
    """Somebody with nearly every role, above Idris in the line, and with a case of their own to triage."""
    user = make_user("Max")
    with cast.inside():
        cast.members["max"] = make_membership(user, cast.hq, *ROLES, supervisor=cast.members["hana"])
        for name in ("idris", "ines"):
            member = cast.members[name]
            member.supervisor = cast.members["max"]
            member.save(update_fields=["supervisor"])
    return user


@pytest.fixture
def own(cast: Cast, max_: User) -> Case:
    """The case Max triages; a report in it tells of the same place and the same person as the hidden case does."""
    with cast.inside():
        case = make_case(cast.lake, owner=max_, manager=cast.hana)
        make_report(case, **SAID)
        make_part(case, Part.SUBJECT)
        give_grant(case, max_, GrantLevel.TRIAGE, identities=EVERYBODY)
        give_grant(case, cast.hana, GrantLevel.MANAGE, identities=EVERYBODY)
        deadlines.start("intake.triage", subject=case.pk, reference=case.reference, owner=max_, at=NOW)
    return case


def pages(own: Case) -> list[str]:
    """Every address of staff that names no case, the own case's pages, and searches for the hidden one."""
    found = [f"/{address.replace('<slug:org>', 'north')}" for address in STAFF if "<" not in address[12:]]
    found += [f"/o/north/cases/{own.reference}/{tail}" for tail in TABS]
    cases = "/o/north/cases/"
    found += [f"{cases}?q={REFERENCE}", f"{cases}?state=triage", f"{cases}?order=changed", f"{cases}?whose=mine"]
    found += [f"/o/north/audit/?{query}" for query in ("event=cases.excluded", "event=encryption.revealed", "page=2")]
    return found


def hidden_pages() -> list[str]:
    """The pages of one case, whether it is there or not."""
    return [
        f"/{address.replace('<slug:org>', 'north').replace('<str:reference>', REFERENCE)}"
        for address in STAFF
        if "<str:reference>" in address and address.count("<") == 2
    ]


def look(client: Client, paths: list[str]) -> dict[str, tuple[int, str, bytes]]:
    """What each address answers, in that order, without what is random on every page."""
    found = {}
    for path in paths:
        answer = client.get(path)
        words = OWN.sub(b"", answer.content)
        words = MINUTE.sub(b"", words) if "/audit/" in path else words
        found[path] = answer.status_code, answer.headers.get("Location", ""), words
    return found


def told_everybody(cast: Cast) -> None:
    """What the workers would do by now: clocks swept, every notice worked out."""
    with cast.inside():
        for clock in list(Deadline.objects.filter(next_at__lt=LATER).order_by("id")):
            take_step(clock.pk, LATER)
        for notice in list(Notice.objects.filter(resolved_at=None).order_by("id")):
            resolve(notice.pk, LATER)


def hidden_case(cast: Cast, max_: User, own: Case) -> Case:
    """A case Max is shut out of, in which everything happens that could show somewhere: clocks missed, support and
    safety asked, messages, a handover, an emergency reading, and a person and words shared with the own case."""
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana, now=NOW)
        case = make_case(cast.lake, reference=REFERENCE, state="received", routed_at=None, priority="urgent")
        report = make_report(case, must_not_know="Max Test", **SAID)
        shared = Participant.objects.get(case=own, part=Part.SUBJECT).person
        Participant.objects.create(case=case, person=shared, part=Part.SUBJECT, created_at=NOW)
        routing.route(case.pk, now=NOW)
        if not case.exclusions.filter(user=max_).exists():
            exclude(case, max_, "named")
        give_grant(case, cast.hana, GrantLevel.MANAGE, identities=EVERYBODY)
        give_grant(case, cast.idris, GrantLevel.INVESTIGATE, identities=EVERYBODY)
        Case.objects.filter(pk=case.pk).update(owner=cast.hana, manager=cast.hana, state="triage")
        case.refresh_from_db()
        victim = make_part(case, Part.VICTIM)
        keys.create(victim.person_id)
        support.ask(case, source="triage", urgent=True, by=hana, now=NOW)
        safety.ask(case, victim, step="interview", by=hana, now=NOW)
        telling.due_for_all(case, change="triaged", by=hana, now=NOW)
        notes.add(case, "Fictional note.", by=hana, now=NOW)
        for kind, ago in (("intake.triage", 400), ("intake.acknowledge", 400)):
            if Deadline.objects.filter(subject=case.pk, kind=kind).exists():
                continue
            deadlines.start(
                kind, subject=case.pk, reference=case.reference, owner=cast.idris, at=NOW - timedelta(hours=ago)
            )
        box = Mailbox.objects.create(
            report=report, reporter=make_part(case, Part.REPORTER), lookup="0" * 64, salt=b"x", verifier=b"x",
            wrapped_key=b"x", created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        keys.create(box.pk)
        mailbox.answer(box, "Fictional answer.", by=hana, now=NOW)
        handover.offer(case, to=cast.rosa, by=hana, now=NOW)
    with cast.as_user(cast.ines):
        glass.ask(case.reference, reason="Tonight.", by=cast.actor(cast.ines, now=NOW), now=NOW)
    client = signed_in(cast.hana)
    for tail in ("", "told/", "messages/", "notes/", "triage/"):
        assert client.get(f"/o/north/cases/{case.reference}/{tail}").status_code == 200
    return case


def test_every_page_is_the_same_with_and_without_the_case(cast: Cast, max_: User, own: Case, clock: None) -> None:
    told_everybody(cast)
    client, paths = signed_in(max_), pages(own)
    before = transaction.savepoint()
    look(client, paths)  # notices shown once and the session noted: the second look is the one compared
    without, missing = look(client, paths), look(client, hidden_pages())
    transaction.savepoint_rollback(before)
    hidden_case(cast, max_, own)
    told_everybody(cast)
    look(client, paths)
    present, there = look(client, paths), look(client, hidden_pages())
    differing = [path for path in paths if present[path] != without[path]]
    assert differing == []
    assert [path for path in missing if there[path] != missing[path]] == []
    assert sum(status == 200 for status, _place, _body in without.values()) > 25
    assert len(without) > 30


def test_what_is_refused_says_the_same_of_a_hidden_case_and_of_none(
    cast: Cast, max_: User, own: Case, clock: None
) -> None:
    """A duplicate of it, an emergency reading of it, a message into it, an answer to an offer of it."""
    case = hidden_case(cast, max_, own)
    said = []
    for reference in (case.reference, "ZZZZ-ZZZZ"):
        client, point = signed_in(max_), transaction.savepoint()
        with cast.inside():
            fresh = Case.objects.get(pk=own.pk)
        triage = {
            "act": "decide", "version": str(fresh.version), "safe": "yes", "stream": "sea", "kinds": "se_other",
            "decision": "duplicate", "into": reference, "reason": "Fictional.",
        }  # fmt: skip
        page = f"/o/north/cases/{reference}/"
        answers = [
            client.post(f"/o/north/cases/{own.reference}/triage/", triage),
            client.post("/o/north/glass/ask/", {"reference": reference, "reason": "Tonight."}),
            client.get("/o/north/glass/"),
            client.post(f"{page}notes/add/", {"body": "x"}),
            client.post(f"{page}messages/send/", {"body": "x"}),
            client.post(f"{page}hand-over/answer/", {"answer": "confirm"}),
            client.post(f"{page}team/", {"who": f"manage:{max_.mark}"}),
            client.post(f"{page}close/", {"why": "duplicate", "reason": "x", "version": "1"}),
            client.post(f"{page}clocks/intake.triage/pause/", {"reason": "witness"}),
        ]
        words = [OWN.sub(b"", answer.content).replace(reference.encode(), b"") for answer in answers]
        said.append(list(zip([answer.status_code for answer in answers], words, strict=True)))
        transaction.savepoint_rollback(point)
    assert said[0] == said[1]
    assert [status for status, _body in said[0]][3:] == [404] * 6
