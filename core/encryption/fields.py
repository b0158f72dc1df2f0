"""Sealed fields of models: written with seal(), read with reveal(), silent everywhere else.

class Person(SealedModel, TenantModel):
    name = SealedField(label="person.name", key="id")

person.seal(name="Amina Test"); person.save()
person.reveal("name", purpose="triage", by=actor)
"""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.encryption import envelope, keys
from core.encryption.envelope import MARK, SHORT, unpad
from core.encryption.keys import newest_open
from core.errors import NotOpened, Refused, Tampered
from core.tenancy import RowSecurity, scope_or_none

logger = logging.getLogger(__name__)

audit.declare("encryption.revealed", _("{actor} read {fields}"))
audit.declare("encryption.list_revealed", _("{actor} read {fields} of {rows} records"))
audit.declare("encryption.unreadable", _("{actor} could not be shown {fields}: {problem}"))

# Not asked, deferred, key not open, outside a scope; or damaged, under another key.
NOT_THE_QUICK_WAY = (KeyError, TypeError, AttributeError, InvalidTag, ValueError, IndexError, Tampered)
AT_ONCE = 500  # rows whose keys are opened together; well below what the cache holds


class Sealed:
    """A sealed value: its bytes and nothing else. Shows nothing, compares and pickles by ciphertext."""

    __slots__ = ("_bytes",)

    def __init__(self, ciphertext: bytes | memoryview) -> None:
        self._bytes = ciphertext if type(ciphertext) is bytes else bytes(ciphertext)

    @property
    def ciphertext(self) -> bytes:
        return self._bytes

    @property
    def sha256(self) -> str:
        """Hexadecimal hash of the ciphertext: in the audit it exposes an older value put back."""
        return hashlib.sha256(self._bytes).hexdigest()

    def __repr__(self) -> str:
        return "[sealed]"

    def __format__(self, spec: str) -> str:
        return format("[sealed]", spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)

    def __reduce__(self) -> tuple[Any, ...]:
        return Sealed, (self._bytes,)


class Unreadable(str):
    """A sentence in the place of a value that cannot be shown; `error` is why."""

    error: NotOpened

    @classmethod
    def because(cls, error: NotOpened) -> Unreadable:
        sentence = cls(error.message)
        sentence.error = error
        return sentence


class SealedAttribute(DeferredAttribute):
    """Takes sealed values only: plaintext set by mistake raises at once and reaches no table, log or pickle."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        return Sealed(value) if type(value) is bytes else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        if value is not None:
            if type(value) is not Sealed:
                raise TypeError(f"{self.field.name} is sealed: write it with seal({self.field.name}=…).")
            value = value.ciphertext
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):
    """A text sealed with the key of the subject whose id is in the attribute `key`, under the constant `label`.

    The label is part of what is sealed and never changes, whatever the field or the model is called later.
    NULL means that it was not asked; an empty text is sealed like any other.
    """

    descriptor_class = SealedAttribute
    description = "Sealed text"

    def __init__(self, *args: Any, label: str, key: str, **kwargs: Any) -> None:
        self.label, self.key = label, key
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for given in ("null", "blank"):
            if kwargs.get(given) is True:
                del kwargs[given]
        return name, path, args, {**kwargs, "label": self.label, "key": self.key}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if "sealed_fields" not in cls.__dict__:
            cls.sealed_fields = dict(getattr(cls, "sealed_fields", {}))  # type: ignore[attr-defined]
            cls.sealed_places = dict(getattr(cls, "sealed_places", {}))  # type: ignore[attr-defined]
        cls.sealed_fields[name] = self  # type: ignore[attr-defined]
        cls.sealed_places[name] = (self.label, self.key)  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not issubclass(self.model, SealedModel):
            found.append(checks.Error("A model with sealed fields needs SealedModel.", obj=self, id="core.E010"))
        if not any(self.key == other.attname for other in self.model._meta.local_fields):
            found.append(checks.Error("The key of a sealed field is a column of its table.", obj=self, id="core.E011"))
        rules = [one.rights["worker"] for one in self.model._meta.constraints if isinstance(one, RowSecurity)]
        if not set(rules) <= {"keep", "all"}:
            found.append(checks.Error("The worker must be able to seal this table again.", obj=self, id="core.E012"))
        return found

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Sealed | None:
        if value is None or isinstance(value, Sealed):
            return value
        if isinstance(value, bytes | memoryview):
            return Sealed(value)
        try:  # what value_to_string() wrote
            ciphertext = base64.b64decode(value, validate=True)
            envelope.generation_of(ciphertext)
        except (ValueError, TypeError, Tampered) as odd:
            raise ValidationError("A sealed field takes sealed values only.") from odd
        return Sealed(ciphertext)

    def get_prep_value(self, value: Any) -> Sealed | None:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: it is written with seal() and cannot be searched by its text.")
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value.ciphertext)

    def value_to_string(self, obj: models.Model) -> str:
        value: Sealed | None = self.value_from_object(obj)  # type: ignore[assignment]
        return "" if value is None else base64.b64encode(value.ciphertext).decode("ascii")

    def formfield(self, **_kwargs: Any) -> None:
        """None: a form never shows or takes a sealed field by itself."""


class SealedModel(models.Model):
    """What a model with sealed fields can do; stands before TenantModel in the list of bases."""

    sealed_fields: ClassVar[dict[str, SealedField]] = {}
    sealed_places: ClassVar[dict[str, tuple[str, str]]] = {}  # label and key of each, for the quick ways
    id: UUID

    class Meta:
        abstract = True

    def seal(self, **texts: str | None) -> None:
        """Seal values into this object, with the newest key of their subject; save() stores them. None: not asked."""
        values = self.__dict__
        for name, text in texts.items():
            label, subject = self.sealed_places[name]
            if text is None:
                values[name] = None
                continue
            key = keys.current(getattr(self, subject))
            # Bare bytes: the attribute makes them Sealed when somebody asks.
            values[name] = key.seal(label, self.id, text.encode())

    def unsealed(self, name: str) -> str | None:
        """The text of a field without a trace in the audit: for core.encryption alone; others reveal().

        Written out flat for a value under an open key, since a list pays for it hundreds of times; everything else,
        and whatever goes wrong, takes the plain way below, which tells the errors apart.
        """
        values, here = self.__dict__, scope_or_none()
        label, subject = self.sealed_places[name]
        try:
            sealed = values[name]
            entry = newest_open[here.quick, values[subject].int]  # type: ignore[union-attr]
            head, places, decrypt = entry.ready
            if sealed[:8] == head and entry.expires > monotonic() and not here.lent:  # type: ignore[union-attr]
                entry.used = True
                where = places[label] + values["id"].int.to_bytes(16)
                padded = decrypt(sealed[8:20], sealed[20:], where)
                if len(padded) > SHORT:
                    return unpad(padded).decode()
                marked = padded.rstrip(b"\0")
                if marked[-1] == MARK:
                    return marked[:-1].decode()
        except NOT_THE_QUICK_WAY:
            pass
        return self._unsealed(self.sealed_fields[name], name)

    def _unsealed(self, field: SealedField, name: str) -> str | None:
        value = getattr(self, name)
        if value is None:
            return None
        subject, ciphertext = getattr(self, field.key), value.ciphertext
        try:
            return keys.current(subject).unseal(field.label, self.id, ciphertext).decode()
        except envelope.OtherKey:  # sealed with an earlier generation: that one is opened, none is tried out
            key = keys.generation(subject, envelope.generation_of(ciphertext))
        return key.unseal(field.label, self.id, ciphertext).decode()

    def reveal(self, name: str, *, purpose: str, by: Actor) -> str | None:
        """The text of a field, None if it was not asked; audited with its purpose (a code).

        Raises KeyUnavailable, KeyShredded, Tampered, or Refused while the account's reveals are held back.
        """
        return reveal_fields(self, [name], purpose=purpose, by=by)[name]

    def show(self, name: str, *, purpose: str, by: Actor) -> str | None:
        """As reveal(), for a page that must not fail: a sentence says why a value cannot be shown."""
        return reveal_each([self], name, purpose=purpose, by=by)[0][name]

    def sealed_hashes(self, *names: str) -> dict[str, str]:
        """SHA-256 of the ciphertext by label, of the given fields or of all: for the audit event of a change."""
        found: dict[str, Sealed | None] = {
            self.sealed_fields[name].label: getattr(self, name) for name in names or self.sealed_fields
        }
        return {label: value.sha256 for label, value in found.items() if value is not None}


def _may(by: Actor) -> None:
    held = by.user.reveals_held_until if by.user is not None else None
    if held is not None and held > timezone.now():
        raise Refused(_("Reading names and accounts is held back for this account until a day after its reset."))


def reveal_fields(row: Any, names: Iterable[str], *, purpose: str, by: Actor) -> dict[str, str | None]:
    """Several fields of one row, one audit event; raises as reveal()."""
    names = list(names)
    found = reveal_each([row], *names, purpose=purpose, by=by)[0]
    for value in found.values():
        if isinstance(value, Unreadable):
            # With the page that refuses, its events are rolled back: it writes what the error tells of afterwards.
            value.error.about, value.error.fields = row, tuple(row.sealed_fields[name].label for name in names)
            raise value.error
    return found


def reveal_each(rows: Iterable[Any], *names: str, purpose: str, by: Actor) -> list[dict[str, str | None]]:
    """The given fields of many rows of one model, in their order, as one audit event; keys are opened in batches.

    A value that cannot be shown is an Unreadable, so that one damaged row never hides the others. The event is about
    the row if there is one only, else it tells how many.
    """
    if not purpose:
        raise ValueError("A reveal names its purpose.")
    _may(by)
    rows = list(rows)
    if not rows:
        return []
    fields = type(rows[0]).sealed_fields
    labels = [fields[name].label for name in names]
    found = []
    problems: set[str] = set()
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        keys.warm(_subjects(batch, [fields[name] for name in names]))
        for row in batch:
            found.append({name: _readable(row, name, problems) for name in names})
    about = rows[0] if len(rows) == 1 else None
    if about is not None:
        audit.record("encryption.revealed", by=by, about=about, purpose=purpose, fields=labels)
    else:
        subjects = _subjects(rows, [fields[name] for name in names])
        of_one = subjects.pop() if len(subjects) == 1 else None
        audit.record(
            "encryption.list_revealed", by=by, about=of_one, purpose=purpose, fields=labels, facts={"rows": len(rows)}
        )
    for problem in sorted(problems):
        audit.record("encryption.unreadable", by=by, about=about, fields=labels, facts={"problem": problem})
    return found


def _subjects(rows: Iterable[Any], fields: Iterable[SealedField]) -> set[UUID]:
    attributes = {field.key for field in fields}
    return {getattr(row, attribute) for row in rows for attribute in attributes}


def _readable(row: Any, name: str, problems: set[str]) -> str | None:
    try:
        return row.unsealed(name)
    except NotOpened as error:
        problems.add(error.problem)
        if isinstance(error, Tampered):
            # The alarm: an operator watches for this line; it names the row and the field, never a value.
            logger.error("A sealed value was changed: %s %s, field %s", type(row).__name__, row.pk, name)
        return Unreadable.because(error)
