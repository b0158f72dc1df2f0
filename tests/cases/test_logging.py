"""Logging a complaint for somebody: a draft only its writer opens, one report, and a number the writer cannot keep."""

from datetime import timedelta

import pytest
from django.db import connection

from cases.actions import intake, logging
from cases.actions.logging import Written
from cases.models import Case, CaseGrant, Identity, LoggedDraft, Mailbox, Report, SupportRequest
from cases.selectors import access_case, grant_of, visible_cases
from core.audit.tables import AuditEvent
from core.deadlines.models import Deadline
from core.encryption.tables import DataKey
from core.errors import DomainError, Refused
from core.tenancy import organisation
from tests.factories import NOW, Cast


def written(**rest: object) -> Written:
    told = rest.pop("told", None) or intake.Told(account="Fictional words.", language="ar", for_whom="self")
    values = {"safe_now": "yes", "received_at": NOW, "aware_at": NOW - timedelta(days=2), "receipt": True}
    return Written(told=told, **{**values, **rest})  # type: ignore[arg-type]


def test_a_draft_is_sealed_and_nobody_but_its_writer_finds_it(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        kept = logging.keep(None, {"account": ["very private words"]}, by=cast.actor(cast.amina), now=NOW)
        assert b"private" not in bytes(kept.answers.ciphertext)
        found = logging.draft(kept.mark, by=cast.actor(cast.amina), now=NOW)
        assert found is not None
        assert logging.answers_of(found, by=cast.actor(cast.amina)) == {"account": ["very private words"]}
    for other in (cast.lena, cast.rosa, cast.hana, cast.noor):
        with cast.as_user(other):
            assert not LoggedDraft.objects.exists()  # the database itself refuses
            assert logging.draft(kept.mark, by=cast.actor(other), now=NOW) is None


def test_an_expired_draft_is_erased_with_its_key(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        kept = logging.keep(None, {"account": ["x"]}, by=amina, now=NOW)
        assert logging.draft(kept.mark, by=amina, now=NOW + timedelta(days=8)) is None
        assert logging.drop_expired(by=amina, now=NOW + timedelta(days=8)) == 1
        assert not LoggedDraft.objects.exists()
        assert DataKey.objects.get(subject=kept.pk).shredded_at is not None


def test_sending_makes_one_case_that_its_writer_may_read_for_thirty_days(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        sent = logging.send(written(place="At the fictional gate"), by=amina, now=NOW)
        case = access_case(amina, sent.reference, NOW)
        grant = grant_of(amina, case, NOW)
        assert grant is not None
        assert (grant.level, grant.ends_at, grant.granted_by) == ("logged", NOW + timedelta(days=30), None)
        assert set(grant.identities.split(",")) == {"victim", "subject", "witness", "reporter"}
        assert (case.state, case.owner, case.office) == ("received", cast.amina, cast.lake)
        assert not visible_cases(amina, NOW + timedelta(days=31)).exists()
        report = Report.objects.get()
        assert (report.logged_by, report.safe_now, report.channel) == (cast.amina, "yes", "focal_point")
        assert (report.received_at, report.aware_at) == (NOW, NOW - timedelta(days=2))
        assert report.reveal("place", purpose="test", by=amina) == "At the fictional gate"


def test_clocks_start_when_the_organisation_became_aware(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        sent = logging.send(written(), by=cast.actor(cast.amina), now=NOW)
        case = Case.objects.get(reference=sent.reference)
        clock = Deadline.objects.get(subject=case.pk, kind="intake.triage")
        assert clock.started_at == NOW - timedelta(days=2)


def test_the_number_counts_as_seen_by_somebody_else_and_is_kept_nowhere(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        sent = logging.send(written(), by=cast.actor(cast.amina), now=NOW)
        assert len(sent.code) == 20
        box = Mailbox.objects.get()
        assert (box.handed_over, box.state) == (True, "open")
        assert sent.code not in box.lookup
        assert not AuditEvent.objects.filter(facts__icontains=sent.code).exists()


def test_without_a_wish_for_a_number_the_mailbox_stays_shut(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        sent = logging.send(written(receipt=False), by=cast.actor(cast.amina), now=NOW)
        assert sent.code == ""
        assert Mailbox.objects.get().state == "closed"


def test_sending_one_page_twice_makes_one_report_and_shows_the_number_once(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        first = logging.send(written(), by=amina, now=NOW, once="page-1")
        again = logging.send(written(), by=amina, now=NOW, once="page-1")
        assert (again.reference, again.code) == (first.reference, "")
        assert Case.objects.count() == 1
        logging.send(written(), by=amina, now=NOW, once="page-2")
        assert Case.objects.count() == 2


def test_a_draft_is_sent_once_and_erased(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        kept = logging.keep(None, {"account": ["x"]}, by=amina, now=NOW)
        logging.send(written(), by=amina, now=NOW, found=kept)
        assert not LoggedDraft.objects.exists()
        with pytest.raises(DomainError):
            logging.send(written(), by=amina, now=NOW, found=kept)
        assert Case.objects.count() == 1


def test_a_code_stands_for_the_person_unless_they_said_yes_to_their_name(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        logging.send(written(sex="woman", age_band="12-14"), by=amina, now=NOW)
        assert not Identity.objects.exists()
        report = Report.objects.get()
        assert report.child == "yes"
        assert report.case.participants.filter(part="victim", person__age_band="12-14").exists()
        told = intake.Told(
            account="Words.", language="en", mode="confidential", for_whom="self", name="Person One Test"
        )
        logging.send(written(told=told), by=amina, now=NOW)
        assert Identity.objects.get().reveal("name", purpose="test", by=amina) == "Person One Test"


def test_the_identity_is_gone_for_the_writer_after_thirty_days(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        told = intake.Told(account="Words.", language="en", mode="named", for_whom="self", name="Person One Test")
        logging.send(written(told=told), by=amina, now=NOW)
        CaseGrant.objects.update(starts_at=NOW - timedelta(days=31), ends_at=NOW - timedelta(days=1))
        assert not Identity.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"safe_now": ""}, "safe now"), ({"received_at": NOW + timedelta(days=1)}, "not come yet"),
        ({"aware_at": NOW, "received_at": NOW - timedelta(days=3)}, "later than"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_written(cast: Cast, change: dict, words: str) -> None:
    with cast.as_user(cast.amina):
        with pytest.raises(DomainError) as found:
            logging.send(written(**change), by=cast.actor(cast.amina), now=NOW)
        assert words in str(found.value.message)
        assert not Case.objects.exists()


@pytest.mark.parametrize("name", ["idris", "ada", "dan", "omar", "dana"])
def test_roles_without_the_right_to_log_cannot(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    with cast.as_user(user), pytest.raises(Refused):
        logging.send(written(), by=cast.actor(user), now=NOW)


def test_support_can_be_asked_for_while_listening_with_no_case_and_no_name(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        logging.ask_support(by=cast.actor(cast.amina), now=NOW)
        asked = SupportRequest.objects.get()
        assert (asked.case, asked.person, asked.source, asked.asked_by) == (None, None, "screen", cast.amina)
        assert Deadline.objects.filter(subject=asked.pk, kind="case.support").exists()


def test_another_organisation_sees_nothing_of_it(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        logging.send(written(), by=cast.actor(cast.amina), now=NOW)
        logging.keep(None, {"account": ["x"]}, by=cast.actor(cast.amina), now=NOW)
    with organisation(cast.south.id, user=cast.amina.pk), connection.cursor() as cursor:
        for table in ("case_file", "report", "logged_draft", "participant"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == 0
