"""An organisation's own keys: made, opened, and the public half that those who may only write seal to."""

from __future__ import annotations

import hmac
import logging
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.alarms import alarm
from core.encryption import pepper, roots, wrapping
from core.encryption.cache import Cache
from core.encryption.lent import Lent, blind
from core.encryption.tables import OrganisationKey, Purpose, SealingKey
from core.errors import KeyShredded, KeyUnavailable, Tampered
from core.tenancy import scope

logger = logging.getLogger(__name__)

audit.declare("encryption.keys_founded", _("{actor} made the organisation’s keys"))

_organisation: Cache[bytes] = Cache()
_newest: Cache[int] = Cache()
_public: Cache[tuple[int, bytes]] = Cache()
CACHES = (_organisation, _newest, _public)


def forget(organisation_id: UUID | None = None) -> None:
    """Empty this process's caches, of one organisation or of all."""
    for cache in CACHES:
        cache.forget(lambda place: organisation_id in (None, place[0]))


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
    scope().lent[organisation_id] = Lent()
    OrganisationKey(
        organisation_id=organisation_id,
        purpose=purpose,
        version=version,
        wrapped=roots.provider().wrap(context, key),
        created_at=now,
        finished_at=now if finished else None,
    ).save(force_insert=True)


def newest_version(purpose: str) -> int:
    """The version in use of one of the organisation's keys; KeyUnavailable where there is none."""
    if blind():
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
    if blind():
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


# --- the key pair ----------------------------------------------------------------------------------------------------


def add_sealing_pair(organisation_id: UUID, *, version: int, now: datetime) -> None:
    """A new key pair: the secret half to the vault, the public half where intake reads it."""
    pair = wrapping.new_sealing_pair()
    add_version(organisation_id, Purpose.SEALING, pair.secret, version=version, now=now, finished=True)
    seal = _seal_of(organisation_id, version, pair.public)
    SealingKey(organisation_id=organisation_id, version=version, public=pair.public, seal=seal).save(force_insert=True)


def _seal_of(organisation_id: UUID, version: int, public: bytes) -> bytes:
    """What tells an organisation's public key from one that somebody put there who has the database alone."""
    return pepper.keyed(b"amparo sealing key 1", organisation_id.bytes, version.to_bytes(4, "big"), public)


def public_key() -> tuple[int, bytes]:
    """Version and bytes of the key that intake seals to; KeyUnavailable where there is none, or it is not ours."""
    here = scope()
    mine = here.organisation in here.lent
    found_there = None if mine else _public.get((here.organisation,))
    if found_there is None:
        row = SealingKey.objects.order_by("-version").values_list("version", "public", "seal").first()
        if row is None:
            raise KeyUnavailable
        found_there = (row[0], bytes(row[1]))
        if not hmac.compare_digest(_seal_of(here.organisation, *found_there), bytes(row[2])):
            # The alarm: an operator watches for this line. Whoever reports is asked to try again; nothing is sealed.
            logger.error("The public key %s of organisation %s is not ours", row[0], here.organisation)
            raise KeyUnavailable
        if not mine:
            _public.put((here.organisation,), found_there)
    return found_there


def put_right() -> int:
    """Hold each public half of the organisation in scope against its secret half, as the worker; gives how many were
    not what belongs there and are again.
    """
    wrong = 0
    for row in SealingKey.objects.order_by("version"):
        try:
            public = wrapping.public_of(organisation_key(Purpose.SEALING, row.version))
        except Tampered:
            logger.error("The secret half %s of organisation %s was changed", row.version, row.organisation_id)
            continue
        seal = _seal_of(scope().organisation, row.version, public)
        if (bytes(row.public), bytes(row.seal)) != (public, seal):
            SealingKey.objects.filter(pk=row.pk).update(public=public, seal=seal)
            wrong += 1
        if bytes(row.public) != public or bytes(row.seal) not in (seal, b""):  # empty: older than the seals
            where = f"version {row.version} of organisation {row.organisation_id}"
            alarm("public key", f"The public key that reports are sealed to was not ours: {where}. It is put right.")
    if wrong:
        scope().lent[scope().organisation] = Lent()
        forget(scope().organisation)
    return wrong
