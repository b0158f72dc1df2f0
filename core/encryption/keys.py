"""The data key of each subject: made, opened, forgotten.

root -> organisation's key (KEK) -> data key of one subject. Those who may only write (the public pages) seal their
data keys to the organisation's public key and open none but the ones they made or were given by a receipt.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction

from core.encryption import envelope, masters, wrapping
from core.encryption.cache import Cache
from core.encryption.lent import Lent, blind
from core.encryption.masters import newest_version, organisation_key
from core.encryption.tables import DataKey, Purpose
from core.errors import DomainError, KeyShredded, KeyUnavailable
from core.tenancy import scope, scope_or_none

ROW = ("subject", "generation", "wrapped_by", "key_version", "wrapped", "shredded_at")


class OpenKey(envelope.Sealer):
    """One generation of a subject's data key, ready for use; shows nothing of itself and does not travel."""

    __slots__ = ("_secret", "generation")

    def __init__(self, organisation: UUID, subject: UUID, generation: int, secret: bytes) -> None:
        super().__init__(secret, organisation, subject, generation)
        self.generation = generation
        self._secret = secret

    def secret(self) -> bytes:
        """The key itself, for wrapping it under a receipt; never stored, logged or sent."""
        return self._secret

    def __repr__(self) -> str:
        return "<OpenKey>"

    def __reduce__(self) -> Any:
        raise TypeError("an open key does not leave its process")


# A cache of the process never holds what this transaction made: it may still be undone, and whatever another
# transaction sealed with such a key could never be opened. `lent` marks those subjects, and the organisation.
_open: Cache[OpenKey] = Cache()
# What current() and a field's quick way look into, the newest by organisation and subject, all by generation as well.
newest_open = _open.entries


def forget_all() -> None:
    """Empty this process's caches."""
    _open.clear()
    masters.forget()


def forget_organisation(organisation_id: UUID) -> None:
    """Drop what this process holds of an organisation's keys and of its subjects'."""
    _open.forget(lambda place: place[0] == organisation_id.int)
    masters.forget(organisation_id)


def forget_erased(subject: UUID) -> None:
    """Whoever asks for the subject's key hears that it is erased: at once in this transaction, then everywhere here."""
    here = scope()
    here.lent[subject] = Lent(erased=True)
    here_and_it = (here.organisation.int, subject.int)

    def forget() -> None:
        _open.forget(lambda place: place[:2] == here_and_it)

    forget()
    # Once more: another thread may have read the row again before the change was committed.
    transaction.on_commit(forget, robust=True)


# --- data keys -----------------------------------------------------------------------------------------------------


def _lend(key: OpenKey) -> OpenKey:
    scope().lent[key.subject] = Lent(key)
    return key


def lend(subject: UUID, generation: int, secret: bytes) -> OpenKey:
    """Use a key that came from elsewhere (a receipt, a draft's token) until the scope ends."""
    return _lend(OpenKey(scope().organisation, subject, generation, secret))


def create(subject: UUID, *, pinned: bool = False) -> OpenKey:
    """A new data key for a subject, wrapped by the organisation's key."""
    return create_many([subject], pinned=pinned)[0]


def create_many(subjects: Iterable[UUID], *, pinned: bool = False) -> list[OpenKey]:
    """New data keys for many subjects at once, in one INSERT."""
    organisation_id, version = scope().organisation, newest_version(Purpose.KEK)
    wrapping_key = organisation_key(Purpose.KEK, version)
    rows, made = [], []
    for subject in subjects:
        secret = wrapping.new_key()
        rows.append(wrapped_row(organisation_id, subject, 1, secret, wrapping_key, version, pinned=pinned))
        made.append(OpenKey(organisation_id, subject, 1, secret))
    DataKey.objects.bulk_create(rows, batch_size=1000)
    return [_lend(key) for key in made]


def add_generation(subject: UUID, number: int) -> OpenKey:
    """A further data key for a subject that has one; earlier generations stay until nothing is sealed with them."""
    organisation_id, version = scope().organisation, newest_version(Purpose.KEK)
    secret = wrapping.new_key()
    wrapping_key = organisation_key(Purpose.KEK, version)
    wrapped_row(organisation_id, subject, number, secret, wrapping_key, version).save(force_insert=True)
    return _lend(OpenKey(organisation_id, subject, number, secret))


def wrapped_row(
    organisation_id: UUID,
    subject: UUID,
    generation: int,
    secret: bytes,
    wrapping_key: bytes,
    version: int,
    *,
    pinned: bool = False,
) -> DataKey:
    """A row of the vault that holds a data key under the organisation's key; not saved."""
    context = wrapping.data_key_context(organisation_id, subject, generation, Purpose.KEK, version)
    return DataKey(
        organisation_id=organisation_id,
        subject=subject,
        generation=generation,
        wrapped_by=Purpose.KEK,
        key_version=version,
        wrapped=wrapping.wrap(wrapping_key, context, secret),
        pinned=pinned,
    )


def create_at_intake(subject: UUID, *, pinned: bool = False) -> OpenKey:
    """A new data key sealed to the organisation's public key: usable in this scope, afterwards by staff alone.

    Needs the right to INSERT and no other; `pinned` when a receipt will hold the key as well.
    """
    return create_many_at_intake([subject], pinned=[subject] if pinned else [])[0]


def create_many_at_intake(subjects: Iterable[UUID], *, pinned: Container[UUID] = ()) -> list[OpenKey]:
    """As create_at_intake() for several subjects in one INSERT; `pinned` are those a receipt will hold as well."""
    organisation_id = scope().organisation
    version, public = masters.public_key()
    rows, made = [], []
    for subject in subjects:
        secret = wrapping.new_key()
        context = wrapping.data_key_context(organisation_id, subject, 1, Purpose.SEALING, version)
        rows.append(
            DataKey(
                organisation_id=organisation_id,
                subject=subject,
                generation=1,
                wrapped_by=Purpose.SEALING,
                key_version=version,
                wrapped=wrapping.seal_to(public, context, secret),
                pinned=subject in pinned,
            )
        )
        made.append(OpenKey(organisation_id, subject, 1, secret))
    DataKey.objects.bulk_create(rows)
    return [_lend(key) for key in made]


def unwrapped(subject: UUID, generation: int, wrapped_by: str, key_version: int, wrapped: bytes) -> bytes:
    """The data key of a row of the vault in the organisation in scope."""
    context = wrapping.data_key_context(scope().organisation, subject, generation, wrapped_by, key_version)
    holder = organisation_key(wrapped_by, key_version)
    return (wrapping.open_sealed if wrapped_by == Purpose.SEALING else wrapping.unwrap)(holder, context, bytes(wrapped))


def current(subject: UUID) -> OpenKey:
    """The key to seal with: the newest generation of the subject's key."""
    here = scope_or_none()
    if here is not None and not here.lent:  # the common case, without a further call
        entry = newest_open.get((here.quick, subject.int))
        if entry is not None and entry.expires > monotonic():
            entry.used = True
            return entry.held
    return _opened(subject, 0)


def generation(subject: UUID, number: int) -> OpenKey:
    """The key a sealed value names; KeyShredded, KeyUnavailable or Tampered."""
    return _opened(subject, number)


def _opened(subject: UUID, number: int) -> OpenKey:
    here = scope()
    lent = here.lent.get(subject)
    if lent is not None and lent.holds():
        if lent.erased:
            raise KeyShredded
        if lent.key is not None and number in (0, lent.key.generation):
            return lent.key
    if blind():
        raise KeyUnavailable
    if lent is None:
        place = (here.organisation.int, subject.int)
        key = _open.get((*place, number) if number else place)
        if key is not None:
            return key
    rows = DataKey.objects.filter(subject=subject)
    row = (rows.filter(generation=number) if number else rows.order_by("-generation")).values_list(*ROW).first()
    if row is None:
        raise KeyUnavailable
    return _remember(row, newest=not number)


def _remember(row: tuple[Any, ...], *, newest: bool) -> OpenKey:
    subject, number, wrapped_by, key_version, wrapped, shredded_at = row
    if shredded_at is not None:
        raise KeyShredded
    here = scope()
    key = OpenKey(here.organisation, subject, number, unwrapped(subject, number, wrapped_by, key_version, wrapped))
    if subject in here.lent:
        # Made or changed by this transaction, which may still be undone: not for others to use.
        if newest:
            _lend(key)
        return key
    _open.put((here.organisation.int, subject.int, number), key)
    if newest:
        _open.put((here.organisation.int, subject.int), key)
    return key


def warm(subjects: Iterable[UUID]) -> None:
    """Open the newest keys of many subjects with one query; those that cannot be opened are left for later."""
    here = scope()
    if blind():
        return
    missing = {
        subject
        for subject in subjects
        if subject not in here.lent and _open.get((here.organisation.int, subject.int)) is None
    }
    if not missing:
        return
    rows = DataKey.objects.filter(subject__in=missing).order_by("subject", "generation")
    for row in rows.values_list(*ROW):
        try:
            _remember(row, newest=True)  # ascending generations: the last one stays the newest
        except KeyShredded:
            if row[-1] is not None:
                here.lent[row[0]] = Lent(erased=True)
        except DomainError:
            continue  # told when its value is asked for, without hiding the others
