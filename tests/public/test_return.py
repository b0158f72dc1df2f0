"""Coming back with the number: status, messages, consents; and what a wrong number learns (nothing)."""

from collections.abc import Callable
from unittest import mock

import pytest
from django.db import ProgrammingError, connection

from cases.actions import drafts, mailbox
from cases.models import Case, Consent, Mailbox, Message
from core.encryption import receipts
from core.errors import Refused
from core.tenancy import organisation
from tests.factories import NOW, Cast
from tests.public.conftest import STORY, Visitor, number_in

Send = Callable[..., tuple[Visitor, str]]


def test_the_number_opens_status_and_messages_but_never_the_account(sent: Send) -> None:
    _first, code = sent(who={"subject_name": "PRIVATE-NAME", "subject_work": "", "subject_place": ""})
    visitor = Visitor()
    assert visitor.come_back(code)["Location"] == "/report/north/check/"
    assert visitor.get("check/")["Location"] == "/report/north/box/"
    page = visitor.get("box/").content.decode()
    assert "We received what you told us" in page
    assert STORY not in page
    assert "PRIVATE-NAME" not in page


def test_messages_go_both_ways_and_are_marked_as_read(sent: Send, cast: Cast) -> None:
    _first, code = sent()
    visitor = Visitor()
    visitor.come_back(code)
    assert visitor.post("box/", text="PRIVATE-QUESTION").status_code == 303
    with cast.as_user(cast.rosa):
        box = Mailbox.objects.get()
        rosa = cast.actor(cast.rosa)
        assert Message.objects.get(direction="in").unsealed("body") == "PRIVATE-QUESTION"
        mailbox.answer(box, "PRIVATE-ANSWER", by=rosa, now=NOW)
    page = visitor.get("box/").content.decode()
    assert "PRIVATE-QUESTION" in page
    assert "PRIVATE-ANSWER" in page
    with cast.inside():
        assert Message.objects.get(direction="out").read_at is not None


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_wrong_number_and_one_of_another_organisation_get_the_same_page(
    sent: Send, cast: Cast, language: str
) -> None:
    _first, code = sent()
    south = Visitor(slug="south")
    wrong = receipts.new_code()
    pages = []
    for number in (wrong, code):
        with mock.patch.object(receipts, "_stretch", wraps=receipts._stretch) as slow:
            answer = south.client.post(f"/report/south/number/?lang={language}", {"code": number, "phrase": ""})
        assert answer.status_code == 422
        assert slow.call_count == 1
        pages.append(answer.content.decode().replace(number, "N"))
    assert pages[0] == pages[1]


def test_a_right_number_costs_the_same_slow_computation_as_a_wrong_one(sent: Send) -> None:
    _first, code = sent()
    with mock.patch.object(receipts, "_stretch", wraps=receipts._stretch) as slow:
        assert Visitor().come_back(code).status_code == 303
    assert slow.call_count == 1


def test_a_flood_of_wrong_numbers_cannot_take_the_places_of_right_ones(sent: Send) -> None:
    _first, code = sent()
    taken = [receipts._wrong.one() for _place in range(1)]
    for place in taken:
        assert place.__enter__()
    try:
        assert Visitor().come_back(code).status_code == 303
    finally:
        for place in taken:
            place.__exit__(None, None, None)


def test_a_slip_of_the_finger_is_told_before_anything_is_looked_up(visitor: Visitor) -> None:
    code = receipts.new_code()
    with mock.patch.object(mailbox, "enter") as enter:
        answer = visitor.come_back(code[:-1] + str((int(code[-1]) + 1) % 10))
    assert answer.status_code == 422
    assert "20 digits" in answer.content.decode()
    assert not enter.called


def test_any_numeral_script_opens_the_mailbox(sent: Send) -> None:
    _first, code = sent()
    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert Visitor().come_back(f"\u200f{persian[:4]} {persian[4:]}").status_code == 303


def test_consents_are_seen_taken_back_and_given_again(sent: Send, cast: Cast) -> None:
    _first, code = sent(consents={"consents": ["support"]})
    visitor = Visitor()
    visitor.come_back(code)
    assert visitor.post("box/allow/", withdraw="support").status_code == 303
    with cast.inside():
        assert Consent.objects.get(purpose="support").withdrawn_at is not None
    assert visitor.post("box/allow/", allow="statistics").status_code == 303
    assert visitor.post("box/allow/", allow="statistics").status_code == 303
    assert visitor.post("box/allow/", allow="record").status_code == 303
    with cast.inside():
        assert Consent.objects.filter(purpose="statistics", withdrawn_at=None).count() == 1
        assert Consent.objects.filter(purpose="record").count() == 1


def test_the_reporter_of_someone_else_learns_that_it_ended_but_not_how(sent: Send, cast: Cast) -> None:
    ends = []
    for whom in ("self", "other"):
        _first, code = sent(whom={"for_whom": whom})
        with cast.inside():
            Case.objects.filter(state="received").update(
                state="closed", close_reason="substantiated", closed_at=NOW, triaged_at=NOW
            )
        visitor = Visitor()
        visitor.come_back(code)
        ends.append("What was reported was confirmed" in visitor.get("box/").content.decode())
    assert ends == [True, False]


def test_one_button_closes_the_mailbox_for_good_and_the_report_stays(sent: Send, cast: Cast) -> None:
    _first, code = sent()
    visitor = Visitor()
    visitor.come_back(code)
    answer = visitor.post("box/close/")
    assert answer.cookies["page"]["max-age"] == 0
    assert Visitor().come_back(code).status_code == 422
    with cast.inside():
        assert Mailbox.objects.get().state == "closed"
        assert Case.objects.get().state == "received"


def test_with_a_secret_word_the_number_alone_opens_nothing(sent: Send) -> None:
    _first, code = sent()
    visitor = Visitor()
    visitor.come_back(code)
    assert visitor.post("box/word/", phrase="short", again="short").status_code == 422
    assert visitor.post("box/word/", phrase="blue river", again="blue lake").status_code == 422
    assert visitor.post("box/word/", phrase="blue river", again="blue river").status_code == 303
    wrong = Visitor().come_back(code)
    assert wrong.status_code == 422
    assert "secret" not in wrong.content.decode().split("<form")[0]
    assert Visitor().come_back(code, "green river").status_code == 422
    assert Visitor().come_back(code, "Blue River ").status_code == 303


def test_a_number_somebody_else_wrote_down_is_replaced_before_anything_is_shown(sent: Send, cast: Cast) -> None:
    _first, code = sent()
    with cast.inside():
        Mailbox.objects.update(handed_over=True)
    visitor = Visitor()
    visitor.come_back(code)
    for path in ("box/", "box/allow/", "box/word/", "box/close/"):
        assert visitor.get(path)["Location"] == "/report/north/box/new/"
    fresh = number_in(visitor.get("box/new/").content.decode())
    assert number_in(visitor.get("box/new/").content.decode()) == fresh
    assert Visitor().come_back(code).status_code == 303  # nothing is lost if the page did not arrive
    assert visitor.post("box/new/").status_code == 303
    assert Visitor().come_back(code).status_code == 422
    again = Visitor()
    again.come_back(fresh)
    assert again.get("box/").status_code == 200


def test_a_new_number_issued_after_a_meeting_closes_the_old_one(sent: Send, cast: Cast) -> None:
    visitor, old = sent()
    visitor.come_back(old)
    with cast.as_user(cast.rosa):
        code = mailbox.reissue(Mailbox.objects.get(), by=cast.actor(cast.rosa), now=NOW)
    assert Visitor().come_back(old).status_code == 422
    assert "This page has ended" in visitor.get("box/").content.decode()
    fresh = Visitor()
    fresh.come_back(code)
    assert fresh.get("box/")["Location"] == "/report/north/box/new/"


def test_nobody_answers_a_mailbox_that_was_closed(sent: Send, cast: Cast) -> None:
    sent()
    with cast.as_user(cast.rosa):
        box = Mailbox.objects.get()
        box.state = "closed"
        with pytest.raises(Refused):
            mailbox.answer(box, "too late", by=cast.actor(cast.rosa), now=NOW)


@pytest.mark.parametrize("table", ["case_file", "report", "person", "participant", "identity", "support_request"])
def test_the_role_of_the_public_pages_cannot_read_what_was_reported(sent: Send, cast: Cast, table: str) -> None:
    sent()
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, organisation(cast.north.id, role="intake"), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", ["mailbox", "message", "consent", "draft"])
def test_without_a_number_the_public_pages_see_no_row_and_with_one_only_its_own(
    sent: Send, cast: Cast, table: str
) -> None:
    _first, mine = sent(consents={"consents": ["support"]})
    sent(consents={"consents": ["support"]})
    lookup = receipts.lookup(cast.north.id, mine)
    with organisation(cast.north.id, role="intake"), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == 0
    with organisation(cast.north.id, role="intake", mailbox=lookup), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == {"mailbox": 1, "message": 0, "consent": 2, "draft": 0}[table]


def test_a_visit_ends_half_an_hour_after_the_last_page(sent: Send, cast: Cast) -> None:
    _first, code = sent()
    visitor = Visitor()
    visitor.come_back(code)
    token = visitor.client.cookies["page"].value
    with organisation(cast.north.id, role="intake"):
        row = drafts.find(token, now=NOW)
        assert row is not None
        assert drafts.find(token, now=NOW + drafts.VISIT * 2) is None
