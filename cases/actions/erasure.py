"""Erasing a person: their key, the mailboxes they report through, and every further place a key lies in."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.choices import Part
from cases.models import Draft, Mailbox, Person
from core import audit
from core.actors import Actor
from core.encryption import erasure
from core.errors import KeyUnavailable, Refused

audit.declare("cases.person_erased", _("{actor} erased a person: name, contact and messages can be read by nobody"))


def erase(person: Person, *, by: Actor, now: datetime) -> None:
    """Destroy the person's key and those of their mailboxes. What the case file itself tells stays, as do the code, the
    sex, the age band and, for staff, the account: an account that must not see a case may not become free to.
    """
    if Person.objects.filter(pk=person.pk, erased_at=None).update(erased_at=now) != 1:
        raise Refused(_("This person was erased already."))
    boxes = Mailbox.objects.filter(reporter__person_id=person.pk, reporter__part=Part.REPORTER)
    for subject in [person.pk, *boxes.order_by("id").values_list("id", flat=True)]:
        try:
            erasure.shred(subject, by=by, now=now)
        except KeyUnavailable:
            continue  # nothing was ever sealed for them
    audit.record("cases.person_erased", by=by, about=person)


def empty_locks(subject: UUID | None, now: datetime) -> None:
    """A mailbox keeps its key under the reporter's code as well, a draft under a code or a cookie alone."""
    boxes = Mailbox.objects.exclude(wrapped_key=b"")
    boxes = boxes if subject is None else boxes.filter(pk=subject)
    boxes.update(salt=b"", verifier=b"", wrapped_key=b"", state="closed", changed_at=now)
    if subject is None:
        Draft.objects.filter(pk__isnull=False).delete()
