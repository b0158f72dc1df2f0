"""Who gets in: with a second step outside the demo, for thirty idle minutes, and not by guessing."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.access import FRESH, ensure_fresh_second_factor
from core.actors import REPORTER, SYSTEM, Actor
from core.errors import SecondFactorNeeded
from core.guessing import FREE, LONGEST_WAIT, wait_after
from core.organisations import Organisation, User
from core.sign_in import end_sessions
from tests.factories import NOW, Cast, signed_in

PASSWORD = "a fictional long password"
LOGIN = "/account/login/"
DESK = "/o/north/standing/"
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.people.urls")]


@pytest.fixture
def ada(cast: Cast) -> User:
    cast.ada.set_password(PASSWORD)
    cast.ada.save()
    return cast.ada


@pytest.fixture
def real(cast: Cast) -> Organisation:
    """North as an organisation that works for real, no demo."""
    cast.north.demo = False
    cast.north.save()
    return cast.north


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, **rest: Any) -> Any:
    return (client or Client()).post(LOGIN, {"login": email, "password": password, **rest})


def without_marks(page: bytes, typed: str) -> str:
    """The page without the token of its form and the address typed into it."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode()).replace(typed, "")


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# --- in and out ---


def test_the_right_password_opens_the_demo_and_a_wrong_one_does_not(ada: User) -> None:
    client = Client()
    assert sign_in(ada.email, "wrong", client).status_code == 200
    assert client.get(DESK).status_code == 302
    assert sign_in(ada.email.upper(), client=client).status_code == 302
    assert client.get(DESK).status_code == 200


def test_nobody_can_sign_up(db: None) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(
            "/account/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
        )
        assert b"<form" not in answer.content
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("path", ["password/reset/", "password/reset/key/1-set/", "email/", "password/set/"])
def test_nobody_makes_a_password_anew_or_changes_an_address_alone(ada: User, path: str) -> None:
    """A reset needs a second person, so there is no page for it that asks for none."""
    client = signed_in(ada)
    assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/{path}", {"email": ada.email}).status_code == 404


def test_an_unknown_account_and_a_wrong_password_get_the_same_page(ada: User) -> None:
    known, unknown = (sign_in(email, "wrong") for email in (ada.email, "nobody.here@north.example"))
    assert known.status_code == unknown.status_code == 200
    assert without_marks(known.content, ada.email) == without_marks(unknown.content, "nobody.here@north.example")


def test_an_account_that_is_switched_off_does_not_sign_in(ada: User) -> None:
    ada.is_active = False
    ada.save()
    client = Client()
    sign_in(ada.email, client=client)
    assert client.get(DESK).status_code == 302


def test_a_session_ends_after_thirty_idle_minutes(ada: User) -> None:
    client = Client()
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(ada.email, client=client)
        for _step in range(3):
            clock.shift(timedelta(minutes=29))
            assert client.get(DESK).status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get(DESK).status_code == 302


def test_a_session_in_use_is_written_down_once_a_minute_and_ends_thirty_idle_minutes_later(ada: User) -> None:
    client, written = Client(), []
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(ada.email, client=client)
        client.get(DESK)
        for pause in (0, 59, 1):
            clock.shift(timedelta(seconds=pause))
            with CaptureQueriesContext(connection) as made:
                client.get(DESK)
            written.append(sum("UPDATE" in query["sql"] for query in made.captured_queries))
        clock.shift(timedelta(minutes=1))
        assert client.get("/account/2fa/").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get(DESK).status_code == 200
    assert written == [0, 0, 1]


def test_a_session_ends_after_eight_hours_whatever_one_does(ada: User) -> None:
    client = Client()
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(ada.email, client=client)
        for _step in range(19):
            assert client.get(DESK).status_code == 200
            clock.shift(timedelta(minutes=25))
        clock.shift(timedelta(minutes=10))
        assert client.get(DESK).status_code == 302
        assert client.get(DESK).status_code == 302


def test_all_sessions_of_an_account_can_be_ended_at_once(ada: User) -> None:
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(ada.email, client=client)
        assert client.get(DESK).status_code == 200
    end_sessions(ada)
    for client in (first, second):
        assert client.get(DESK).status_code == 302


def test_the_page_speaks_the_language_of_the_account(ada: User) -> None:
    ada.language = "ar"
    ada.save()
    client = signed_in(ada)
    assert b'lang="ar" dir="rtl"' in client.get(DESK).content
    assert b'lang="en" dir="ltr"' in client.get(DESK + "?lang=en").content


# --- guessing ---


@pytest.mark.parametrize("email", ["ada@north.example", "nobody.here@north.example"])
def test_guessing_at_an_account_has_to_wait_longer_each_time_whether_it_exists_or_not(ada: User, email: str) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(FREE - 1):
            assert sign_in(email, "wrong").status_code == 200
        assert sign_in(email, "wrong").status_code == 429
        for failures in range(FREE, FREE + 4):
            clock.shift(wait_after(failures) - timedelta(seconds=1))
            assert sign_in(email, "wrong").status_code == 429
            clock.shift(timedelta(seconds=2))
            assert sign_in(email, "wrong").status_code == 429  # looked at, wrong, and now it waits longer
        assert AccessAttempt.objects.get().failures_since_start == FREE + 4


def test_the_wait_doubles_and_stays_below_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures) for failures in range(40)]
    assert waits[:FREE] == [timedelta(0)] * FREE
    assert waits[FREE + 1] == 2 * waits[FREE]
    assert max(waits) == LONGEST_WAIT
    assert waits == sorted(waits)


def test_the_right_password_waits_as_well_and_then_clears_the_count(ada: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(FREE):
            sign_in(ada.email, "wrong")
        assert sign_in(ada.email).status_code == 429
        clock.shift(wait_after(FREE) + timedelta(seconds=1))
        assert sign_in(ada.email).status_code == 302
        assert not AccessAttempt.objects.exists()


def test_one_account_under_attack_leaves_the_others_alone(cast: Cast, ada: User) -> None:
    for _try in range(FREE):
        sign_in("idris@north.example", "wrong")
    assert sign_in(ada.email).status_code == 302


def test_a_passkey_opens_an_account_whose_password_is_being_guessed(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.webauthn.internal import auth

    for _try in range(FREE):
        sign_in(ada.email, "wrong")
    passkey = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    monkeypatch.setattr(auth, "complete_authentication", lambda user, response: passkey)
    monkeypatch.setattr(auth, "extract_user_from_response", lambda response: ada)
    monkeypatch.setattr(auth, "parse_authentication_response", lambda response: response)
    client = Client()
    client.get("/account/2fa/webauthn/login/")
    assert client.post("/account/2fa/webauthn/login/", {"credential": '{"id": "made up"}'}).status_code == 302
    assert client.get(DESK).status_code == 200


def test_nothing_of_who_tried_is_stored(ada: User) -> None:
    Client(HTTP_USER_AGENT="Browser of Kofi", REMOTE_ADDR="192.0.2.7").post(
        LOGIN, {"login": ada.email, "password": "wrong"}
    )
    row = AccessAttempt.objects.get()
    stored = [row.user_agent, row.ip_address, row.username, row.http_accept, row.path_info, row.get_data, row.post_data]
    assert "Kofi" not in str(stored)
    assert "192.0.2" not in str(stored)
    assert ada.email not in str(stored)


# --- the second step ---


def test_outside_the_demo_a_member_without_second_step_is_sent_to_set_one_up(ada: User, real: Organisation) -> None:
    client = Client()
    sign_in(ada.email, client=client)
    answer = client.get(DESK)
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/")
    assert client.get("/account/2fa/").status_code == 200


def test_a_recovery_code_alone_is_no_second_step(ada: User, real: Organisation) -> None:
    RecoveryCodes.activate(ada)
    assert signed_in(ada).get(DESK)["Location"] == "/account/2fa/"


def test_a_stranger_without_second_step_learns_nothing_of_the_organisation(cast: Cast, real: Organisation) -> None:
    assert signed_in(cast.nobody).get(DESK).status_code == signed_in(cast.nobody).get("/o/none/").status_code == 404


def test_with_second_step_the_password_alone_opens_nothing(ada: User, real: Organisation) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    client = Client()
    assert sign_in(ada.email, client=client)["Location"].startswith("/account/2fa/authenticate/")
    assert client.get(DESK).status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get(DESK).status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302
    assert client.get(DESK).status_code == 200


def test_a_second_step_older_than_fifteen_minutes_is_asked_for_again(ada: User, settings: Any) -> None:
    settings.DEMO = False
    for age, fine in ((timedelta(0), True), (FRESH, True), (FRESH + timedelta(seconds=1), False)):
        actor = Actor("user", ada, second_factor_at=NOW - age)
        if fine:
            ensure_fresh_second_factor(actor, NOW)
        else:
            with pytest.raises(SecondFactorNeeded):
                ensure_fresh_second_factor(actor, NOW)
    with pytest.raises(SecondFactorNeeded):
        ensure_fresh_second_factor(Actor("user", ada), NOW)
    for other in (REPORTER, SYSTEM):
        ensure_fresh_second_factor(other, NOW)


def test_the_confirmation_asks_for_the_second_step_and_comes_back(ada: User, real: Organisation) -> None:
    """A password in between does not count; the code does, and the page that asked is reached."""
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    client = Client()
    with time_machine.travel(time.time(), tick=False) as clock:
        sign_in(ada.email, client=client)
        client.post("/account/2fa/authenticate/", {"code": app_code(secret)})
        assert client.get("/o/north/secret/").content == b"shown"
        clock.shift(FRESH + timedelta(minutes=1))
        asked = client.get("/o/north/secret/")
        assert (asked.status_code, asked["Location"]) == (
            302,
            "/account/2fa/reauthenticate/?next=%2Fo%2Fnorth%2Fsecret%2F",
        )
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        assert client.get("/o/north/secret/").status_code == 302
        back = client.post(asked["Location"], {"code": app_code(secret)})
        assert (back.status_code, back["Location"]) == (302, "/o/north/secret/")
        assert client.get("/o/north/secret/").content == b"shown"


def test_in_the_demo_an_account_without_second_step_can_still_be_tried_out(ada: User) -> None:
    client = Client()
    sign_in(ada.email, client=client)
    assert client.get("/o/north/secret/").content == b"shown"
    TOTP.activate(ada, generate_totp_secret())
    assert client.get("/o/north/secret/").status_code == 302


def test_the_way_back_never_leads_to_another_place(ada: User) -> None:
    client = Client()
    sign_in(ada.email, client=client)
    answer = client.post("/account/reauthenticate/?next=https://elsewhere.example/", {"password": PASSWORD})
    assert "elsewhere" not in answer["Location"]


def test_a_session_row_says_nothing_readable_of_its_owner(ada: User) -> None:
    client = Client()
    sign_in(ada.email, client=client)
    assert ada.email not in Session.objects.get(expire_date__gt=timezone.now()).session_data
