"""Keys of an organisation and of each of its subjects: made, opened, destroyed.

root -> organisation's key (KEK) -> data key of one subject. Those who may only write (the public pages) seal their
data keys to the organisation's public key and open none but the ones they made or were given by a receipt.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.encryption import envelope, roots, wrapping
from core.encryption.cache import Cache
from core.encryption.tables import BlindToken, DataKey, OrganisationKey, Purpose, SealingKey
from core.errors import DomainError, KeyShredded, KeyUnavailable
from core.tenancy import scope, scope_or_none

audit.declare("encryption.keys_founded", _("{actor} made the organisation’s keys"))
audit.declare("encryption.subject_erased", _("{actor} destroyed the key of a record: what it held is erased"))
audit.declare("encryption.organisation_erased", _("{actor} destroyed all keys of the organisation"))

ROW = ("subject", "generation", "wrapped_by", "key_version", "wrapped", "shredded_at")


class OpenKey(envelope.Sealer):
    """One generation of a subject's data key, ready for use; shows nothing of itself and does not travel."""

    __slots__ = ("_secret", "generation", "organisation", "subject")

    def __init__(self, organisation: UUID, subject: UUID, generation: int, secret: bytes) -> None:
        super().__init__(secret, organisation, subject, generation)
        self.organisation, self.subject, self.generation = organisation, subject, generation
        self._secret = secret

    def secret(self) -> bytes:
        """The key itself, for wrapping it under a receipt; never stored, logged or sent."""
        return self._secret

    def __repr__(self) -> str:
        return "<OpenKey>"

    def __reduce__(self) -> Any:
        raise TypeError("an open key does not leave its process")


class _Lent:
    """What one transaction knows of a key, and only while the savepoint it learned it in has not ended.

    With a key: made or given here. Without: changed here, or found erased.
    """

    __slots__ = ("erased", "key", "savepoints")

    def __init__(self, key: OpenKey | None, *, erased: bool = False) -> None:
        self.key, self.erased, self.savepoints = key, erased, tuple(connection.savepoint_ids)

    def holds(self) -> bool:
        return tuple(connection.savepoint_ids[: len(self.savepoints)]) == self.savepoints


# A cache of the process never holds what this transaction made: it may still be undone, and whatever another
# transaction sealed with such a key could never be opened. `lent` marks those subjects, and the organisation.
_open: Cache[OpenKey] = Cache()
newest_open = _open.entries  # what current() and a field's quick way look into, by organisation and subject
_organisation: Cache[bytes] = Cache()
_newest: Cache[int] = Cache()
_public: Cache[tuple[int, bytes]] = Cache()


def forget_all() -> None:
    """Empty this process's caches."""
    for cache in (_open, _organisation, _newest, _public):
        cache.clear()


def _blind() -> bool:
    """True where nothing may be opened that was not made or given here: the public pages."""
    return settings.ROLE == "intake" or scope().role == "intake"


# --- the organisation's own keys ---------------------------------------------------------------------------------


def found(organisation_id: UUID, *, by: Actor, now: datetime) -> None:
    """Make the first keys of an organisation, in its scope; nothing happens where they are there already."""
    if OrganisationKey.objects.filter(purpose=Purpose.KEK).exists():
        return
    add_version(organisation_id, Purpose.KEK, wrapping.new_key(), version=1, now=now, finished=True)
    add_version(organisation_id, Purpose.INDEX, wrapping.new_key(), version=1, now=now, finished=True)
    add_sealing_pair(organisation_id, version=1, now=now)
    audit.record("encryption.keys_founded", by=by, about=organisation_id)


def add_version(
    organisation_id: UUID, purpose: str, key: bytes, *, version: int, now: datetime, finished: bool = False
) -> None:
    """Store one version of an organisation's key, wrapped by the root."""
    context = wrapping.root_context(organisation_id, purpose, version)
    scope().lent[organisation_id] = _Lent(None)
    OrganisationKey(
        organisation_id=organisation_id,
        purpose=purpose,
        version=version,
        wrapped=roots.provider().wrap(context, key),
        created_at=now,
        finished_at=now if finished else None,
    ).save(force_insert=True)


def add_sealing_pair(organisation_id: UUID, *, version: int, now: datetime) -> None:
    """A new key pair: the secret half to the vault, the public half where intake reads it."""
    pair = wrapping.new_sealing_pair()
    add_version(organisation_id, Purpose.SEALING, pair.secret, version=version, now=now, finished=True)
    SealingKey(organisation_id=organisation_id, version=version, public=pair.public).save(force_insert=True)


def newest_version(purpose: str) -> int:
    """The version in use of one of the organisation's keys; KeyUnavailable where there is none."""
    if _blind():
        raise KeyUnavailable
    here = scope()
    place = (here.organisation, purpose)
    mine = here.organisation in here.lent
    version = None if mine else _newest.get(place)
    if version is None:
        rows = OrganisationKey.objects.filter(purpose=purpose).order_by("-version")
        version = rows.values_list("version", flat=True).first()
        if version is None:
            raise KeyUnavailable
        if not mine:
            _newest.put(place, version)
    return version


def organisation_key(purpose: str, version: int | None = None) -> bytes:
    """One of the organisation's keys, unwrapped by the root; KeyShredded, KeyUnavailable or Tampered."""
    if _blind():
        raise KeyUnavailable
    here = scope()
    organisation_id = here.organisation
    version = newest_version(purpose) if version is None else version
    place = (organisation_id, purpose, version)
    mine = organisation_id in here.lent
    key = None if mine else _organisation.get(place)
    if key is None:
        rows = OrganisationKey.objects.filter(purpose=purpose, version=version)
        row = rows.values_list("wrapped", "shredded_at").first()
        if row is None:
            raise KeyUnavailable
        if row[1] is not None:
            raise KeyShredded
        key = roots.provider().unwrap(wrapping.root_context(organisation_id, purpose, version), bytes(row[0]))
        if not mine:
            _organisation.put(place, key)
    return key


def public_key() -> tuple[int, bytes]:
    """Version and bytes of the key that intake seals to; KeyUnavailable where there is none."""
    here = scope()
    mine = here.organisation in here.lent
    found_there = None if mine else _public.get((here.organisation,))
    if found_there is None:
        row = SealingKey.objects.order_by("-version").values_list("version", "public").first()
        if row is None:
            raise KeyUnavailable
        found_there = (row[0], bytes(row[1]))
        if not mine:
            _public.put((here.organisation,), found_there)
    return found_there


# --- data keys -----------------------------------------------------------------------------------------------------


def _lend(key: OpenKey) -> OpenKey:
    scope().lent[key.subject] = _Lent(key)
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
    version, public = public_key()
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
    if here is not None and not here.lent and here.role is None:  # the common case, without a further call
        entry = newest_open.get((here.organisation.int, subject.int, 0))
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
    if _blind():
        raise KeyUnavailable
    if lent is None:
        key = _open.get((here.organisation.int, subject.int, number))
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
        _open.put((here.organisation.int, subject.int, 0), key)
    return key


def warm(subjects: Iterable[UUID]) -> None:
    """Open the newest keys of many subjects with one query; those that cannot be opened are left for later."""
    here = scope()
    if _blind():
        return
    missing = {
        subject
        for subject in subjects
        if subject not in here.lent and _open.get((here.organisation.int, subject.int, 0)) is None
    }
    if not missing:
        return
    rows = DataKey.objects.filter(subject__in=missing).order_by("subject", "generation")
    for row in rows.values_list(*ROW):
        try:
            _remember(row, newest=True)  # ascending generations: the last one stays the newest
        except KeyShredded:
            if row[-1] is not None:
                here.lent[row[0]] = _Lent(None, erased=True)
        except DomainError:
            continue  # told when its value is asked for, without hiding the others


# --- erasure -------------------------------------------------------------------------------------------------------


def _forget_now_and_after_commit(unwanted: Any) -> None:
    def forget() -> None:
        _open.forget(unwanted)

    forget()
    # Once more: another thread may have read the row again before the change was committed.
    transaction.on_commit(forget, robust=True)


def shred(subject: UUID, *, by: Actor, now: datetime) -> None:
    """Destroy every generation of a subject's key: what was sealed with it is erased, for everyone and for ever.

    The tokens the subject could be found by go with it; a mailbox's lock, which holds its key under the receipt code,
    is the caller's to empty. Old backups of the vault keep the wrapped key until their
    retention ends. KeyUnavailable if there is no key.
    """
    here = scope()
    # Locked first, in a statement of its own, so that a generation a rotation has just added is seen by the second.
    keys = DataKey.objects.filter(subject=subject)
    if not keys.select_for_update().values_list("id"):
        raise KeyUnavailable
    keys.filter(shredded_at=None).update(wrapped=b"", shredded_at=now)
    BlindToken.objects.filter(subject=subject).delete()
    here.lent[subject] = _Lent(None, erased=True)
    here_and_it = (here.organisation.int, subject.int)
    _forget_now_and_after_commit(lambda place: place[:2] == here_and_it)
    audit.record("encryption.subject_erased", by=by, about=subject)


def shred_organisation(*, by: Actor, now: datetime) -> None:
    """Destroy all keys of the organisation in scope, those of its subjects as well; only the worker may."""
    here = scope()
    OrganisationKey.objects.exclude(purpose=Purpose.DATA).filter(shredded_at=None).update(wrapped=b"", shredded_at=now)
    DataKey.objects.filter(shredded_at=None).update(wrapped=b"", shredded_at=now)
    SealingKey.objects.all().delete()  # nothing more is to be written for it
    BlindToken.objects.all().delete()
    here.lent.clear()
    organisation_id = here.organisation

    def forget() -> None:
        for cache in (_open, _organisation, _newest, _public):
            cache.forget(lambda place: place[0] in (organisation_id, organisation_id.int))

    forget()
    transaction.on_commit(forget, robust=True)
    audit.record("encryption.organisation_erased", by=by, about=organisation_id)
