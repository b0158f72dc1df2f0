"""Erasing by destroying keys: of one subject, or of a whole organisation.

A key may lie in a second place: under a reporter's code, for instance. Whoever puts it there declares here how that
place is emptied, so that no erasure passes it over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.encryption import keys
from core.encryption.tables import BlindToken, DataKey, OrganisationKey, Purpose, SealingKey
from core.errors import KeyUnavailable
from core.tenancy import scope

audit.declare("encryption.subject_erased", _("{actor} destroyed the key of a record: what it held is erased"))
audit.declare("encryption.organisation_erased", _("{actor} destroyed all keys of the organisation"))

Empty = Callable[[UUID | None, datetime], object]
_elsewhere: list[Empty] = []


def also(empty: Empty) -> None:
    """Declare a second place of keys: `empty(subject, now)` empties it for that subject, for None for all of the
    organisation in scope.
    """
    if empty not in _elsewhere:
        _elsewhere.append(empty)


def shred(subject: UUID, *, by: Actor, now: datetime) -> None:
    """Destroy every generation of a subject's key: what was sealed with it is erased, for everyone and for ever.

    The tokens the subject could be found by and every further place of the key go with it. Old backups of the vault
    keep the wrapped key until their retention ends. KeyUnavailable if there is no key.
    """
    # Locked first, in a statement of its own, so that a generation a rotation has just added is seen by the second.
    rows = DataKey.objects.filter(subject=subject)
    if not rows.select_for_update().values_list("id"):
        raise KeyUnavailable
    rows.filter(shredded_at=None).update(wrapped=b"", shredded_at=now)
    BlindToken.objects.filter(subject=subject).delete()
    for empty in _elsewhere:
        empty(subject, now)
    keys.forget_erased(subject)
    audit.record("encryption.subject_erased", by=by, about=subject)


def shred_organisation(*, by: Actor, now: datetime) -> None:
    """Destroy all keys of the organisation in scope, those of its subjects as well; only the worker may."""
    organisation_id = scope().organisation
    OrganisationKey.objects.exclude(purpose=Purpose.DATA).filter(shredded_at=None).update(wrapped=b"", shredded_at=now)
    DataKey.objects.filter(shredded_at=None).update(wrapped=b"", shredded_at=now)
    SealingKey.objects.filter(organisation_id=organisation_id).delete()  # nothing more is to be written for it
    BlindToken.objects.filter(organisation_id=organisation_id).delete()
    for empty in _elsewhere:
        empty(None, now)
    scope().lent.clear()

    def forget() -> None:
        keys.forget_organisation(organisation_id)

    forget()
    # Once more: another thread may have read a row again before the change was committed.
    transaction.on_commit(forget, robust=True)
    audit.record("encryption.organisation_erased", by=by, about=organisation_id)
