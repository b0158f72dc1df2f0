"""Working notes: written by the team, sealed, never changed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.models import Case, Note
from cases.permissions import Perm
from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused


def add(case: Case, text: str, *, by: Actor, now: datetime) -> Note:
    """Seal a note into the case; Refused for whoever may only read."""
    access.ensure_may(case, by=by, perm=Perm.NARRATIVE_WRITE, now=now)
    if by.user is None:
        raise Refused
    if not text.strip():
        raise DomainError(_("Write something first."))
    note = Note(case=case, written_at=now, written_by=by.user)
    note.seal(body=text.strip())
    note.save(force_insert=True)
    audit.record("cases.noted", by=by, about=case, reference=case.reference, hashes=note.sealed_hashes())
    return note
