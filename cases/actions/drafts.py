"""What a reporter has written and not sent yet, and the short visits to a mailbox.

Each row is found by a keyed look-up and sealed under a key that is kept nowhere: the token in the writer's cookie gives
both, or, for a draft put away for later, the number written down on paper. The database alone opens none of them.
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cases.models import Draft
from core.encryption import receipts
from core.encryption.wrapping import new_key
from core.tenancy import new_id, scope, with_mailbox

ANSWERS, CODE = "draft.answers", "draft.code"
IDLE = timedelta(hours=2)  # an open page that nobody touches
PUT_AWAY = timedelta(days=30)  # a draft kept under its number
AFTER_SENDING = timedelta(hours=24)  # so that a lost answer can be asked for again
VISIT = timedelta(minutes=30)  # an open mailbox that nobody touches
COLUMNS = ("id", "answers", "code", "saved", "sent_at")


@dataclass(repr=False)
class OpenDraft:
    """A draft whose token was just given; lives as long as the request."""

    id: UUID
    lookup: str
    key: bytes
    code: str
    answers: dict[str, Any] = field(default_factory=dict)
    saved: bool = False
    sent_at: datetime | None = None

    def seal(self, answers: dict[str, Any]) -> bytes:
        return _seal(self.key, self.id, answers)


def _seal(key: bytes, row: UUID, answers: dict[str, Any]) -> bytes:
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True)
    return receipts.seal_under(key, text, organisation=scope().organisation, row=row, label=ANSWERS)


def _open(key: bytes, row: UUID, sealed: bytes) -> dict[str, Any]:
    text = receipts.open_under(key, bytes(sealed), organisation=scope().organisation, row=row, label=ANSWERS)
    return dict(json.loads(text))


def begin(
    *,
    now: datetime,
    answers: dict[str, Any] | None = None,
    code: str = "",
    saved: bool = False,
    sent: bool = False,
    lasts: timedelta = IDLE,
) -> str:
    """A new draft in the organisation in scope; gives the token that opens it, which is kept nowhere.

    The number of the receipt is made here already, so that it is the same before and after sending.
    """
    token = secrets.token_urlsafe(32)
    organisation_id = scope().organisation
    lookup, key = receipts.draft_secrets(organisation_id, token)
    row, code = new_id(), code or receipts.new_code()
    Draft(
        id=row,
        lookup=lookup,
        answers=_seal(key, row, answers or {}),
        code=receipts.seal_under(key, code, organisation=organisation_id, row=row, label=CODE),
        changed_at=now,
        expires_at=now + lasts,
        saved=saved,
        sent_at=now if sent else None,
    ).save(force_insert=True)
    return token


def lookup_of(token: str) -> str:
    """Where the draft of that token is filed in the organisation in scope."""
    return receipts.draft_secrets(scope().organisation, token)[0]


def find(token: str, *, now: datetime, lock: bool = False) -> OpenDraft | None:
    """The draft of that token, or None; with `lock`, whoever comes second waits for the end of the transaction."""
    organisation_id = scope().organisation
    lookup, key = receipts.draft_secrets(organisation_id, token)
    with with_mailbox(lookup):
        rows = Draft.objects.filter(lookup=lookup, expires_at__gt=now)
        found = (rows.select_for_update() if lock else rows).values_list(*COLUMNS).first()
    if found is None:
        return None
    row, answers, code, saved, sent_at = found
    return OpenDraft(
        id=row,
        lookup=lookup,
        key=key,
        code=receipts.open_under(key, bytes(code), organisation=organisation_id, row=row, label=CODE),
        answers=_open(key, row, answers),
        saved=saved,
        sent_at=sent_at,
    )


def keep(draft: OpenDraft, answers: dict[str, Any], *, now: datetime) -> bool:
    """Store the answers of a draft; False when it was sent meanwhile."""
    with with_mailbox(draft.lookup):
        won = Draft.objects.filter(lookup=draft.lookup, sent_at=None).update(
            answers=draft.seal(answers), changed_at=now, expires_at=now + IDLE
        )
    if won:
        draft.answers = answers
    return won == 1


def claim(draft: OpenDraft, *, now: datetime) -> bool:
    """Mark the draft as sent and empty it; True for the one who may send it, whatever happens at the same moment."""
    with with_mailbox(draft.lookup):
        won = Draft.objects.filter(lookup=draft.lookup, sent_at=None).update(
            answers=draft.seal({}), sent_at=now, changed_at=now, expires_at=now + AFTER_SENDING
        )
    return won == 1


def note(draft: OpenDraft, answers: dict[str, Any], *, now: datetime, lasts: timedelta) -> None:
    """What a row that holds no account (a receipt, a visit) has to remember."""
    with with_mailbox(draft.lookup):
        Draft.objects.filter(lookup=draft.lookup).update(
            answers=draft.seal(answers), changed_at=now, expires_at=now + lasts
        )
    draft.answers = answers


def put_away(draft: OpenDraft, *, now: datetime) -> None:
    """Keep a copy of the draft under its number, for 30 days; the open one goes on until it is left."""
    organisation_id = scope().organisation
    lookup, row, key = receipts.lookup(organisation_id, draft.code), new_id(), new_key()
    lock = receipts.lock(draft.code, key, organisation=organisation_id, mailbox=row)
    with with_mailbox(lookup):
        Draft.objects.filter(lookup=lookup).delete()
        Draft(
            id=row,
            lookup=lookup,
            answers=_seal(key, row, draft.answers),
            code=lock.salt + lock.verifier + lock.wrapped_key,
            changed_at=now,
            expires_at=now + PUT_AWAY,
            saved=True,
        ).save(force_insert=True)
    with with_mailbox(draft.lookup):
        Draft.objects.filter(lookup=draft.lookup).update(saved=True)
    draft.saved = True


def taken_up(code: str, row: UUID, sealed: bytes, key: bytes, *, now: datetime) -> str:
    """Open a draft that was put away; gives the token of a working copy. The one put away stays until it is sent."""
    return begin(now=now, answers=_open(key, row, sealed), code=code, saved=True)


def drop_put_away(code: str) -> None:
    """Forget what was put away under the number."""
    lookup = receipts.lookup(scope().organisation, code)
    with with_mailbox(lookup):
        Draft.objects.filter(lookup=lookup).delete()


def forget(draft: OpenDraft) -> None:
    """Delete the row; what was sent from it stays untouched."""
    with with_mailbox(draft.lookup):
        Draft.objects.filter(lookup=draft.lookup).delete()


def leave(draft: OpenDraft, *, now: datetime) -> None:
    """Whoever wrote it goes now: an unsaved draft is forgotten, one kept under a number is closed and stays."""
    if draft.saved and draft.sent_at is None:
        put_away(draft, now=now)
    forget(draft)


def forget_expired(*, now: datetime) -> int:
    """Delete what nobody came back to, in the organisation in scope; how many. For the worker."""
    return Draft.objects.filter(expires_at__lte=now).delete()[0]
