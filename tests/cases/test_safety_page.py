"""Asking whether a step is safe, and what the people affected are told: by the support side or a named contact."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction

from cases import notifications
from cases.actions import access, safety, telling
from cases.choices import GrantLevel, Part
from cases.models import Case, MessageDue, Participant, SafetyQuestion
from core import deadlines
from core.encryption import keys
from core.errors import Refused
from core.outbox.models import Notice
from tests.factories import NOW, Cast, exclude, give_grant, make_case, make_part, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """Hana's case; Idris investigates it, Amina logged it."""
    with cast.as_user(cast.hana):
        deadlines.give_defaults()
        made = make_case(cast.lake, manager=cast.hana, owner=cast.idris, state="in_investigation")
        keys.create(made.pk)
        give_grant(made, cast.hana, GrantLevel.MANAGE)
        give_grant(made, cast.idris, GrantLevel.INVESTIGATE)
        give_grant(made, cast.amina, GrantLevel.LOGGED)
        make_part(made, Part.VICTIM)
        return made


def page(case: Case, tail: str = "safety/") -> str:
    return f"/o/north/cases/{case.reference}/{tail}"


def text(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def victim(cast: Cast) -> Participant:
    with cast.inside():
        return Participant.objects.select_related("person", "case").get(part=Part.VICTIM)


def owed(cast: Cast, case: Case) -> MessageDue:
    with cast.as_user(cast.hana):
        return telling.due_for_all(case, change="closed", by=cast.actor(cast.hana), now=NOW)[0]


@pytest.mark.parametrize("name", ["idris", "hana", "amina"])
def test_whoever_has_the_case_asks_on_its_page_and_finds_the_answer_there(cast: Cast, case: Case, name: str) -> None:
    asker = signed_in(getattr(cast, name))
    sent = {"victim": victim(cast).code, "step": "interview"}
    assert asker.post(page(case), sent).headers["Location"] == page(case)
    assert "Not answered yet" in text(asker.get(page(case)))
    with cast.as_user(cast.noor):
        question = SafetyQuestion.objects.get()
        until = NOW + timedelta(days=3)
        noor = cast.actor(cast.noor)
        safety.answer(question, answer="wait", wait_until=until, by=noor, now=NOW)
    assert "Wait until" in text(asker.get(page(case)))


def test_only_a_step_and_a_person_of_the_case_can_be_asked_about(cast: Cast, case: Case) -> None:
    idris = signed_in(cast.idris)
    for sent in ({"victim": "V-NOBODY00", "step": "interview"}, {"victim": victim(cast).code, "step": "wedding"}, {}):
        assert idris.post(page(case), sent).status_code == 422
    with cast.inside():
        assert not SafetyQuestion.objects.exists()


def test_whoever_may_only_read_sees_answers_and_asks_nothing(cast: Cast, case: Case) -> None:
    with cast.inside():
        give_grant(case, cast.dana, GrantLevel.READ)
    dana = signed_in(cast.dana)
    assert '<form class="in stack"' not in text(dana.get(page(case)))
    assert dana.post(page(case), {"victim": victim(cast).code, "step": "interview"}).status_code == 403


def test_the_page_says_that_somebody_was_told_and_never_which_way(cast: Cast, case: Case) -> None:
    due = owed(cast, case)
    assert "To be told" in text(signed_in(cast.idris).get(page(case)))
    with cast.as_user(cast.noor):
        telling.carry_out(
            due, channel="Behind the fictional mill", reception="Calm.", by=cast.actor(cast.noor), now=NOW
        )
    for user in (cast.idris, cast.hana):
        for tail in ("", "safety/", "told/", "notes/"):
            seen = text(signed_in(user).get(page(case, tail)))
            assert "fictional mill" not in seen
            assert "Calm." not in seen
    assert ">Told<" in text(signed_in(cast.idris).get(page(case)))


def test_a_named_contact_tells_what_changed_and_nobody_else_outside_the_support_side(cast: Cast, case: Case) -> None:
    sent = {"victim": victim(cast).code, "who": cast.amina.mark}
    assert signed_in(cast.hana).post(page(case, "safety/contact/"), sent).status_code == 302
    due = owed(cast, case)
    address = f"/o/north/tell/{due.mark}/"
    amina = signed_in(cast.amina)
    assert address in text(amina.get("/o/north/"))
    assert "We have ended our work" in text(amina.get(address))
    for user in (cast.rosa, cast.idris, cast.hana, cast.lena, cast.sofia):
        assert signed_in(user).get(address).status_code == 404
    assert amina.post(address, {"channel": "In person", "reception": ""}).status_code == 302
    with cast.inside():
        assert MessageDue.objects.get().done_by == cast.amina
    assert amina.get(address).status_code == 404, "once"


def test_the_notice_and_the_clock_of_a_message_due_go_to_the_named_contact(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        telling.name_contact(victim(cast), cast.amina, by=cast.actor(cast.hana), now=NOW)
        due = telling.due_for_all(case, change="closed", by=cast.actor(cast.hana), now=NOW)[0]
        assert deadlines.models.Deadline.objects.get(subject=due.pk).owner == cast.amina
        notice = Notice(kind="cases.message_owed", about=due.pk)
        assert notifications.message_owed(notice, NOW) == [cast.amina.pk]


def test_whoever_investigates_decides_or_is_shut_out_is_never_a_contact(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana)
        access.take_duty(case, cast.rosa, GrantLevel.INVESTIGATE, now=NOW)
        exclude(case, cast.lena)
        for user in (cast.rosa, cast.lena, cast.idris, cast.omar):
            with pytest.raises(Refused):
                telling.name_contact(victim(cast), user, by=hana, now=NOW)
        telling.name_contact(victim(cast), cast.ines, by=hana, now=NOW)
        telling.name_contact(victim(cast), None, by=hana, now=NOW)
        assert Participant.objects.get(part=Part.VICTIM).contact is None


def test_the_database_refuses_a_contact_for_anybody_but_a_person_affected(cast: Cast, case: Case) -> None:
    with cast.inside():
        accused = make_part(case, Part.SUBJECT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.filter(pk=accused.pk).update(contact=cast.amina)
