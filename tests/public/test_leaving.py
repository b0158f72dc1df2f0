"""Leave now: forgets, closes or leaves alone; and ends on a page that knows nothing of us."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from cases import tasks
from cases.actions import drafts, mailbox
from cases.models import Draft, Mailbox, Report
from core.tenancy import organisation, signed_in_as
from tests.factories import NOW, Cast
from tests.public.conftest import STORY, Visitor, number_in

Send = Callable[..., tuple[Visitor, str]]


def left(visitor: Visitor) -> str:
    """Leave; gives the token that was in the cookie before."""
    token = visitor.client.cookies["page"].value
    answer = visitor.get("leave/")
    assert (answer.status_code, answer["Location"]) == (303, "/calendar/")
    assert answer.cookies["page"]["max-age"] == 0
    assert answer.cookies["page"].value == ""
    del visitor.client.cookies["page"]
    return token


def opens(cast: Cast, token: str) -> bool:
    with organisation(cast.north.id, role="intake"):
        return drafts.find(token, now=timezone.now()) is not None


def test_an_unsaved_draft_is_forgotten(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": STORY})
    assert not opens(cast, left(visitor))


def test_back_does_not_return_after_leaving(visitor: Visitor) -> None:
    visitor.tell(account={"account": STORY})
    left(visitor)
    for path in ("p/1/", "p/6/", "p/end/", "note/", "later/", "box/"):
        answer = visitor.get(path)
        assert (answer.status_code, answer["Location"]) == (303, "/calendar/"), path


def test_a_draft_kept_under_a_number_is_closed_with_what_was_written_last(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": "first words"})
    visitor.answer("who", subject_name="", subject_work="driver", subject_place="", later="1")
    code = number_in(visitor.get("later/").content.decode())
    visitor.answer("account", account=STORY)
    assert not opens(cast, left(visitor))
    again = Visitor()
    assert again.come_back(code).status_code == 303
    assert again.get("box/")["Location"] == "/report/north/p/end/"
    page = again.get("p/end/").content.decode()
    assert STORY in page
    assert "driver" in page
    assert again.send() == code
    later = Visitor()
    later.come_back(code)
    assert later.get("check/")["Location"] == "/report/north/box/"
    assert later.get("box/").status_code == 200
    with cast.inside():
        assert Report.objects.count() == 1


def test_keeping_for_later_survives_a_browser_that_just_closes(visitor: Visitor) -> None:
    visitor.tell()
    visitor.answer("account", account=STORY, later="1")
    code = number_in(visitor.get("later/").content.decode())
    again = Visitor()
    again.come_back(code)
    assert STORY in again.get("p/end/").content.decode()


def test_a_draft_taken_up_in_two_browsers_is_sent_once(visitor: Visitor, cast: Cast) -> None:
    visitor.tell()
    visitor.answer("account", account=STORY, later="1")
    code = number_in(visitor.get("later/").content.decode())
    left(visitor)
    one, two = Visitor(), Visitor()
    for browser in (one, two):
        browser.come_back(code)
    assert [one.send(), two.send()] == [code, code]
    with cast.inside():
        assert Report.objects.count() == 1


def test_what_is_kept_for_later_is_forgotten_after_thirty_days(visitor: Visitor, cast: Cast) -> None:
    visitor.tell()
    visitor.answer("account", account=STORY, later="1")
    code = number_in(visitor.get("later/").content.decode())
    with organisation(cast.north.id, role="intake"), pytest.raises(mailbox.NumberUnknown):
        mailbox.enter(code, now=NOW + drafts.PUT_AWAY * 2)


def test_a_sent_report_is_never_touched(sent: Send, cast: Cast) -> None:
    visitor, code = sent()
    left(visitor)
    with cast.inside():
        assert Report.objects.get().unsealed("account") == STORY
        assert Mailbox.objects.get().state == "open"
    assert Visitor().come_back(code).status_code == 303


def test_leaving_an_open_mailbox_ends_the_visit_and_keeps_the_mailbox(sent: Send, cast: Cast) -> None:
    _first, code = sent()
    visitor = Visitor()
    visitor.come_back(code)
    assert not opens(cast, left(visitor))
    assert Visitor().come_back(code).status_code == 303


def test_leaving_without_anything_open_works_too(visitor: Visitor) -> None:
    assert visitor.get("leave/")["Location"] == "/calendar/"


@override_settings(LEAVE_ADDRESS="https://weather.example/")
def test_an_organisation_can_choose_another_everyday_page(visitor: Visitor) -> None:
    assert visitor.get("leave/")["Location"] == "https://weather.example/"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_everyday_page_has_no_trace_of_the_product(visitor: Visitor, language: str) -> None:
    answer = visitor.client.get("/calendar/", headers={"accept-language": language})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    for trace in ("Amparo", "Leave", "report", "North", "مغادرة"):
        assert trace not in page


def test_whoever_comes_late_is_told_and_not_sent_to_a_calendar(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": STORY})
    with organisation(cast.north.id, role="intake"):
        row = drafts.find(visitor.client.cookies["page"].value, now=NOW)
        assert row is not None
        drafts.forget(row)
    answer = visitor.client.post(visitor.base + "p/6/", {"account": STORY, "page": "0" * 64})
    assert "This page has ended" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_worker_forgets_what_nobody_came_back_to_and_nothing_else(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": STORY})
    token = visitor.client.cookies["page"].value
    with signed_in_as("worker"):
        tasks.forget_expired_drafts()
    assert opens(cast, token)
    with signed_in_as("worker"), time_machine.travel(NOW + drafts.IDLE + drafts.IDLE, tick=False):
        tasks.forget_expired_drafts()
    with signed_in_as("worker"), organisation(cast.north.id):
        assert not Draft.objects.exists()
