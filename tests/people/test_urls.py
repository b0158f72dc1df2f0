"""Every address of the product, asked for by everybody: what the table in tests/access_urls.py says is what happens.

An address that is missing there fails; so does a line there that no address has any more.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from cases.actions import glass, help_places, safety, support, telling
from cases.actions.access import KEPT_APART, take_duty
from cases.choices import GrantLevel, Part
from cases.models import Case, CaseGrant, Handover
from core import deadlines
from core.encryption import keys
from core.people import actions
from core.permissions import Role
from tests.access_urls import ACCOUNT, ANYBODY, API, PEOPLE, PUBLIC, STAFF, everybody_expected
from tests.factories import (
    EVERYBODY,
    NOW,
    Cast,
    exclude,
    give_grant,
    make_case,
    make_cast,
    make_membership,
    make_part,
    make_user,
    signed_in,
)
from tests.inquiries import make_ended
from victims.actions import files, money, planning, record, referrals, rota
from victims.models import ClinicalAlarm

pytestmark = pytest.mark.django_db
GRANTS = {
    "rosa": GrantLevel.TRIAGE,
    "hana": GrantLevel.MANAGE,
    "idris": GrantLevel.INVESTIGATE,
    "dana": GrantLevel.DECIDE,
    "noor": GrantLevel.SUPPORT,
    "amina": GrantLevel.LOGGED,
    "leo": GrantLevel.ADVISE,
}


def addresses() -> Iterator[str]:
    """Every address there is, as it is written in the code; the gallery is there in development alone."""

    def walk(patterns: Any, before: str = "") -> Iterator[str]:
        for each in patterns:
            here = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield here
            else:
                yield from walk(each.url_patterns, here)

    return (address for address in walk(get_resolver().url_patterns) if not address.startswith("gallery/"))


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """The cast, a case with one grant for each kind of work, and something that waits for a second person."""
    cast = make_cast()
    people = {name: getattr(cast, name) for name in PEOPLE if hasattr(cast, name)}
    with cast.as_user(cast.ada):
        for name, role in (
            ("bea", Role.ADMINISTRATOR), ("leo", Role.LEGAL_ADVISER), ("aldo", Role.AUDITOR),
            ("musa", Role.SUPPORT_SUPERVISOR),
        ):  # fmt: skip
            people[name] = make_user(name.title())
            cast.members[name] = make_membership(people[name], cast.hq, role)
        case = make_case(cast.lake, owner=cast.rosa, manager=cast.hana)
        keys.create(case.pk)
        for name, level in GRANTS.items():
            give_duty(case, people[name], level)
            give_grant(case, people[name], level, identities=EVERYBODY)
        exclude(case, cast.kofi)
        part = make_part(case, Part.VICTIM)
        found = make_ended(case, make_part(case, Part.SUBJECT), lead=people["idris"], decides=people["dana"])
        by = cast.actor(cast.ada)
        actions.propose(cast.members["noor"], Role.SUPPORT_SUPERVISOR, by=by, now=NOW)
        actions.ask_reset(cast.members["noor"], "both", by=by, now=NOW)
        deadlines.start("intake.triage", subject=case.pk, reference=case.reference, at=NOW)
    with cast.as_user(cast.noor):
        told = {"kind": "medical", "name": "Fictional clinic", "how": "Go in."}
        place = help_places.write(None, told, by=cast.actor(cast.noor), now=NOW)
    with cast.as_user(cast.ines):
        glass.ask(case.reference, reason="Tonight.", by=cast.actor(cast.ines), now=NOW)
    filled = {
        "<slug:org>": "north",
        "<str:reference>": case.reference,
        "<str:person>": part.code,
        "<str:member>": cast.members["noor"].reference,
        "<str:asker>": cast.members["ines"].reference,
        "<str:office>": cast.lake.reference,
        "<str:mark>": "ZZZZ-ZZZZ",
        "<slug:neutral>": "nowhere",
        "<int:number>": "1",
        "<int:pk>": "1",
        "<str:token>": "x",
        "<str:place>": place.reference,
        "<str:kind>": "intake.triage",
        "<str:part>": "requests",
        "<str:day>": "2026-12-24",
        "<str:code>": found.subject.code,
        "<str:task>": "ZZZZ-ZZZZ",
        "<slug:verb>": "start",
        "<slug:kind>": "notice",
        "<str:measure>": found.reference,
        **make_support(cast, people["musa"]),
    }
    clients = {name: signed_in(user) for name, user in people.items()}
    return {"cast": cast, "people": people, "filled": filled, "clients": {**clients, "anonymous": Client()}}


def make_support(cast: Any, musa: Any) -> dict[str, str]:
    """A child whom Noor supports, whose plan waits for Musa; a provider asked for help; a turn of duty; a call."""
    with cast.as_user(musa):
        fund = money.write_fund(
            None, name="Fictional fund", source="own", currency="KES", amount=Decimal(100), opens_on=NOW.date(),
            closes_on=None, by=cast.actor(musa), now=NOW,
        )  # fmt: skip
    with cast.as_user(cast.noor):
        by = cast.actor(cast.noor)
        file = files.walk_in(age_band="12-14", country="UG", by=by, now=NOW)
        record.write_child(
            file, best_interest="Fictional.", assent="yes", carers="", reporting_told=True, by=by, now=NOW
        )
        clinic = referrals.write_provider(
            None, name="Fictional clinic", country="UG", area="", services=["medical"], languages="", hours="",
            contact="", cost="free", child_friendly=True, step_free=True, quality="", by=by, now=NOW,
        )  # fmt: skip
        referrals.agree(file, clinic, method="mark", language="en", by=by, now=NOW)
        sent = referrals.refer(file, clinic, service="medical", shared="Fictional.", by=by, now=NOW)
        item = money.plan(
            file, fund, service="medical", planned=Decimal(10), words="", starts_on=NOW.date(), ends_on=None, by=by,
            now=NOW,
        )  # fmt: skip
        planning.judge_risk(file, risk="low", words="", by=by, now=NOW)
        planning.set_goal(file, service="medical", words="Fictional.", by=by, now=NOW)
        planning.submit(file, by=by, now=NOW)
        call = ClinicalAlarm.objects.create(country="UG", earliest=NOW, latest=NOW, rung_at=NOW)
    with cast.as_user(musa):
        turn = rota.add("UG", cast.noor, musa, starts_at=NOW, ends_at=None, by=cast.actor(musa), now=NOW)
    return {
        "<str:file>": file.reference,
        "<str:fund>": fund.reference,
        "<str:item>": item.reference,
        "<str:call>": call.reference,
        "<str:turn>": turn.reference,
        "<str:provider>": clinic.reference,
        "<str:row>": sent.reference,
        "<slug:care>": "contraception",
    }


def give_duty(case: Any, user: Any, level: str) -> None:
    """What a grant of some levels has to stand on."""
    if level in KEPT_APART:
        take_duty(case, user, level, now=NOW)


def path_of(address: str, world: dict[str, Any]) -> str:
    role = "support_supervisor" if "approve" in address or "decline" in address else "support_officer"
    for placeholder, value in {**world["filled"], "<slug:role>": role}.items():
        address = address.replace(placeholder, value)
    return "/" + address


#: Keys are UUIDs of version 7: they carry the millisecond in which their row was made.
KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)


def asked(client: Client, path: str) -> int:
    """The status of the answer, which carries no key of the database."""
    answer = client.get(path)
    found = KEY.search(answer.content + str(answer.headers).encode() + path.encode())
    assert found is None, (path, found)
    return answer.status_code


def answers(address: str, world: dict[str, Any]) -> dict[str, int]:
    """What each person gets."""
    path = path_of(address, world)
    return {name: asked(client, path) for name, client in world["clients"].items()}


def test_every_address_stands_in_the_table_and_nothing_else_does() -> None:
    written = set(STAFF) | set(PUBLIC) | set(ACCOUNT) | set(API) | set(ANYBODY)
    there = set(addresses())
    assert there - written == set(), "say in tests/access_urls.py who may open these"
    assert written - there == set(), "these addresses are gone"


def test_each_person_gets_from_each_address_what_the_table_says(world: dict[str, Any]) -> None:
    wrong = {}
    for address in STAFF:
        expected = everybody_expected(address)
        found = answers(address, world)
        assert set(found) == set(expected)
        differing = {name: (found[name], expected[name]) for name in found if found[name] != expected[name]}
        if differing:
            wrong[address] = differing
    assert not wrong, wrong


def test_pages_of_another_organisation_are_not_there_for_anybody_from_north(world: dict[str, Any]) -> None:
    for address in STAFF:
        path = path_of(address, world).replace("/o/north/", "/o/south/", 1)
        for name in ("rosa", "hana", "ada"):
            assert world["clients"][name].get(path).status_code == 404, (name, path)


def test_to_whoever_is_shut_out_the_case_looks_like_one_that_is_not_there(world: dict[str, Any]) -> None:
    """The same status and the same bytes, whichever page of the case they try."""
    here = world["filled"]["<str:reference>"]
    for address in STAFF:
        if "<str:reference>" in address:
            path = path_of(address, world)
            there, nowhere = (world["clients"]["kofi"].get(each) for each in (path, path.replace(here, "ZZZZ-ZZZZ")))
            assert there.status_code == nowhere.status_code, path
            assert there.content.replace(here.encode(), b"") == nowhere.content.replace(b"ZZZZ-ZZZZ", b""), path


def test_no_page_carries_a_key_of_the_database_while_everything_waits_for_somebody(world: dict[str, Any]) -> None:
    cast: Cast = world["cast"]
    with cast.as_user(cast.hana):
        case = Case.objects.get()
        by, part = cast.actor(cast.hana), case.participants.get(part=Part.VICTIM)
        wanted = support.ask(case, source="triage", by=by, now=NOW)
        question = safety.ask(case, part, step="notice", by=by, now=NOW)
        due = telling.due_for_all(case, change="triaged", by=by, now=NOW)[0]
        Handover.objects.create(case=case, giver=cast.rosa, receiver=cast.ines, offered_at=NOW)
    paths = [f"/o/north/support/{tail}/" for tail in (f"requests/{wanted.mark}", f"safety/{question.mark}")]
    paths += [f"/o/north/support/tell/{due.mark}/", "/", "/o/north/cases/?whose=mine", "/account/2fa/"]
    seen = 0
    for name, client in world["clients"].items():
        open_here = [path_of(address, world) for address in STAFF if everybody_expected(address)[name] == 200]
        seen += [asked(client, path) for path in open_here + paths].count(200)
    assert seen > 100
    assert not any("uuid:" in address for address in addresses())


def test_the_form_is_open_to_everybody_alike(world: dict[str, Any]) -> None:
    """Signed in or not, member or not: on the public pages everybody is a reporter."""
    for address, status in PUBLIC.items():
        for name in ("anonymous", "rosa", "sofia"):
            assert world["clients"][name].get(path_of(address, world)).status_code == status, address


def test_the_api_takes_no_session_for_a_token(world: dict[str, Any]) -> None:
    for address, status in API.items():
        for name in ("anonymous", "rosa", "sofia"):
            answer = world["clients"][name].get(path_of(address.strip("^"), world))
            assert answer.status_code == status, (name, address)
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_account_pages_are_ones_own_and_closed_ones_closed(world: dict[str, Any]) -> None:
    for address, (outside, inside) in ACCOUNT.items():
        path = path_of(address, world)
        if "(?" in path or "$" in path:
            continue  # tried in tests/people/test_sign_in.py
        assert Client().get(path).status_code == outside, path
        assert signed_in(world["cast"].amina).get(path).status_code == inside, path


def test_a_grant_that_ended_opens_nothing(world: dict[str, Any]) -> None:
    cast: Cast = world["cast"]
    with cast.inside():
        CaseGrant.objects.update(ends_at=NOW)
    for address in STAFF:
        if "cases/<str:reference>/" in address:
            for name in ("rosa", "hana", "idris", "amina"):
                answer = world["clients"][name].get(path_of(address, world))
                assert answer.status_code == 404, address
