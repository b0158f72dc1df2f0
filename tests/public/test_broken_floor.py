"""What breaks below the form: nobody is told "we have it" for a report that is not there, and none is there twice."""

import re
import threading
from collections.abc import Callable
from unittest import mock

import psycopg2
import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from cases.actions import drafts, intake, news
from cases.models import Case, Report
from core import audit
from core.deadlines.models import Deadline
from core.encryption import keys, masters, receipts
from core.outbox.models import Notice
from core.tenancy import organisation, signed_in_as
from tests.factories import Cast
from tests.public.conftest import STORY, Visitor, token_in
from tests.servers import Servers


@pytest.fixture
def ready_to_send(cast: Cast) -> Visitor:
    """A visitor whose answers are complete, and whose browser shows faults as pages."""
    visitor = Visitor()
    visitor.client.raise_request_exception = False
    return visitor.tell(account={"account": STORY})


def nothing_was_sent(visitor: Visitor, cast: Cast) -> None:
    with cast.inside():
        assert not Report.objects.exists()
        assert not Case.objects.exists()
    assert visitor.get("note/").status_code in (200, 303)
    assert 'class="code"' not in visitor.get("note/").content.decode()
    assert STORY in visitor.get("p/end/").content.decode()


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (keys, "create_many_at_intake"),
        (intake, "_save_people"),
        (audit, "record"),
        (news, "report_arrived"),
        (drafts, "note"),
    ],
)
@pytest.mark.parametrize("fault", [OperationalError("gone"), RuntimeError("a bug of ours")])
def test_whatever_fails_on_the_way_nothing_is_kept_and_nothing_is_promised(
    ready_to_send: Visitor, cast: Cast, where: object, what: str, fault: Exception
) -> None:
    token = ready_to_send.form_token("p/end/")
    with mock.patch.object(where, what, side_effect=fault):
        answer = ready_to_send.client.post(ready_to_send.base + "p/end/", {"page": token})
    assert answer.status_code == 500
    assert STORY not in answer.content.decode()
    nothing_was_sent(ready_to_send, cast)
    assert len(ready_to_send.send()) == 20
    with cast.inside():
        assert Report.objects.count() == 1


def test_keys_that_cannot_be_reached_are_told_as_that_and_nothing_is_kept(ready_to_send: Visitor, cast: Cast) -> None:
    token = ready_to_send.form_token("p/end/")
    with mock.patch.object(masters, "public_key", side_effect=keys.KeyUnavailable):
        answer = ready_to_send.client.post(ready_to_send.base + "p/end/", {"page": token})
    assert answer.status_code == 503
    nothing_was_sent(ready_to_send, cast)


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_is_never_answered_with_a_number(ready_to_send: Visitor, cast: Cast) -> None:
    token = ready_to_send.form_token("p/end/")
    with mock.patch.object(connection, "_commit", side_effect=OperationalError("gone at the last moment")):
        answer = ready_to_send.client.post(ready_to_send.base + "p/end/", {"page": token})
    assert answer.status_code == 500
    nothing_was_sent(ready_to_send, cast)


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_make_one_report_and_show_one_number(ready_to_send: Visitor, cast: Cast) -> None:
    page = ready_to_send.form_token("p/end/")
    cookie = ready_to_send.client.cookies["page"].value
    together, numbers, answers = threading.Barrier(4), [], []

    def tap() -> None:
        other = Visitor()
        other.client.cookies["page"] = cookie
        try:
            together.wait(timeout=10)
            answers.append(other.client.post(other.base + "p/end/", {"page": page}).status_code)
            numbers.append(other.number())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _tap in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert len(set(numbers)) == 1
    with cast.inside():
        assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_cannot_be_read_with_everything_the_database_holds(ready_to_send: Visitor, cast: Cast) -> None:
    with signed_in_as("migrator"), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(d)::text FROM draft d")
        (everything,) = cursor.fetchone()
        cursor.execute("SELECT lookup FROM draft")
        (lookup,) = cursor.fetchone()
    token = ready_to_send.client.cookies["page"].value
    assert token not in everything
    assert "PRIVATE" not in everything
    for guess in (lookup, lookup[:43]):
        with organisation(cast.north.id, role="intake"):
            assert drafts.find(guess, now=timezone.now()) is None


@pytest.mark.django_db(transaction=True)
def test_the_number_and_the_token_stand_in_no_table(ready_to_send: Visitor, cast: Cast) -> None:
    token = ready_to_send.client.cookies["page"].value
    code = ready_to_send.send()
    with signed_in_as("migrator"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'vault') ORDER BY 1, 2"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{schema}"."{table}" t WHERE t::text LIKE ANY (%s)', [
                [f"%{word}%" for word in (code, token, "PRIVATE-STORY", code.encode().hex(), STORY.encode().hex())]
            ])  # fmt: skip
            assert cursor.fetchone()[0] == 0, table


@pytest.mark.django_db(transaction=True)
def test_a_database_that_dies_under_the_final_post_costs_nothing_but_a_second_try(
    ready_to_send: Visitor, cast: Cast, embedded: Servers
) -> None:
    token = ready_to_send.form_token("p/end/")
    record: Callable[..., None] = audit.record

    def die(*args: object, **rest: object) -> None:
        record(*args, **rest)
        pid = connection.connection.get_backend_pid()
        link = psycopg2.connect(embedded.cluster.admin_url())
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        finally:
            link.close()

    with mock.patch.object(audit, "record", side_effect=die):
        answer = ready_to_send.client.post(ready_to_send.base + "p/end/", {"page": token})
    assert answer.status_code == 500
    connection.close()
    nothing_was_sent(ready_to_send, cast)
    assert ready_to_send.send()


def test_a_page_of_a_fault_shows_no_answer_of_the_reporter(ready_to_send: Visitor) -> None:
    page = ready_to_send.get("p/end/").content.decode()
    assert re.search("PRIVATE-STORY", page)
    with mock.patch.object(drafts, "keep", side_effect=RuntimeError):
        answer = ready_to_send.client.post(
            ready_to_send.base + "p/6/", {"account": "PRIVATE-OTHER", "page": token_in(page)}
        )
    assert answer.status_code == 500
    assert "PRIVATE" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_costs_no_receipt_and_the_news_waits_in_the_database(
    ready_to_send: Visitor, cast: Cast, embedded: Servers
) -> None:
    embedded.broker.stop()
    try:
        code = ready_to_send.send()
    finally:
        embedded.broker.start()
    assert len(code) == 20
    with signed_in_as("worker"), cast.inside():
        waiting = Notice.objects.get(kind="cases.report_arrived")
        assert waiting.about == Case.objects.get().pk
        assert waiting.resolved_at is None
        assert Deadline.objects.filter(kind="intake.acknowledge", state="open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_wrong_numbers_pour_in_a_right_one_still_opens(ready_to_send: Visitor, cast: Cast) -> None:
    code = ready_to_send.send()
    enough, wrong, lock = threading.Event(), [], threading.Lock()

    def pour() -> None:
        visitor = Visitor()
        try:
            while not enough.is_set():
                answer = visitor.come_back(receipts.new_code())
                with lock:
                    wrong.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=pour) for _stream in range(12)]
    for thread in threads:
        thread.start()
    try:
        right = [Visitor().come_back(code).status_code for _time in range(5)]
    finally:
        enough.set()
        for thread in threads:
            thread.join()
    assert right == [303] * 5
    assert len(wrong) >= 12
    assert set(wrong) == {422}
