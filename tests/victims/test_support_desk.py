"""The support side: who sees what is asked of it, and what taking a request gives."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import access, safety, support, telling
from cases.choices import GrantLevel, Part
from cases.models import Case, CaseGrant, Identity, MessageDue, Participant, SafetyQuestion, SupportRequest
from core.encryption import keys
from tests.factories import EVERYBODY, NOW, Cast, exclude, give_grant, give_role, make_case, make_part, signed_in

pytestmark = pytest.mark.django_db

DESK = "/o/north/support/"


def asked_case(cast: Cast) -> tuple[Case, Participant, SupportRequest]:
    """A case of Hana's with one person affected, and her request for support."""
    with cast.as_user(cast.hana):
        case = make_case(cast.lake, manager=cast.hana, owner=cast.hana)
        keys.create(case.pk)
        give_grant(case, cast.hana, GrantLevel.MANAGE, identities=EVERYBODY)
        person = make_part(case, Part.VICTIM)
        keys.create(person.person_id)
        known = Identity(person=person.person, changed_at=NOW)
        known.seal(name="Fictional Survivor", contact="000 000 000")
        known.save(force_insert=True)
        return case, person, support.ask(case, source="triage", urgent=True, by=cast.actor(cast.hana), now=NOW)


def page(request: SupportRequest) -> str:
    return f"{DESK}requests/{request.mark}/"


def test_only_the_support_side_has_the_desk(cast: Cast) -> None:
    asked_case(cast)
    assert b"Someone needs support" in signed_in(cast.noor).get(DESK).content
    for other in (cast.hana, cast.idris, cast.ada, cast.sofia, cast.nobody):
        assert signed_in(other).get(DESK).status_code == 404


def test_the_desk_names_no_case_no_accused_and_nobody(cast: Cast) -> None:
    case, _person, request = asked_case(cast)
    for address in (DESK, page(request)):
        text = signed_in(cast.noor).get(address).content.decode()
        assert case.reference not in text
        assert "Fictional Survivor" not in text


def test_whoever_takes_a_request_may_ask_for_the_name_and_nobody_sees_it_before(cast: Cast) -> None:
    case, person, request = asked_case(cast)
    noor = signed_in(cast.noor)
    asked = {"purpose": "safety"}
    refused = noor.post(f"{page(request)}reveal/{person.code}/", asked)
    assert refused.status_code == 403
    assert b"Fictional Survivor" not in refused.content
    assert noor.post(f"{page(request)}take/").status_code == 302
    with cast.inside():
        grant = CaseGrant.objects.get(content_object=case, user=cast.noor)
        assert (grant.level, grant.identities) == ("support", "victim")
        # A test is one transaction, and the database compares with the moment that one began.
        CaseGrant.objects.filter(pk=grant.pk).update(starts_at=NOW)
    answer = noor.post(f"{page(request)}reveal/{person.code}/", asked)
    assert b"Fictional Survivor" in answer.content
    assert b"000 000 000" in answer.content
    assert b"Fictional Survivor" not in noor.get(page(request)).content, "shown once, kept nowhere"


def test_a_taken_request_belongs_to_one_person(cast: Cast) -> None:
    _case, _person, request = asked_case(cast)
    signed_in(cast.noor).post(f"{page(request)}take/")
    with cast.inside():
        give_role(cast.members["amina"], "support_officer")
    other = signed_in(cast.amina)
    assert other.get(page(request)).status_code == 404
    assert other.post(f"{page(request)}answered/").status_code == 404
    assert signed_in(cast.noor).post(f"{page(request)}answered/").status_code == 302
    with cast.inside():
        assert SupportRequest.objects.get().state == "answered"


def test_a_support_officer_shut_out_of_a_case_sees_nothing_that_hangs_on_it(cast: Cast) -> None:
    case, person, request = asked_case(cast)
    empty = signed_in(cast.noor)
    with cast.as_user(cast.hana):
        question = safety.ask(case, person, step="notice", by=cast.actor(cast.hana), now=NOW)
        due = telling.due_for_all(case, change="triaged", by=cast.actor(cast.hana), now=NOW)[0]
    addresses = (page(request), f"{DESK}safety/{question.mark}/", f"{DESK}tell/{due.mark}/")
    assert {empty.get(address).status_code for address in addresses} == {200}
    with cast.inside():
        exclude(case, cast.noor)
    assert {empty.get(address).status_code for address in addresses} == {404}
    assert b"Someone needs support" not in empty.get(DESK).content


def test_whoever_investigates_cannot_take_the_support_as_well(cast: Cast) -> None:
    case, _person, request = asked_case(cast)
    with cast.inside():
        access.take_duty(case, cast.noor, GrantLevel.INVESTIGATE, now=NOW)
    assert signed_in(cast.noor).post(f"{page(request)}take/").status_code == 403
    with cast.inside():
        assert SupportRequest.objects.get().state == "received", "a refused act leaves nothing"


def test_a_question_about_safety_is_answered_on_its_page_and_then_gone(cast: Cast) -> None:
    case, person, _request = asked_case(cast)
    with cast.as_user(cast.hana):
        question = safety.ask(case, person, step="interview", by=cast.actor(cast.hana), now=NOW)
    noor, address = signed_in(cast.noor), f"{DESK}safety/{question.mark}/"
    assert noor.post(address, {"answer": "wait"}).status_code == 422
    until = (NOW + timedelta(days=3)).date()
    day = {f"wait_until_{part}": getattr(until, part) for part in ("day", "month", "year")}
    assert noor.post(address, {"answer": "wait", **day}).status_code == 302
    assert noor.get(address).status_code == 404
    with cast.inside():
        assert SafetyQuestion.objects.get().answer == "wait"


def test_telling_a_person_keeps_the_channel_sealed(cast: Cast) -> None:
    case, _person, _request = asked_case(cast)
    with cast.as_user(cast.hana):
        due = telling.due_for_all(case, change="triaged", by=cast.actor(cast.hana), now=NOW)[0]
    noor, address = signed_in(cast.noor), f"{DESK}tell/{due.mark}/"
    assert b"We have read what you told us" in noor.get(address).content
    assert noor.post(address, {"channel": ""}).status_code == 422
    assert noor.post(address, {"channel": "At the agreed place", "reception": "Calm"}).status_code == 302
    with cast.inside():
        stored = MessageDue.objects.get()
        assert stored.done_by_id == cast.noor.pk
        assert b"agreed" not in stored.channel.ciphertext


def test_the_desk_takes_the_same_few_queries_however_much_is_asked(cast: Cast) -> None:
    client, counts = signed_in(cast.noor), []
    for _each in range(3):
        asked_case(cast)
        with CaptureQueriesContext(connection) as made:
            client.get(DESK)
        counts.append(len(made))
    assert counts[1] == counts[2] <= 20
