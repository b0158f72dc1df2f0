"""The reporter's mailbox: opened with the number alone, closed by one button, never written to by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases.actions import drafts, news
from cases.choices import Purpose
from cases.models import Consent, Draft, Mailbox, Message, Participant, Report
from core import audit
from core.actors import REPORTER, Actor
from core.encryption import keys, receipts
from core.encryption.fields import reveal_each
from core.errors import Refused
from core.tenancy import new_id, scope, with_mailbox

audit.declare("cases.mailbox_opened", _("{actor} opened the mailbox of a report with its number"))
audit.declare("cases.mailbox_closed", _("{actor} closed the mailbox of a report"))
audit.declare("cases.mailbox_taken_over", _("{actor} replaced the number somebody else had written down"))
audit.declare("cases.number_reissued", _("{actor} issued a new number for a mailbox; the old one opens nothing"))
audit.declare("cases.phrase_set", _("{actor} added a secret word to the number"))
audit.declare("cases.message_received", _("{actor} wrote a message"))
audit.declare("cases.message_sent", _("{actor} answered a reporter"))
audit.declare("cases.consent_given", _("{actor} allowed {allowed}"))
audit.declare("cases.consent_withdrawn", _("{actor} took back what was allowed: {allowed}"))

LOCK = ("id", "salt", "verifier", "wrapped_key", "handed_over", "pass_phrase")
WORDING = "form-1"  # the words beside the boxes; a new edition gets a new name


class NumberUnknown(Refused):
    """No mailbox and no draft opens with what was typed; which of the two was wrong is never said."""

    status = 422
    default = _("This number does not open anything here. Please look at it again.")


@dataclass(repr=False)
class Visit:
    """An open mailbox; lives as long as the request."""

    row: drafts.OpenDraft
    mailbox: UUID
    key: bytes
    handed_over: bool = False
    pass_phrase: bool = False

    @property
    def lookup(self) -> str:
        return receipts.lookup(scope().organisation, self.row.code)


@dataclass(frozen=True)
class Status:
    """What a reporter may learn of the case: how far it is, never what is in it."""

    state: str
    close_reason: str
    received_at: datetime
    triaged_at: datetime | None
    closed_at: datetime | None
    answered_at: datetime | None
    for_whom: str


@dataclass(frozen=True, repr=False)
class Said:
    """One message, opened."""

    mine: bool
    text: str
    sent_at: datetime
    read_at: datetime | None


# --- made with the report ------------------------------------------------------------------------------------------


def create(
    report: Report, reporter: Participant | None, *, code: str, key: keys.OpenKey, mailbox: UUID, now: datetime,
    handed_over: bool = False,
) -> Mailbox:  # fmt: skip
    """The mailbox of a report, its key locked under the code. `handed_over`: somebody else has seen the code."""
    organisation_id = scope().organisation
    lock = receipts.lock(code, key.secret(), organisation=organisation_id, mailbox=mailbox)
    made = Mailbox(
        id=mailbox,
        lookup=receipts.lookup(organisation_id, code),
        salt=lock.salt,
        verifier=lock.verifier,
        wrapped_key=lock.wrapped_key,
        report=report,
        reporter=reporter,
        handed_over=handed_over,
        created_at=now,
        changed_at=now,
    )
    made.save(force_insert=True)
    return made


def is_there(code: str) -> bool:
    """Whether a mailbox was made for this code, open or closed."""
    lookup = receipts.lookup(scope().organisation, code)
    with with_mailbox(lookup):
        return Mailbox.objects.filter(lookup=lookup).exists()


# --- coming back ---------------------------------------------------------------------------------------------------


def enter(code: str, *, phrase: str = "", now: datetime) -> str:
    """Open what the number opens, a mailbox or a draft put away; gives the token of the visit or of the draft.

    Raises NumberUnknown. A number that leads nowhere costs the same slow computation as a wrong secret word.
    """
    organisation_id = scope().organisation
    lookup = receipts.lookup(organisation_id, code)
    with with_mailbox(lookup):
        box = Mailbox.objects.filter(lookup=lookup, state="open").values_list(*LOCK).first()
        kept = Draft.objects.filter(lookup=lookup, expires_at__gt=now).values_list("id", "code", "answers").first()
    if box is not None:
        row, salt, verifier, wrapped, handed_over, with_phrase = box
        lock = receipts.Lock(bytes(salt), bytes(verifier), bytes(wrapped))
        key = receipts.unlock(code, lock, organisation=organisation_id, mailbox=row, phrase=phrase)
        if key is None:
            raise NumberUnknown
        answers: dict[str, Any] = {"mailbox": row.hex, "key": key.hex(), "phrase": with_phrase}
        if handed_over:
            answers["new_code"] = receipts.new_code()
        audit.record("cases.mailbox_opened", by=REPORTER, about=row)
        return drafts.begin(now=now, answers=answers, code=code, sent=True, lasts=drafts.VISIT)
    if kept is not None:
        row, packed, sealed = kept[0], bytes(kept[1] or b""), bytes(kept[2])
        lock = receipts.Lock(packed[:16], packed[16:32], packed[32:])
        key = receipts.unlock(code, lock, organisation=organisation_id, mailbox=row)
        if key is None:
            raise NumberUnknown
        return drafts.taken_up(code, row, sealed, key, now=now)
    receipts.derive_in_vain(code, phrase=phrase)
    raise NumberUnknown


def visit(row: drafts.OpenDraft | None) -> Visit | None:
    """The mailbox this row has open, or None; lends its key to the scope."""
    if row is None or "mailbox" not in row.answers:
        return None
    found = Visit(row, UUID(row.answers["mailbox"]), bytes.fromhex(row.answers["key"]))
    with with_mailbox(found.lookup):
        flags = Mailbox.objects.filter(id=found.mailbox, state="open").values_list("handed_over", "pass_phrase").first()
    if flags is None:
        return None
    found.handed_over, found.pass_phrase = flags
    keys.lend(found.mailbox, 1, found.key)
    return found


def stay(found: Visit, *, now: datetime) -> None:
    """The visit goes on: it ends half an hour after the last page."""
    drafts.note(found.row, found.row.answers, now=now, lasts=drafts.VISIT)


def take_over(found: Visit, *, by: Actor, now: datetime) -> str:
    """Replace a number that somebody else has seen by the new one this visit was shown; gives the new number."""
    code = found.row.answers.get("new_code", "")
    if not found.handed_over or not code:
        raise Refused
    _relock(found, code, phrase="", now=now, handed_over=False)
    audit.record("cases.mailbox_taken_over", by=by, about=found.mailbox)
    return code


def set_phrase(found: Visit, phrase: str, *, by: Actor, now: datetime) -> None:
    """From now on the number opens the mailbox only together with this secret word."""
    _relock(found, found.row.code, phrase=phrase, now=now, pass_phrase=True)
    audit.record("cases.phrase_set", by=by, about=found.mailbox)


def _relock(found: Visit, code: str, *, phrase: str, now: datetime, **columns: Any) -> None:
    organisation_id, old = scope().organisation, found.lookup
    new = receipts.lookup(organisation_id, code)
    lock = receipts.lock(code, found.key, organisation=organisation_id, mailbox=found.mailbox, phrase=phrase)
    with with_mailbox(f"{old},{new}"):
        won = Mailbox.objects.filter(id=found.mailbox, lookup=old, state="open").update(
            lookup=new,
            salt=lock.salt,
            verifier=lock.verifier,
            wrapped_key=lock.wrapped_key,
            changed_at=now,
            **columns,
        )
    if won != 1:
        raise NumberUnknown


def close(found: Visit, *, by: Actor, now: datetime) -> None:
    """The number opens nothing any more; what was reported stays."""
    with with_mailbox(found.lookup):
        Mailbox.objects.filter(id=found.mailbox, state="open").update(state="closed", changed_at=now)
    audit.record("cases.mailbox_closed", by=by, about=found.mailbox)
    drafts.forget(found.row)


# --- what it shows -------------------------------------------------------------------------------------------------


def status(found: Visit) -> Status:
    """How far the case is; the database hands out these columns and no others."""
    with with_mailbox(found.lookup), connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, close_reason, received_at, triaged_at, closed_at, answered_at, for_whom "
            "FROM reporter_status()"
        )
        row = cursor.fetchone()
    if row is None:
        raise NumberUnknown
    return Status(*row)


def messages(found: Visit, *, by: Actor, now: datetime) -> list[Said]:
    """Both sides' messages, oldest first; those to the reporter are marked as read."""
    with with_mailbox(found.lookup):
        rows = list(Message.objects.filter(mailbox_id=found.mailbox).order_by("sent_at", "id"))
        texts = reveal_each(rows, "body", purpose="mailbox", by=by)
        if any(row.direction == "out" and row.read_at is None for row in rows):
            Message.objects.filter(mailbox_id=found.mailbox, direction="out", read_at=None).update(read_at=now)
    return [
        Said(row.direction == "in", text["body"] or "", row.sent_at, row.read_at)
        for row, text in zip(rows, texts, strict=True)
    ]


def write(found: Visit, text: str, *, by: Actor, now: datetime) -> None:
    """A message from the reporter; whoever has the case hears that there is one."""
    message = Message(id=new_id(), mailbox_id=found.mailbox, direction="in", sent_at=now)
    message.seal(body=text)
    with with_mailbox(found.lookup):
        message.save(force_insert=True)
    audit.record("cases.message_received", by=by, about=found.mailbox)
    news.message_arrived(found.mailbox, now=now)


# --- consents ------------------------------------------------------------------------------------------------------


def consents(found: Visit) -> dict[str, datetime]:
    """What the reporter allows now: purpose and since when."""
    with with_mailbox(found.lookup):
        rows = Consent.objects.filter(mailbox_id=found.mailbox, withdrawn_at=None).exclude(purpose=Purpose.RECORD)
        return dict(rows.order_by("given_at").values_list("purpose", "given_at"))


def withdraw(found: Visit, purpose: str, *, by: Actor, now: datetime) -> None:
    """Take back what was allowed for a purpose; nothing happens if it was not."""
    with with_mailbox(found.lookup):
        won = Consent.objects.filter(mailbox_id=found.mailbox, purpose=purpose, withdrawn_at=None).update(
            withdrawn_at=now
        )
    if won:
        audit.record("cases.consent_withdrawn", by=by, about=found.mailbox, facts={"allowed": purpose})
        news.consent_changed(found.mailbox, now=now)


def allow(found: Visit, purpose: str, *, language: str, by: Actor, now: datetime) -> None:
    """Allow a purpose; nothing happens if it is allowed already. Refused where the mailbox has no person."""
    if purpose in consents(found):
        return
    with with_mailbox(found.lookup), connection.cursor() as cursor:
        cursor.execute("SELECT reporter_person()")
        person = cursor.fetchone()[0]
        if person is None:
            raise Refused
        Consent(
            person_id=person,
            mailbox_id=found.mailbox,
            purpose=purpose,
            wording=WORDING,
            language=language,
            method="form",
            given_at=now,
        ).save(force_insert=True)
    audit.record("cases.consent_given", by=by, about=found.mailbox, facts={"allowed": purpose})
    news.consent_changed(found.mailbox, now=now)


# --- the staff's side ----------------------------------------------------------------------------------------------


def answer(box: Mailbox, text: str, *, by: Actor, now: datetime) -> Message:
    """A message to the reporter, waiting in the mailbox until they come back; nothing is sent anywhere."""
    if box.state != "open" or by.user is None:
        raise Refused
    message = Message(id=new_id(), mailbox=box, direction="out", sent_at=now, sent_by=by.user)
    message.seal(body=text)
    message.save(force_insert=True)
    audit.record("cases.message_sent", by=by, about=box.id)
    news.answered(box, by=by, now=now)
    return message


def reissue(box: Mailbox, *, by: Actor, now: datetime) -> str:
    """A new number for a reporter who lost theirs and was met in person; the old one opens nothing from now on.

    The new one counts as seen by somebody else: at its first use it is replaced by one only the reporter knows.
    """
    if by.user is None:
        raise Refused
    organisation_id, code = scope().organisation, receipts.new_code()
    key = keys.current(box.id)
    lock = receipts.lock(code, key.secret(), organisation=organisation_id, mailbox=box.id)
    won = Mailbox.objects.filter(id=box.id, lookup=box.lookup).update(
        lookup=receipts.lookup(organisation_id, code),
        salt=lock.salt,
        verifier=lock.verifier,
        wrapped_key=lock.wrapped_key,
        state="open",
        pass_phrase=False,
        handed_over=True,
        changed_at=now,
    )
    if won != 1:
        raise Refused
    audit.record("cases.number_reissued", by=by, about=box.id)
    return code
