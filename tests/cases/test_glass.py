"""Breaking the glass: one case, reading only, a few hours, two people, and never for whoever must not know."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import Http404

from cases.actions import glass, notes
from cases.choices import GrantLevel, Part
from cases.models import BreakGlass, Case, CaseGrant
from cases.selectors import access_case, visible_cases
from cases.selectors import glass as readings
from cases.selectors.case_page import notes_of
from core.actors import Actor
from core.audit.tables import AuditEvent
from core.deadlines.models import Deadline
from core.encryption import keys
from core.errors import ConcurrentEdit, DomainError, Refused, SecondFactorNeeded
from core.organisations import Membership, User
from core.outbox.delivery import deliver
from core.outbox.models import Channel, Delivery
from core.people import actions
from core.permissions import Role
from core.tenancy import organisation, signed_in_as
from tests.factories import (
    NOW,
    Cast,
    exclude,
    give_grant,
    give_role,
    make_case,
    make_cast,
    make_membership,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
WHY = "Somebody will be moved tonight to where the person named works."


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def leo(cast: Cast) -> User:
    """A legal adviser at headquarters: may allow, works under nobody."""
    leo = make_user("Leo")
    with cast.inside():
        cast.members["leo"] = make_membership(leo, cast.hq, Role.LEGAL_ADVISER)
    return leo


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of Rosa's, in which Idris has no part."""
    with cast.inside():
        case = make_case(cast.lake, owner=cast.rosa, manager=cast.hana)
        keys.create(case.pk)
        give_grant(case, cast.rosa)
    return case


def ask(cast: Cast, case: Case, user: User | None = None, now: datetime = NOW) -> BreakGlass:
    user = user or cast.idris
    with cast.as_user(user):
        glass.ask(case.reference, reason=WHY, by=cast.actor(user, now=now), now=now)
        return BreakGlass.objects.get(asked_by=user, allowed_by=None)


def allow(cast: Cast, row: BreakGlass, user: User, now: datetime = LATER, hours: int = 4) -> CaseGrant:
    with cast.as_user(user):
        row = BreakGlass.objects.select_related("case", "asked_by").get(pk=row.pk)
        return glass.allow(row, by=cast.actor(user, now=now), now=now, hours=hours)


def opens(cast: Cast, case: Case, user: User, now: datetime) -> bool:
    with cast.as_user(user):
        return visible_cases(cast.actor(user, now=now), now).filter(pk=case.pk).exists()


def test_a_second_person_opens_one_case_for_reading_and_it_closes_by_itself(cast: Cast, case: Case, leo: User) -> None:
    with cast.inside():
        other = make_case(cast.lake)
    row = ask(cast, case)
    assert not opens(cast, case, cast.idris, LATER)
    allow(cast, row, leo)
    assert opens(cast, case, cast.idris, LATER)
    assert not opens(cast, other, cast.idris, LATER)
    assert opens(cast, case, cast.idris, LATER + timedelta(hours=4) - timedelta(seconds=1))
    assert not opens(cast, case, cast.idris, LATER + timedelta(hours=4))


def test_it_allows_no_writing(cast: Cast, case: Case, leo: User) -> None:
    allow(cast, ask(cast, case), leo)
    with cast.as_user(cast.idris):
        by = cast.actor(cast.idris, now=LATER)
        found = access_case(by, case.reference, LATER)
        with pytest.raises(Refused):
            notes.add(found, "I was here", by=by, now=LATER)
        assert list(notes_of(found)) == []


def test_the_asker_and_whoever_works_under_them_cannot_allow_it(cast: Cast, case: Case, leo: User) -> None:
    """Hana asks: Idris works under her, and Ines is given the permission by a role of her own."""
    row = ask(cast, case, cast.hana)
    with cast.inside():
        give_role(cast.members["ines"], Role.LEGAL_ADVISER)
        give_role(cast.members["idris"], Role.ETHICS_OFFICER)
        Membership.objects.filter(pk=cast.members["idris"].pk).update(supervisor=cast.members["ines"])
        assert readings.deciders(BreakGlass.objects.get(pk=row.pk), LATER) == [leo.pk]
    for user in (cast.hana, cast.ines, cast.idris):
        with pytest.raises(Refused):
            allow(cast, row, user)
    assert allow(cast, row, leo)


def test_the_asker_does_not_choose_who_decides_all_who_may_hear_of_it(cast: Cast, case: Case, leo: User) -> None:
    row = ask(cast, case)
    with cast.inside():
        exclude(case, leo)
        assert readings.deciders(BreakGlass.objects.get(pk=row.pk), LATER) == [cast.hana.pk]
    with pytest.raises(Refused):
        allow(cast, row, leo)


def test_for_the_shut_out_a_case_is_as_one_that_is_not_there(cast: Cast, case: Case) -> None:
    """The same bytes, the same rows, whether there is such a case or not; nobody is told that they asked."""
    with cast.inside():
        exclude(case, cast.idris)
    client = signed_in(cast.idris)
    answers = []
    for reference in (case.reference, "ZZZZ-ZZZZ"):
        sent = client.post("/o/north/glass/ask/", {"reference": reference, "reason": WHY})
        answers.append((sent.status_code, sent["Location"], client.get("/o/north/glass/").content))
    assert answers[0] == answers[1]
    with cast.inside():
        assert not BreakGlass.objects.exists()
        assert AuditEvent.objects.filter(action="cases.glass_asked", outcome="refused").count() == 2


def test_whoever_is_shut_out_after_asking_gets_nothing(cast: Cast, case: Case, leo: User) -> None:
    row = ask(cast, case)
    with cast.inside():
        exclude(case, cast.idris)
    with pytest.raises(Refused):
        allow(cast, row, leo)
    assert not opens(cast, case, cast.idris, LATER)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_never_for_an_administrator_or_an_auditor_whatever_else_they_are(
    cast: Cast, case: Case, leo: User, role: str
) -> None:
    row = ask(cast, case)
    with cast.inside():
        give_role(cast.members["idris"], role)
    with pytest.raises(Refused):
        allow(cast, row, leo)
    with pytest.raises(Refused):
        ask(cast, case)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_a_door_that_is_open_shuts_when_its_reader_becomes_one_of_them(
    cast: Cast, case: Case, leo: User, role: str
) -> None:
    allow(cast, ask(cast, case), leo)
    later = LATER + timedelta(minutes=1)
    assert opens(cast, case, cast.idris, later)
    with cast.as_user(cast.ada):
        grant = actions.propose(cast.members["idris"], role, by=cast.actor(cast.ada, now=later), now=later)
    with cast.as_user(cast.dan):
        actions.approve(grant, by=cast.actor(cast.dan, now=later), now=later)
    assert not opens(cast, case, cast.idris, later)


@pytest.mark.parametrize("name", ["amina", "noor", "omar", "dana", "ada", "dan"])
def test_whoever_lacks_the_permission_cannot_even_ask(cast: Cast, case: Case, name: str) -> None:
    with pytest.raises(Refused):
        ask(cast, case, getattr(cast, name))


def test_a_case_that_is_open_anyway_is_not_broken_open(cast: Cast, case: Case) -> None:
    with pytest.raises(DomainError):
        ask(cast, case, cast.rosa)


def test_the_second_step_is_asked_for_again(cast: Cast, case: Case, leo: User, settings: Any) -> None:
    row = ask(cast, case)
    settings.DEMO = False
    with cast.as_user(cast.idris), pytest.raises(SecondFactorNeeded):
        glass.ask(case.reference, reason=WHY, by=cast.actor(cast.idris, fresh=False), now=NOW)
    with cast.as_user(leo), pytest.raises(SecondFactorNeeded):
        glass.allow(row, by=cast.actor(leo, fresh=False), now=NOW)


@pytest.mark.parametrize("hours", [0, 5, -1])
def test_from_one_hour_to_four(cast: Cast, case: Case, leo: User, hours: int) -> None:
    row = ask(cast, case)
    with pytest.raises(DomainError):
        allow(cast, row, leo, hours=hours)


def test_the_database_refuses_a_fifth_hour_one_person_alone_and_a_door_that_stays_open(
    cast: Cast, case: Case, leo: User
) -> None:
    row = ask(cast, case)
    with cast.inside():
        for values in (
            {"allowed_by": leo, "allowed_at": NOW, "ends_at": NOW + timedelta(hours=4, seconds=1)},
            {"allowed_by": cast.idris, "allowed_at": NOW, "ends_at": NOW + timedelta(hours=1)},
            {"allowed_by": leo, "allowed_at": NOW},
            {"reviewed_by": cast.idris, "reviewed_at": NOW},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                BreakGlass.objects.filter(pk=row.pk).update(**values)
        whole: dict[str, Any] = {"level": GrantLevel.READ, "starts_at": NOW, "ends_at": LATER, "granted_by": leo}
        for values in (
            {"level": GrantLevel.MANAGE}, {"ends_at": None}, {"ends_at": NOW + timedelta(hours=4, seconds=1)},
            {"granted_by": None}, {"granted_by": cast.idris},
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                give_grant(case, cast.idris, break_glass=True, **{**whole, **values})
        give_grant(case, cast.idris, break_glass=True, **whole)


def test_it_is_decided_once(cast: Cast, case: Case, leo: User) -> None:
    row = ask(cast, case)
    allow(cast, row, leo)
    with pytest.raises(ConcurrentEdit):
        allow(cast, row, cast.hana)
    with cast.as_user(cast.hana), pytest.raises(ConcurrentEdit):
        glass.refuse(BreakGlass.objects.get(pk=row.pk), by=cast.actor(cast.hana, now=LATER), now=LATER)


def test_a_refusal_opens_nothing_and_one_may_ask_again(cast: Cast, case: Case, leo: User) -> None:
    row = ask(cast, case)
    with cast.as_user(leo):
        glass.refuse(BreakGlass.objects.get(pk=row.pk), by=cast.actor(leo, now=LATER), now=LATER)
    assert not opens(cast, case, cast.idris, LATER)
    assert ask(cast, case, now=LATER).pk != row.pk


def test_it_is_reviewed_by_somebody_else_within_five_working_days(cast: Cast, case: Case, leo: User) -> None:
    row = ask(cast, case)
    allow(cast, row, leo)
    with cast.as_user(cast.dan):
        clock = Deadline.objects.get(kind="case.break_glass_review")
        assert (clock.amount, clock.unit, clock.owner_id) == (5, "working_days", cast.dan.pk)
        row = BreakGlass.objects.get(pk=row.pk)
        for user in (cast.idris, leo, cast.rosa):
            with pytest.raises(Refused):
                glass.review(row, words="Fine.", by=cast.actor(user, now=LATER), now=LATER)
        glass.review(row, words="It was right.", by=cast.actor(cast.dan, now=LATER), now=LATER)
        row = BreakGlass.objects.get(pk=row.pk)
        assert row.reviewed_by_id == cast.dan.pk
        assert row.reveal("review", purpose="test", by=cast.actor(cast.dan)) == "It was right."
        assert Deadline.objects.get(pk=clock.pk).state == "met"
        with pytest.raises(ConcurrentEdit):
            glass.review(row, words="Again.", by=cast.actor(cast.dan, now=LATER), now=LATER)


def test_the_reason_is_sealed_and_read_by_whoever_decides_alone(cast: Cast, case: Case, leo: User) -> None:
    row = ask(cast, case)
    with cast.as_user(leo):
        row = BreakGlass.objects.select_related("case").get(pk=row.pk)
        assert WHY not in repr(row.__dict__)
        assert glass.read_reason(row, by=cast.actor(leo), now=NOW) == WHY
        for user in (cast.rosa, cast.ines, cast.ada):
            with pytest.raises(Refused):
                glass.read_reason(row, by=cast.actor(user), now=NOW)
        with pytest.raises(Refused):
            glass.read_reason(row, by=Actor("system"), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_owner_and_data_protection_officer_hear_and_nobody_who_is_shut_out(cast: Cast, case: Case, leo: User) -> None:
    with cast.inside():
        case_ = Case.objects.get(pk=case.pk)
        exclude(case_, cast.hana)
    row = ask(cast, case)

    def told(kind: str) -> set[Any]:
        with signed_in_as("worker"):
            deliver(LATER)
            with organisation(cast.north.id):
                found = Delivery.objects.filter(notice__kind=kind, channel=Channel.INBOX)
                return set(found.values_list("user_id", flat=True))

    assert told("cases.glass_asked") == {leo.pk}
    allow(cast, row, leo)
    assert told("cases.glass_opened") == {cast.rosa.pk, cast.dan.pk}
    assert told("cases.glass_answered") == {cast.idris.pk}


def test_pages_ask_decide_and_review(cast: Cast, case: Case, leo: User) -> None:
    asker, decider, reviewer = (signed_in(user) for user in (cast.idris, leo, cast.dan))
    with time_machine.travel(NOW, tick=True):
        typed = case.reference.replace("-", " ").lower()
        assert asker.post("/o/north/glass/ask/", {"reference": typed, "reason": WHY}).status_code == 302
        place = f"/o/north/glass/{case.reference}/{cast.members['idris'].reference}/"
        assert place in decider.get("/o/north/glass/").content.decode()
        assert WHY in decider.get(place).content.decode()
        assert asker.get(place).status_code == 404
        assert decider.post(place, {"hours": "2"}).status_code == 302
        assert asker.get(f"/o/north/cases/{case.reference}/").status_code == 200
        assert decider.get(f"/o/north/cases/{case.reference}/").status_code == 404
        assert place in reviewer.get("/o/north/glass/").content.decode()
        assert reviewer.get(f"/o/north/cases/{case.reference}/").status_code == 404
        shown = reviewer.get(f"{place}review/").content.decode()
        assert "opened the case" in shown
        assert reviewer.post(f"{place}review/", {"words": "It was right."}).status_code == 302
        assert reviewer.get(f"{place}review/").status_code == 404


def test_nobody_without_a_part_in_it_finds_the_page(cast: Cast) -> None:
    for user in (cast.amina, cast.noor, cast.ada, cast.nobody, cast.sofia):
        assert signed_in(user).get("/o/north/glass/").status_code == 404


def test_every_part_can_be_asked_for_and_each_takes_a_reveal_of_its_own(cast: Cast, case: Case, leo: User) -> None:
    grant = allow(cast, ask(cast, case), leo)
    assert set(grant.identities.split(",")) == set(Part.values)
    assert (grant.level, grant.break_glass, grant.granted_by) == (GrantLevel.READ, True, leo)
    with cast.as_user(cast.idris), pytest.raises(Http404):
        access_case(cast.actor(cast.idris, now=LATER), "ZZZZ-ZZZZ", LATER)
