"""Values that cannot be opened: erased, changed in the database, or under a key nobody can reach.

Pages say so and go on, and nothing anybody does on them puts something else in the place of what is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cases.actions import logging, mailbox, notes, support, triage
from cases.choices import GrantLevel, Part
from cases.models import (
    Case,
    Identity,
    LoggedDraft,
    Message,
    Note,
    Participant,
    Report,
    SupportRequest,
    TriageDraft,
)  # fmt: skip
from core.actors import SYSTEM
from core.audit.tables import AuditEvent
from core.encryption import erasure, keys, receipts, roots
from core.encryption.fields import Sealed
from core.encryption.tables import DataKey
from core.errors import KeyShredded, KeyUnavailable, Tampered
from core.tenancy import new_id
from tests.factories import EVERYBODY, NOW, Cast, give_grant, hidden, make_case, make_named, make_report, signed_in

TABLES = (Report, Message, Identity, Participant, TriageDraft, Case)
SAYS = {
    "erased": "This was erased.",
    "changed": "what is stored is not what was written",
    "out of reach": "cannot be opened right now",
}
STATUS = {"erased": KeyShredded.status, "changed": Tampered.status, "out of reach": KeyUnavailable.status}


@dataclass
class Scene:
    case: Case
    person: Participant
    request: SupportRequest
    log: LoggedDraft
    code: str
    spoiled: str = ""

    @property
    def says(self) -> str:
        return SAYS[self.spoiled]

    def address(self, page: str = "") -> str:
        return f"/o/north/cases/{self.case.reference}/{page}"


@pytest.fixture
def whole(cast: Cast) -> Scene:
    with cast.as_user(cast.rosa):
        case = make_case(cast.lake, owner=cast.rosa, manager=cast.rosa)
        report = make_report(case, place="The fictional gate", about_whom="The fictional driver")
        give_grant(case, cast.rosa, identities=EVERYBODY)
        person = make_named(case, Part.VICTIM, "Amal Fiction")
        person.seal(description="Fictional words.")
        person.save()
        box, code = new_id(), receipts.new_code()
        mailbox.create(report, None, code=code, key=keys.create(box, pinned=True), mailbox=box, now=NOW)
        message = Message(mailbox_id=box, direction="in", sent_at=NOW)
        message.seal(body="A fictional question.")
        message.save(force_insert=True)
        rosa = cast.actor(cast.rosa)
        notes.add(case, "A fictional note.", by=rosa, now=NOW)
        triage.keep_draft(case, {"reason": "A fictional reason."}, by=rosa, now=NOW)
        asked = support.ask(case, source="triage", urgent=True, by=rosa, now=NOW)
    with cast.as_user(cast.amina):
        log = logging.keep(None, {"account": "Fictional words."}, by=cast.actor(cast.amina), now=NOW)
    return Scene(case, person, asked, log, code)


@pytest.fixture(params=list(SAYS))
def scene(whole: Scene, cast: Cast, request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[Scene]:
    whole.spoiled = request.param
    if request.param == "out of reach":
        settings.ROOT_KEY_FILE = str(tmp_path / "nothing")
        roots.provider.cache_clear()
    else:
        with cast.as_user(cast.rosa):
            if request.param == "erased":
                for subject in DataKey.objects.values_list("subject", flat=True).distinct():
                    erasure.shred(subject, by=SYSTEM, now=NOW)
            else:
                change_every_value(whole.case)
        if request.param == "changed":
            with cast.as_user(cast.amina):
                LoggedDraft.objects.update(answers=flip(LoggedDraft.objects.get().answers))
    keys.forget_all()
    yield whole
    roots.provider.cache_clear()


def change_every_value(case: Case) -> None:
    for model in TABLES:
        for row in model.objects.all():
            values = {name: getattr(row, name) for name in model.sealed_fields}
            flipped = {name: flip(value) for name, value in values.items() if value is not None}
            if flipped:
                model.objects.filter(pk=row.pk).update(**flipped)
    note = Note(
        case=case, written_by=case.owner, written_at=NOW
    )  # the database lets nobody change the one that is there
    note.seal(body="Fictional words.")
    note.body = flip(note.body)
    note.save(force_insert=True)


def flip(value: Sealed) -> Sealed:
    return Sealed(value.ciphertext[:-1] + bytes([value.ciphertext[-1] ^ 1]))


def stored(cast: Cast) -> dict[tuple[str, UUID, str], bytes | None]:
    """Every sealed value there is, as bytes."""
    found: dict[tuple[str, UUID, str], bytes | None] = {}
    for reader, tables in ((cast.rosa, (*TABLES, Note)), (cast.amina, (LoggedDraft,))):
        with cast.as_user(reader):
            for model in tables:
                for row in model.objects.all():
                    for name in model.sealed_fields:
                        value = getattr(row, name)
                        found[model.__name__, row.pk, name] = value.ciphertext if value else None
    return found


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def no_alarm_fails_this_test(caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()


def test_a_page_says_what_became_of_a_value_and_shows_the_rest(
    cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    before, rosa = stored(cast), signed_in(cast.rosa)
    for page in ("told/", "messages/", "notes/", "triage/"):
        answer = rosa.get(scene.address(page))
        assert (answer.status_code, scene.says in text(answer)) == (200, True), page
        assert "Fictional" not in text(answer)
    assert stored(cast) == before
    no_alarm_fails_this_test(caplog)


def test_pages_that_open_nothing_do_not_mind(cast: Cast, scene: Scene) -> None:
    rosa = signed_in(cast.rosa)
    for page in ("/o/north/", "/o/north/cases/", scene.address(), scene.address("clocks/")):
        answer = rosa.get(page)
        assert answer.status_code == 200, page
        assert scene.case.reference in text(answer)


def test_a_name_that_cannot_be_opened_is_told_on_the_page_of_the_case(
    cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    answer = signed_in(cast.rosa).post(scene.address(f"reveal/{scene.person.code}/"), {"purpose": "safety"})
    assert answer.status_code == STATUS[scene.spoiled]
    assert scene.says in text(answer)
    assert scene.case.reference in text(answer)
    with cast.inside():
        event = AuditEvent.objects.get(action="encryption.unreadable")
        assert (event.about_type, event.fields) == ("cases.identity", ["identity.name", "identity.contact"])
        assert event.actor == cast.rosa.pk
    no_alarm_fails_this_test(caplog)


def test_the_support_desk_goes_on_without_a_name(cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with cast.inside():
        give_grant(scene.case, cast.noor, GrantLevel.SUPPORT, identities=Part.VICTIM)
        SupportRequest.objects.update(state="taken", taken_by=cast.noor, taken_at=NOW)
    noor = signed_in(cast.noor)
    assert noor.get("/o/north/support/").status_code == 200
    address = f"/o/north/support/requests/{scene.request.mark}/"
    assert noor.get(address).status_code == 200
    answer = noor.post(f"{address}reveal/{scene.person.code}/", {"purpose": "safety"})
    assert (answer.status_code, scene.says in text(answer)) == (STATUS[scene.spoiled], True)
    no_alarm_fails_this_test(caplog)


def test_a_triage_draft_nobody_can_open_is_told_and_not_written_over(
    cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    before = stored(cast)
    rosa = signed_in(cast.rosa)
    opened = hidden(rosa.get(scene.address("triage/")))
    answer = rosa.post(scene.address("triage/"), {"act": "draft", "reason": "Something else.", **opened})
    assert answer.status_code >= 400
    assert scene.says in text(answer)
    assert stored(cast) == before
    no_alarm_fails_this_test(caplog)


def test_a_log_nobody_can_open_is_told_and_not_written_over(
    cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    before = stored(cast)
    amina = signed_in(cast.amina)
    address = f"/o/north/cases/log/{scene.log.mark}/"
    answer = amina.get(address)
    assert (answer.status_code, scene.says in text(answer)) == (200, True)
    answer = amina.post(address, {"act": "draft", "account": "Something else."})
    assert answer.status_code >= 400
    assert scene.says in text(answer)
    assert stored(cast) == before
    no_alarm_fails_this_test(caplog)


def test_a_note_or_an_answer_is_taken_whole_or_refused_with_the_reason(
    cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    before, rosa = stored(cast), signed_in(cast.rosa)
    for page in ("notes/add/", "messages/send/"):
        answer = rosa.post(scene.address(page), {"body": "More fictional words."})
        if scene.spoiled == "changed":  # the key is there: what is new can be sealed
            assert answer.status_code == 302, text(answer)
        else:
            assert answer.status_code >= 400
    after = stored(cast)
    assert {place: after[place] for place in before} == before
    assert (len(after) > len(before)) == (scene.spoiled == "changed")
    no_alarm_fails_this_test(caplog)


def test_the_reporter_is_told_what_became_of_a_message(
    cast: Cast, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    reporter = Client()
    answer = reporter.post("/report/north/number/", {"code": scene.code}, follow=True)
    if scene.spoiled == "erased":
        assert answer.status_code == 422  # the mailbox went with its key: the number opens nothing any more
        return
    assert answer.status_code == 200
    shown = text(reporter.get("/report/north/box/"))
    assert ("A fictional question." in shown) == (scene.spoiled == "out of reach")  # the code itself holds the key
    no_alarm_fails_this_test(caplog)
