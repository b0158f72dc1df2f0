"""Exact search over sealed values: keyed tokens of what is nearly unique, and of nothing else.

Never index what few people differ in (sex, nationality, camp): a token hides a value only as well as the value is rare.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.encryption import masters
from core.encryption.envelope import counted
from core.encryption.tables import BlindToken, Kind, Purpose

audit.declare("encryption.compared", _("{actor} had {rows} people compared by their addresses and numbers, unopened"))
audit.declare("encryption.searched", _("{actor} searched by {kind} and found {found}"))

TOKEN = 8


def folded(text: str) -> str:
    """The text as it is compared: compatibility forms and accents taken apart, marks dropped, case folded."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign for sign in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in kept).split())


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def normal(kind: str, value: str, birth_year: int | None = None) -> bytes | None:
    """What is keyed for a value of that kind; None when it says too little to be indexed.

    Parts of a name count in any order; a name needs two parts and a year. A telephone number is compared by its
    digits in international form, with + or 00 before it.
    """
    if kind == Kind.PERSON:
        parts = sorted(folded(value).split())
        if len(parts) < 2 or birth_year is None:
            return None
        return counted(" ".join(parts).encode(), str(birth_year).encode())
    if kind == Kind.EMAIL:
        address = unicodedata.normalize("NFKC", value).strip().casefold()
        return address.encode() if "@" in address else None
    if kind == Kind.PHONE:
        digits = _digits(value).removeprefix("00")
        return digits.encode() if len(digits) >= 6 else None
    if kind == Kind.DOCUMENT:
        signs = folded(value).replace(" ", "")
        return signs.encode() if len(signs) >= 4 else None
    raise ValueError(f"{kind} is not indexed.")


def token(kind: str, value: str, birth_year: int | None = None) -> bytes | None:
    """Eight bytes: keyed BLAKE2b of the normal form, with the kind as its personalisation."""
    plain = normal(kind, value, birth_year)
    if plain is None:
        return None
    key = masters.organisation_key(Purpose.INDEX)
    return hashlib.blake2b(plain, key=key, digest_size=TOKEN, person=kind.encode()).digest()


def put(
    subject: UUID,
    *,
    name: str = "",
    birth_year: int | None = None,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    documents: Iterable[str] = (),
) -> None:
    """Make a subject findable by exactly these values; earlier ones are forgotten."""
    wanted = {(Kind.PERSON.value, token(Kind.PERSON, name, birth_year))}
    for kind, values in ((Kind.EMAIL, emails), (Kind.PHONE, phones), (Kind.DOCUMENT, documents)):
        wanted |= {(kind.value, token(kind, value)) for value in values}
    version = masters.newest_version(Purpose.INDEX)
    drop(subject)
    BlindToken.objects.bulk_create(
        BlindToken(kind=kind, token=found, subject=subject, key_version=version)
        for kind, found in sorted((kind, found) for kind, found in wanted if found is not None)
    )


def drop(subject: UUID) -> None:
    """Forget everything a subject can be found by; part of erasing them."""
    BlindToken.objects.filter(subject=subject).delete()


def find(kind: str, value: str, *, by: Actor, birth_year: int | None = None) -> list[UUID]:
    """Subjects with that value, at most 50; the search is audited. The caller leaves out those it must not see.

    Two values share a token once in 2^64: whoever acts on a hit compares what it reveals.
    """
    wanted = token(kind, value, birth_year)
    rows = BlindToken.objects.filter(kind=kind, token=wanted).order_by("subject")
    found = [] if wanted is None else list(rows.values_list("subject", flat=True)[:50])
    audit.record("encryption.searched", by=by, facts={"kind": str(kind), "found": len(found)})
    return found


def shared(subjects: Iterable[UUID], *, by: Actor) -> dict[UUID, set[tuple[str, bytes]]]:
    """The tokens of each of these subjects: two that have one in common gave the same value. Nothing is opened."""
    found: dict[UUID, set[tuple[str, bytes]]] = {subject: set() for subject in subjects}
    for subject, kind, mark in BlindToken.objects.filter(subject__in=found).values_list("subject", "kind", "token"):
        found[subject].add((kind, bytes(mark)))
    audit.record("encryption.compared", by=by, facts={"rows": len(found)})
    return found
