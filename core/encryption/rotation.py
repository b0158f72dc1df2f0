"""Renewing keys while people work: in small transactions, each complete in itself, so that a kill loses nothing.

`rewrap` brings data keys under the organisation's newest key, those that intake sealed as well. `reseal` gives each
subject a new data key and seals its fields again. All functions run in an organisation's scope as the worker; what
another transaction holds locked is left for the next round.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.encryption import envelope, keys, masters, wrapping
from core.encryption.fields import Sealed, SealedField
from core.encryption.tables import DataKey, OrganisationKey, Purpose, SealingKey
from core.errors import DomainError, KeyShredded, KeyUnavailable
from core.tenancy import scope

audit.declare("encryption.rotation_started", _("{actor} began to renew the organisation’s key, version {version}"))
audit.declare("encryption.rotation_finished", _("{actor} finished renewing the organisation’s key, version {version}"))
audit.declare("encryption.renewal_started", _("{actor} began to renew all data keys, round {version}"))
audit.declare("encryption.renewal_finished", _("{actor} finished renewing all data keys, round {version}"))

# A process may go on using what it has in its cache for a minute, and a transaction may be open for some more: what
# was replaced is destroyed later and only when nothing refers to it. A data key waits until the backups of the tables
# that were sealed with it are gone (30 days): one of them may be restored beside the vault of today.
GRACE = timedelta(days=1)
DATA_GRACE = timedelta(days=35)


@dataclass
class Batch:
    """What one round did: how many data keys it brought up to date, which it could not, and why not."""

    done: int = 0
    damaged: set[UUID] = field(default_factory=set)  # ids of rows of the vault
    reasons: list[str] = field(default_factory=list)
    last: UUID | None = None  # the highest id looked at; None when there was nothing left to look at

    def spoil(self, row: UUID, what: str, error: DomainError) -> None:
        """Note what could not be opened; it stays as it is."""
        self.damaged.add(row)
        self.reasons.append(f"{what}: {type(error).__name__}")


# --- the organisation's key ----------------------------------------------------------------------------------------


def _resume_or_next(purpose: str) -> tuple[int, bool]:
    """(version, whether it must be made): the one under way, or the next; two starters take turns."""
    rows = OrganisationKey.objects.filter(purpose=purpose)
    # The row that is never removed serves as the lock.
    list(OrganisationKey.objects.filter(purpose=Purpose.INDEX, version=1).select_for_update().values_list("id"))
    newest = rows.order_by("-version").values("version", "finished_at", "shredded_at").first()
    if newest is None:
        return 1, True
    if newest["shredded_at"] is not None:
        raise KeyShredded
    return (newest["version"], False) if newest["finished_at"] is None else (newest["version"] + 1, True)


def start(*, by: Actor, now: datetime) -> int:
    """A new version of the organisation's key and key pair, or the one whose rotation was cut short."""
    organisation_id = scope().organisation
    masters.found(organisation_id, by=by, now=now)
    version, fresh = _resume_or_next(Purpose.KEK)
    if fresh:
        masters.add_version(organisation_id, Purpose.KEK, wrapping.new_key(), version=version, now=now)
        masters.add_sealing_pair(organisation_id, version=version, now=now)
        audit.record("encryption.rotation_started", by=by, about=organisation_id, facts={"version": version})
    transaction.on_commit(keys.forget_all, robust=True)
    return version


def _outdated(version: int) -> models.QuerySet[DataKey]:
    older = Q(wrapped_by=Purpose.SEALING) | Q(wrapped_by=Purpose.KEK, key_version__lt=version)
    return DataKey.objects.filter(older, shredded_at=None)


def rewrap(version: int | None = None, *, most: int = 500, after: UUID | None = None) -> Batch:
    """One round: at most `most` data keys after that id, brought under the organisation's key of that version."""
    version = masters.newest_version(Purpose.KEK) if version is None else version
    rows = _outdated(version).order_by("id").select_for_update(skip_locked=True)
    if after is not None:
        rows = rows.filter(id__gt=after)
    batch = Batch()
    wrapping_key = masters.organisation_key(Purpose.KEK, version)
    changed: list[tuple[UUID, bytes, str, int]] = []
    for row in rows[:most]:
        batch.last = row.id
        try:
            secret = keys.unwrapped(row.subject, row.generation, row.wrapped_by, row.key_version, bytes(row.wrapped))
        except DomainError as error:
            batch.spoil(row.id, f"data key {row.id}", error)
            continue
        new = keys.wrapped_row(row.organisation_id, row.subject, row.generation, secret, wrapping_key, version)
        changed.append((row.id, bytes(new.wrapped), row.wrapped_by, row.key_version))
    if changed:
        ids, wrapped, holders, versions = (list(column) for column in zip(*changed, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE data_key d SET wrapped = n.wrapped, wrapped_by = %s, key_version = %s "
                "FROM (SELECT unnest(%s::uuid[]) AS id, unnest(%s::bytea[]) AS wrapped, unnest(%s::text[]) AS holder, "
                "unnest(%s::int[]) AS version) n "
                "WHERE d.id = n.id AND d.wrapped_by = n.holder AND d.key_version = n.version "
                "AND d.shredded_at IS NULL",
                [Purpose.KEK.value, version, ids, wrapped, [str(holder) for holder in holders], versions],
            )
            batch.done = cursor.rowcount
    return batch


def finish(version: int, *, by: Actor, now: datetime, leaving: Collection[UUID] = ()) -> bool:
    """True, and said so in the table, when nothing is left under an older key but what cannot be opened."""
    if _outdated(version).exclude(id__in=leaving).exists():
        return False
    rows = OrganisationKey.objects.filter(purpose=Purpose.KEK, version=version, finished_at=None)
    if rows.update(finished_at=now):
        audit.record("encryption.rotation_finished", by=by, about=scope().organisation, facts={"version": version})
    return True


# --- data keys and what is sealed with them ------------------------------------------------------------------------


def sealed_models() -> list[tuple[type[models.Model], str, list[SealedField]]]:
    """Each table with sealed fields, once for each column that names their subject."""
    found = []
    for model in apps.get_models():
        fields = sorted(getattr(model, "sealed_fields", {}).values(), key=lambda one: one.key)
        found += [(model, key, list(group)) for key, group in groupby(fields, key=lambda one: one.key)]
    return found


def start_data(*, by: Actor, now: datetime) -> OrganisationKey:
    """The mark of a renewal of all data keys: those older than it are due. The one cut short, or a new one."""
    organisation_id = scope().organisation
    version, fresh = _resume_or_next(Purpose.DATA)
    if fresh:
        OrganisationKey(purpose=Purpose.DATA, version=version, wrapped=b"", created_at=now).save(force_insert=True)
        audit.record("encryption.renewal_started", by=by, about=organisation_id, facts={"version": version})
    return OrganisationKey.objects.get(purpose=Purpose.DATA, version=version)


def _due(mark: OrganisationKey) -> models.QuerySet[DataKey]:
    # Keys carry the time of their making in their id; a pinned one is also held by a receipt.
    return DataKey.objects.filter(id__lt=mark.id, superseded_at=None, shredded_at=None, pinned=False)


def reseal(mark: OrganisationKey, *, now: datetime, most: int = 100, after: UUID | None = None) -> Batch:
    """One round: at most `most` subjects get a new data key, and their fields are sealed with it."""
    rows = _due(mark).order_by("id").select_for_update(skip_locked=True)
    if after is not None:
        rows = rows.filter(id__gt=after)
    batch = Batch()
    old_rows = list(rows[:most])
    if not old_rows:
        return batch
    batch.last = old_rows[-1].id
    rings: dict[UUID, _Ring] = {}
    for row in old_rows:
        try:
            rings.setdefault(row.subject, _Ring(row.subject, mark))
        except DomainError as error:
            batch.spoil(row.id, f"data key {row.id}", error)
    held = {row.subject: row.id for row in old_rows}
    left = _reseal_rows(rings, held, batch)
    finished = [row.id for row in old_rows if row.subject in rings and row.subject not in left]
    batch.done = DataKey.objects.filter(id__in=finished).update(superseded_at=now)
    return batch


class _Ring:
    """All generations of a subject's key, the newest made now if it is older than the mark."""

    def __init__(self, subject: UUID, mark: OrganisationKey) -> None:
        rows = list(DataKey.objects.filter(subject=subject, shredded_at=None).order_by("generation"))
        self.keys = {}
        for row in rows:
            secret = keys.unwrapped(subject, row.generation, row.wrapped_by, row.key_version, bytes(row.wrapped))
            self.keys[row.generation] = keys.OpenKey(row.organisation_id, subject, row.generation, secret)
        newest = rows[-1]
        if newest.id < mark.id:
            self.newest = keys.add_generation(subject, newest.generation + 1)
            self.keys[self.newest.generation] = self.newest
        else:
            self.newest = self.keys[newest.generation]

    def renewed(self, label: str, row: UUID, ciphertext: bytes) -> bytes | None:
        """The value under the newest key; None when it is there already."""
        generation = envelope.generation_of(ciphertext)
        if generation == self.newest.generation:
            return None
        key = self.keys.get(generation)
        if key is None:
            raise KeyShredded
        return self.newest.seal(label, row, key.unseal(label, row, ciphertext))


def _reseal_rows(rings: dict[UUID, _Ring], held: dict[UUID, UUID], batch: Batch) -> set[UUID]:
    """Seal every field of these subjects again; gives the subjects of which something is left to do."""
    left: set[UUID] = set()
    for model, key, fields in sealed_models():
        names = [one.name for one in fields]
        all_rows = model._base_manager.filter(**{f"{key}__in": list(rings)}).order_by("id")
        seen = set()
        for row in all_rows.select_for_update(skip_locked=True, of=("self",)).only("id", key, *names):
            seen.add(row.pk)
            ring = rings[getattr(row, key)]
            try:
                _reseal_row(row, fields, ring)
            except DomainError as error:
                subject = ring.newest.subject
                batch.spoil(held[subject], f"{model._meta.label_lower} {row.pk}", error)
                left.add(subject)
        skipped = all_rows.exclude(pk__in=seen).values_list(key, flat=True)
        left |= set(skipped)
    return left


def _reseal_row(row: Any, fields: Sequence[SealedField], ring: _Ring) -> None:
    before, after = {}, {}
    for one in fields:
        value = getattr(row, one.name)
        renewed = None if value is None else ring.renewed(one.label, row.pk, value.ciphertext)
        if renewed is not None:
            before[one.name], after[one.name] = value, Sealed(renewed)
    if after:
        # The row is locked; the guard is there in case somebody removes the lock one day.
        type(row)._base_manager.filter(pk=row.pk, **before).update(**after)


def finish_data(mark: OrganisationKey, *, by: Actor, now: datetime, leaving: Collection[UUID] = ()) -> bool:
    """True, and said so in the table, when no key older than the mark is in use but for what cannot be opened."""
    if _due(mark).exclude(id__in=leaving).exists():
        return False
    if OrganisationKey.objects.filter(pk=mark.pk, finished_at=None).update(finished_at=now):
        audit.record("encryption.renewal_finished", by=by, about=scope().organisation, facts={"version": mark.version})
    return True


# --- destroying what was replaced ----------------------------------------------------------------------------------


class _Generation(Func):
    """The data key generation in the header of a sealed column, as four bytes."""

    function = "substring"
    template = "substring(%(expressions)s from 5 for 4)"
    output_field = models.BinaryField()


def _still_sealed_with(row: DataKey) -> bool:
    wanted = row.generation.to_bytes(4, "big")
    for model, key, fields in sealed_models():
        for one in fields:
            rows = model._base_manager.filter(**{key: row.subject}).exclude(**{one.name: None})
            if rows.annotate(_generation=_Generation(F(one.name))).filter(_generation=wanted).exists():
                return True
    return False


def retire(*, now: datetime, most: int = 500) -> int:
    """Destroy keys that were replaced long enough ago and that nothing refers to; gives how many."""
    gone = 0
    for row in DataKey.objects.filter(superseded_at__lt=now - DATA_GRACE, shredded_at=None).order_by("id")[:most]:
        if not _still_sealed_with(row):
            gone += DataKey.objects.filter(pk=row.pk).delete()[0]
    used = DataKey.objects.filter(
        organisation_id=OuterRef("organisation_id"), wrapped_by=OuterRef("purpose"), key_version=OuterRef("version")
    )
    finished = OrganisationKey.objects.filter(purpose=Purpose.KEK, finished_at__lt=now - GRACE, shredded_at=None)
    newest = finished.order_by("-version").values_list("version", flat=True).first() or 0
    old = OrganisationKey.objects.filter(~Exists(used), purpose__in=(Purpose.KEK, Purpose.SEALING), version__lt=newest)
    for key in old:
        try:
            with transaction.atomic():
                gone += OrganisationKey.objects.filter(pk=key.pk).delete()[0]
                if key.purpose == Purpose.SEALING:
                    SealingKey.objects.filter(version=key.version).delete()
        except IntegrityError:
            continue  # somebody used it this moment: the database keeps it
    transaction.on_commit(keys.forget_all, robust=True)
    return gone


def outdated_count() -> int:
    """How many data keys of the organisation are not under its newest key; 0 where it has no keys yet."""
    try:
        return _outdated(masters.newest_version(Purpose.KEK)).count()
    except KeyUnavailable:
        return 0
