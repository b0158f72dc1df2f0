"""When a person is erased, what the support side wrote about them goes too."""

from datetime import datetime
from uuid import UUID

from core.actors import SYSTEM
from core.encryption import erasure
from victims.models import SupportFile


def follow(subject: UUID | None, now: datetime) -> None:
    """With the key of a person goes that of their support file; all keys of an organisation go by themselves."""
    if subject is None:
        return
    for file in SupportFile.objects.filter(person_id=subject):
        erasure.shred(file.pk, by=SYSTEM, now=now)
