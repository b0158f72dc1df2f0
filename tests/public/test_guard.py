"""One cookie, one form token, and strangers who have neither."""

import pytest
from django.test import RequestFactory, override_settings

from cases.models import Report
from cases.public import guard
from tests.factories import Cast
from tests.public.conftest import STORY, Visitor

TOKEN = "A" * 43


def test_a_form_token_says_nothing_of_the_token_and_differs_for_each() -> None:
    assert guard.form_token(TOKEN) != guard.form_token("B" * 43)
    assert TOKEN not in guard.form_token(TOKEN)
    assert guard.form_token("") == ""


@pytest.mark.parametrize("cookie", ["", "short", "A" * 44, "A" * 42 + "'", "../" + "A" * 40])
def test_a_cookie_that_cannot_be_ours_is_no_cookie(cookie: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[guard.cookie_name()] = cookie
    assert guard.token_of(request) == ""


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Referer": "https://evil.example/testserver"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ],
)
def test_what_a_browser_says_of_the_sending_page_is_believed_when_it_says_no(
    headers: dict[str, str], taken: bool
) -> None:
    request = RequestFactory().post("/", {"page": guard.form_token(TOKEN)}, headers=headers)
    assert guard.accepts(request, TOKEN) is taken


@pytest.mark.parametrize("sent", ["", "0" * 64, guard.form_token("B" * 43), "é" * 64])
def test_a_form_with_another_token_is_refused(sent: str) -> None:
    assert not guard.accepts(RequestFactory().post("/", {"page": sent}), TOKEN)


def test_in_production_the_cookie_belongs_to_one_host_over_tls_and_dies_with_the_browser(visitor: Visitor) -> None:
    visitor.get()  # loads the addresses, which differ in production, before the setting changes
    with override_settings(PRODUCTION=True):
        answer = visitor.client.post(visitor.base, secure=True)
    cookie = answer.cookies["__Host-page"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Strict", "/")
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")
    assert list(answer.cookies) == ["__Host-page"]


def test_the_whole_journey_leaves_one_cookie_and_nothing_private_in_it(visitor: Visitor) -> None:
    visitor.tell(account={"account": STORY}).send()
    assert set(visitor.client.cookies) == {"page"}
    assert len(visitor.client.cookies["page"].value) == 43


def test_no_cookie_is_set_before_somebody_begins(visitor: Visitor) -> None:
    for path in ("", "help/", "about/", "number/"):
        assert not visitor.get(path).cookies


def test_a_form_sent_without_its_token_changes_nothing(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": STORY})
    answer = visitor.client.post(visitor.base + "p/end/", {})
    assert "This page has ended" in answer.content.decode()
    with cast.inside():
        assert not Report.objects.exists()


def test_a_cookie_with_one_letter_changed_opens_nothing(visitor: Visitor) -> None:
    visitor.tell(account={"account": STORY})
    value = visitor.client.cookies["page"].value
    visitor.client.cookies["page"] = ("B" if value[0] != "B" else "C") + value[1:]
    answer = visitor.get("p/end/")
    assert STORY not in answer.content.decode()
    assert "This page has ended" in answer.content.decode()


def test_a_cookie_of_north_opens_nothing_at_south(visitor: Visitor) -> None:
    visitor.tell(account={"account": STORY})
    answer = visitor.client.get("/report/south/p/end/")
    assert STORY not in answer.content.decode()
    assert "This page has ended" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["", "help/", "about/", "number/", "p/1/", "p/end/", "note/", "box/", "leave/", "p/99/"]
)
def test_every_page_is_kept_by_nobody_and_has_a_neutral_title(visitor: Visitor, path: str) -> None:
    visitor.begin()
    answer = visitor.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    if answer.status_code == 200:
        assert "<title>Page · " in answer.content.decode()


def test_an_organisation_that_does_not_exist_has_no_form(visitor: Visitor) -> None:
    assert visitor.client.get("/report/nowhere/").status_code == 404


def test_the_form_works_for_somebody_who_is_signed_in_and_does_not_know_them(cast: Cast) -> None:
    visitor = Visitor()
    visitor.client.force_login(cast.amina)
    visitor.tell(account={"account": STORY}).send()
    with cast.inside():
        assert Report.objects.get().logged_by is None
