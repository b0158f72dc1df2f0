"""A person who is erased, and an organisation: what is gone, and what goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from cases.actions import erasure, mailbox
from cases.choices import Part
from cases.models import Case, Draft, Identity, Mailbox, Message, Participant, Person, Report
from core.actors import SYSTEM
from core.encryption import index, keys, receipts
from core.encryption.erasure import shred, shred_organisation
from core.encryption.tables import BlindToken, DataKey
from core.errors import KeyShredded, Refused
from core.tenancy import new_id, organisation, signed_in_as
from tests.factories import NOW, Cast, make_case, make_named, make_part, make_report

pytestmark = pytest.mark.django_db(transaction=True)


def reported_by(case: Case, name: str) -> tuple[Participant, str, Message]:
    """Somebody who reported, with a mailbox and a message in it."""
    reporter, report = make_named(case, Part.REPORTER, name), Report.objects.get(case=case)
    index.put(reporter.person_id, emails=[f"{name.split()[0]}@example.org"])
    box, code = new_id(), receipts.new_code()
    mailbox.create(report, reporter, code=code, key=keys.create(box, pinned=True), mailbox=box, now=NOW)
    message = Message(mailbox_id=box, direction="in", sent_at=NOW)
    message.seal(body=f"{name} has a fictional question.")
    message.save(force_insert=True)
    return reporter, code, message


@pytest.fixture
def told(cast: Cast) -> dict[str, Any]:
    with cast.inside():
        case = make_case(cast.lake)
        make_report(case)
        erased, other = reported_by(case, "Amal Fiction"), reported_by(case, "Bilal Fiction")
    return {"case": case, "erased": erased, "other": other}


@contextmanager
def worker(cast: Cast) -> Iterator[None]:
    """A job in North: it alone sees identities without a grant."""
    with signed_in_as("worker"), cast.inside():
        yield


def opens(cast: Cast, code: str) -> bool:
    with organisation(cast.north.id, role="intake"):
        try:
            mailbox.enter(code, now=NOW)
        except mailbox.NumberUnknown:
            return False
    return True


def name_of(person: Participant) -> str | None:
    return Identity.objects.get(person=person.person_id).unsealed("name")


def test_an_erased_person_takes_name_messages_and_number_with_them(cast: Cast, told: dict[str, Any]) -> None:
    person, code, message = told["erased"]
    assert opens(cast, code)
    with worker(cast):
        erasure.erase(person.person, by=SYSTEM, now=NOW)
    assert not opens(cast, code)
    keys.forget_all()
    with worker(cast):
        with pytest.raises(KeyShredded):
            name_of(person)
        with pytest.raises(KeyShredded):
            Message.objects.get(pk=message.pk).unsealed("body")
        lock = Mailbox.objects.values("salt", "verifier", "wrapped_key", "state").get(pk=message.mailbox_id)
        assert {name: bytes(lock[name]) for name in ("salt", "verifier", "wrapped_key")} == dict.fromkeys(
            ("salt", "verifier", "wrapped_key"), b""
        )
        assert lock["state"] == "closed"
        assert Person.objects.get(pk=person.person_id).erased_at == NOW
        assert not BlindToken.objects.filter(subject=person.person_id).exists()


def test_the_case_file_and_everybody_else_stay_as_they_were(cast: Cast, told: dict[str, Any]) -> None:
    other, code, message = told["other"]
    with worker(cast):
        erasure.erase(told["erased"][0].person, by=SYSTEM, now=NOW)
    assert opens(cast, code)
    with worker(cast):
        assert name_of(other) == "Bilal Fiction"
        assert Message.objects.get(pk=message.pk).unsealed("body") == "Bilal Fiction has a fictional question."
        assert Report.objects.get(case=told["case"]).unsealed("account") == "Fictional account."


def test_a_mailbox_that_is_erased_by_itself_loses_its_lock_too(cast: Cast, told: dict[str, Any]) -> None:
    _person, code, message = told["erased"]
    with cast.inside():
        shred(message.mailbox_id, by=SYSTEM, now=NOW)
        assert bytes(Mailbox.objects.get(pk=message.mailbox_id).wrapped_key) == b""
    assert not opens(cast, code)


def test_nobody_is_erased_twice_and_somebody_without_any_key_can_be_erased(cast: Cast, told: dict[str, Any]) -> None:
    with worker(cast):
        bare = make_part(told["case"], Part.WITNESS).person
        erasure.erase(bare, by=SYSTEM, now=NOW)
        with pytest.raises(Refused, match="Refused"):
            erasure.erase(bare, by=SYSTEM, now=NOW)


def test_an_open_mailbox_always_has_a_lock(cast: Cast, told: dict[str, Any]) -> None:
    with cast.inside():
        with pytest.raises(IntegrityError, match="mailbox_open_has_a_lock"), transaction.atomic():
            Mailbox.objects.update(wrapped_key=b"")
        Mailbox.objects.update(wrapped_key=b"", state="closed")


def test_an_organisation_that_is_erased_leaves_no_key_under_any_code(cast: Cast, told: dict[str, Any]) -> None:
    with organisation(cast.north.id, role="intake"):
        Draft(lookup="a" * 64, answers=b"x", changed_at=NOW, expires_at=NOW + timedelta(days=1)).save(force_insert=True)
    with worker(cast):
        shred_organisation(by=SYSTEM, now=NOW)
    with worker(cast):
        assert not Draft.objects.exists()
        locks = [(bytes(key), state) for key, state in Mailbox.objects.values_list("wrapped_key", "state")]
        assert locks == [(b"", "closed")] * 2
        assert not DataKey.objects.exclude(wrapped=b"").exists()
    assert [opens(cast, told[who][1]) for who in ("erased", "other")] == [False, False]


def test_the_command_erases_one_person_and_asks_for_the_code_twice(cast: Cast, told: dict[str, Any]) -> None:
    person, _code, _message = told["erased"]
    code, out = person.person.code, StringIO()
    for wrong in ({}, {"again": "other"}):
        with pytest.raises(CommandError, match=f"--again {code}"):
            call_command("erase_person", "north", code, **wrong)
    with pytest.raises(CommandError, match="knows nobody"):
        call_command("erase_person", "south", code, again=code)
    with worker(cast):
        assert name_of(person) == "Amal Fiction"
    call_command("erase_person", "north", code, again=code, stdout=out)
    assert f"The keys of {code} were destroyed on" in out.getvalue()
    with worker(cast), pytest.raises(KeyShredded):
        name_of(person)
    with pytest.raises(CommandError, match="erased already"):
        call_command("erase_person", "north", code, again=code)
