"""Notices: who hears, in which words, by which channel, and what becomes of an e-mail that cannot be delivered."""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone, translation

from core import outbox
from core.outbox import inbox
from core.outbox.delivery import LEASE, MOST_ATTEMPTS, claim, deliver, resolve
from core.outbox.models import Channel, Delivery, Notice
from core.tenancy import organisation, signed_in_as
from tests.clocks.conftest import MONDAY
from tests.clocks.test_clocks import WEDNESDAY_NIGHT
from tests.factories import Cast, signed_in

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = WEDNESDAY_NIGHT + SECOND
ABOUT = uuid4()

pytestmark = [pytest.mark.django_db(transaction=True)]


def declare(people: Iterable[UUID] | None, **rest: object) -> None:
    outbox.declare(
        "test.news",
        resolve=lambda notice, now: people,
        text=lambda notice: f"{notice.reference}: something happened",
        link=lambda notice: f"/o/north/cases/{notice.reference}/",
        **rest,
    )


def tell(cast: Cast, **rest: object) -> None:
    with cast.inside():
        outbox.notify("test.news", **{"about": ABOUT, "reference": "K7TF-29QM", "now": MONDAY, **rest})


def delivered(now: datetime = MONDAY) -> int:
    with signed_in_as("worker"):
        return deliver(now)


def reached(cast: Cast, channel: str = Channel.INBOX) -> set[UUID]:
    with signed_in_as("worker"), cast.inside():
        return set(Delivery.objects.filter(channel=channel).values_list("user_id", flat=True))


def email(cast: Cast) -> Delivery:
    with signed_in_as("worker"), cast.inside():
        return Delivery.objects.get(channel=Channel.EMAIL)


def test_a_notice_reaches_the_people_worked_out_by_a_worker_once_each(both: Cast) -> None:
    declare([both.rosa.pk, both.rosa.pk, both.ines.pk])
    tell(both)
    assert delivered() == 1
    assert delivered() == 0
    assert reached(both) == {both.rosa.pk, both.ines.pk}
    assert sorted(message.to[0] for message in mail.outbox) == [both.ines.email, both.rosa.email]


def test_a_report_can_write_a_notice_that_nobody_at_the_public_side_can_read(both: Cast) -> None:
    declare([both.rosa.pk])
    with organisation(both.north.id, role="intake"):
        outbox.notify("test.news", about=ABOUT, now=MONDAY)
    with pytest.raises(ProgrammingError), organisation(both.north.id, role="intake"):
        Notice.objects.exists()
    assert delivered() == 1
    assert reached(both) == {both.rosa.pk}


def test_the_email_says_that_there_is_something_and_nothing_else(both: Cast) -> None:
    declare([both.rosa.pk])
    tell(both)
    delivered()
    (message,) = mail.outbox
    text = message.subject + message.body
    for secret in ("K7TF", "case", "report", "North", both.rosa.name, str(ABOUT), "/o/"):
        assert secret not in text
    assert "http://127.0.0.1:8000/" in message.body
    assert set(message.extra_headers) == {"Auto-Submitted"}


def test_several_notices_of_one_person_make_one_email(both: Cast) -> None:
    declare([both.rosa.pk])
    for _number in range(3):
        tell(both)
    assert delivered() == 3
    assert len(mail.outbox) == 1
    with both.as_user(both.rosa):
        assert inbox.unread(both.rosa.pk).count() == 3


def test_the_inbox_shows_a_notice_as_new_once_and_only_to_its_reader(both: Cast) -> None:
    declare([both.rosa.pk])
    tell(both)
    delivered()
    with both.as_user(both.ines):
        assert not Delivery.objects.exists()
        assert not Notice.objects.exists()
    with both.as_user(both.rosa):
        (row,) = inbox.show(inbox.of(both.rosa.pk), now=MONDAY + HOUR)
        assert (row.text, row.link, row.new) == (
            "K7TF-29QM: something happened", "/o/north/cases/K7TF-29QM/", True,
        )  # fmt: skip
        (row,) = inbox.show(inbox.of(both.rosa.pk), now=MONDAY + DAY)
        assert not row.new
        assert not inbox.unread(both.rosa.pk).exists()
        assert Delivery.objects.get(channel=Channel.INBOX).shown_at == MONDAY + HOUR


def test_a_notice_that_is_no_news_any_more_reaches_nobody_silently(
    both: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    declare(None)
    tell(both)
    assert delivered() == 1
    assert reached(both) == set()
    assert not caplog.records


def test_people_who_left_or_are_away_are_passed_over(both: Cast) -> None:
    with both.inside():
        both.members["rosa"].away_from = MONDAY - DAY
        both.members["rosa"].away_until = MONDAY + DAY
        both.members["rosa"].save()
        both.members["idris"].ends_at = MONDAY - DAY
        both.members["idris"].save()
    declare([both.rosa.pk, both.idris.pk, both.sofia.pk, both.nobody.pk, both.ines.pk])
    tell(both)
    delivered()
    assert reached(both) == {both.ines.pk}


def test_a_notice_without_recipients_goes_to_the_administrators_and_the_operator_hears(
    both: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    declare([])
    tell(both)
    delivered()
    assert reached(both) == {both.ada.pk}
    assert "went to the administrators" in caplog.text
    assert "K7TF" not in caplog.text


def test_even_the_last_resort_passes_over_those_who_must_not_know(both: Cast, caplog: pytest.LogCaptureFixture) -> None:
    declare([], may_know=lambda notice, user, now: user != both.ada.pk)
    tell(both)
    delivered()
    assert reached(both) == set()
    assert "reached nobody" in caplog.text
    with signed_in_as("worker"), both.inside():
        waiting = Notice.objects.get()
        assert (waiting.reached_nobody, waiting.resolved_at, waiting.next_at) == (True, None, MONDAY + HOUR)


def test_what_reached_nobody_is_asked_again_until_somebody_is_there(
    both: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    declare([], may_know=lambda notice, user, now: now >= MONDAY + 2 * HOUR)
    tell(both)
    assert [delivered(MONDAY), delivered(MONDAY + MINUTE), delivered(MONDAY + HOUR)] == [0, 0, 0]
    assert caplog.text.count("reached nobody yet") == 1
    assert delivered(MONDAY + 2 * HOUR) == 1
    assert reached(both) == {both.ada.pk}
    assert delivered(MONDAY + 5 * HOUR) == 0
    with signed_in_as("worker"), both.inside():
        assert not Notice.objects.get().reached_nobody


def test_a_resolver_that_raises_is_tried_again_in_an_hour_and_the_others_go_on(
    both: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.declare("test.sick", resolve=lambda notice, now: 1 / 0, text=str)
    declare([both.rosa.pk])
    with both.inside():
        outbox.notify("test.sick", about=ABOUT, now=MONDAY)
    tell(both, now=MONDAY + SECOND)
    assert delivered(MONDAY + MINUTE) == 1
    assert "poisonous row" in caplog.text
    with signed_in_as("worker"), both.inside():
        sick = Notice.objects.get(kind="test.sick")
        assert (sick.resolved_at, sick.next_at) == (None, MONDAY + MINUTE + HOUR)


class RefusingServer(EmailBackend):
    """A mail server that knows no such address."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        raise smtplib.SMTPRecipientsRefused({to: (550, b"no such user") for to in messages[0].to})


class BusyServer(EmailBackend):
    """A mail server that asks to come back later."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        raise smtplib.SMTPDataError(451, b"later")


class GoneServer(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def mail_server(settings):
    def use(server: type[EmailBackend] | None) -> None:
        name = f"{server.__module__}.{server.__name__}" if server else "django.core.mail.backends.locmem.EmailBackend"
        settings.EMAIL_BACKEND = name

    return use


def test_an_address_the_server_refuses_is_visible_to_colleagues(both: Cast, mail_server) -> None:
    mail_server(RefusingServer)
    declare([both.rosa.pk])
    tell(both)
    delivered()
    with both.as_user(both.ada):
        (failed,) = inbox.undeliverable()
        assert (failed.user, failed.failure) == (both.rosa, "refused")
    with both.as_user(both.sofia):
        assert not inbox.undeliverable().exists()
    with both.as_user(both.rosa):
        assert inbox.unread(both.rosa.pk).count() == 1  # the words themselves are not lost
    assert delivered(MONDAY + DAY) == 0


def test_an_address_that_does_not_work_stands_beside_its_owner_for_those_who_look_after_members(
    both: Cast, mail_server
) -> None:
    mail_server(RefusingServer)
    declare([both.rosa.pk])
    now = timezone.now()
    tell(both, now=now)
    delivered(now)
    ada = signed_in(both.ada)
    words = "The mail server refused the address"
    assert ada.get("/o/north/people/").content.decode().count(words) == 1
    for member, count in (("rosa", 1), ("ines", 0)):
        page = ada.get(f"/o/north/people/{both.members[member].reference}/").content.decode()
        assert (page.count(words), "K7TF" in page) == (count, False)
    with both.as_user(both.ada):
        assert inbox.unreached(now + timedelta(days=31)) == {}


def test_a_busy_server_is_asked_again_later_and_given_up_at_last(both: Cast, mail_server) -> None:
    mail_server(BusyServer)
    declare([both.rosa.pk])
    tell(both)
    delivered()
    assert email(both).next_at == MONDAY + 2 * MINUTE
    now = MONDAY
    for _attempt in range(MOST_ATTEMPTS):
        now += DAY
        delivered(now)
    assert (email(both).failure, email(both).attempts) == ("unreachable", MOST_ATTEMPTS)


def test_a_server_that_is_gone_and_comes_back_loses_no_email(both: Cast, mail_server) -> None:
    mail_server(GoneServer)
    declare([both.rosa.pk, both.ines.pk])
    tell(both)
    delivered()
    mail_server(None)
    assert not mail.outbox
    delivered(MONDAY + HOUR)
    assert sorted(message.to[0] for message in mail.outbox) == [both.ines.email, both.rosa.email]
    delivered(MONDAY + DAY)
    assert len(mail.outbox) == 2


def test_a_worker_that_dies_while_sending_leaves_the_email_to_the_next_one(both: Cast) -> None:
    declare([both.rosa.pk])
    tell(both)
    with signed_in_as("worker"):
        with both.inside():
            outbox_row = _resolved(both)
            assert len(claim(outbox_row, MONDAY)) == 1  # and here the worker dies
        with both.inside():
            assert claim(outbox_row, MONDAY) == []
    delivered(MONDAY + LEASE - SECOND)
    assert not mail.outbox
    delivered(MONDAY + LEASE)
    assert len(mail.outbox) == 1


def _resolved(cast: Cast) -> UUID:
    assert resolve(Notice.objects.get().pk, MONDAY)
    return Delivery.objects.get(channel=Channel.EMAIL).pk


def test_the_email_speaks_the_readers_language(both: Cast) -> None:
    both.rosa.language = "ar"
    both.rosa.save()
    declare([both.rosa.pk])
    tell(both)
    delivered()
    with translation.override("ar"):
        assert mail.outbox[0].subject == translation.gettext("Something new for you")


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("delivery_once_per_channel", {}),
        ("delivery_channel", {"channel": "pigeon"}),
        ("delivery_waits_or_ended", {"channel": "email", "next_at": None}),
        ("delivery_failure_named", {"channel": "email", "next_at": None, "failed_at": MONDAY}),
        ("delivery_shown_after", {"channel": "email", "shown_at": MONDAY - DAY}),
    ],
)
def test_what_must_never_be_false_of_a_delivery(both: Cast, constraint: str, wrong: dict[str, object]) -> None:
    declare([both.rosa.pk])
    tell(both)
    with signed_in_as("worker"), both.inside():
        row = {
            "notice": Notice.objects.get(), "user": both.rosa, "channel": "inbox", "created_at": MONDAY,
            "next_at": MONDAY,
        }  # fmt: skip
        Delivery(**row).save(force_insert=True)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Delivery(**{**row, **wrong}).save(force_insert=True)


def test_a_notice_waits_or_is_settled_and_hangs_in_its_own_organisation(both: Cast) -> None:
    declare([both.rosa.pk])
    tell(both)
    with signed_in_as("worker"):
        with both.inside():
            notice = Notice.objects.get()
            with pytest.raises(IntegrityError, match="notice_waits_or_is_resolved"), transaction.atomic():
                Notice.objects.update(next_at=None)
        with both.inside(both.south):
            assert not Notice.objects.exists()
            row = Delivery(notice=notice, user=both.sofia, channel="inbox", created_at=MONDAY, next_at=MONDAY)
            with pytest.raises(IntegrityError, match="delivery_notice_same_org"), transaction.atomic():
                row.save(force_insert=True)


def test_staff_can_write_no_delivery_for_somebody_else(both: Cast) -> None:
    with both.as_user(both.rosa):
        row = Delivery(notice_id=uuid4(), user=both.ines, channel="inbox", created_at=MONDAY, next_at=MONDAY)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)
