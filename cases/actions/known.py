"""What a person can be found by again: keyed tokens of the addresses and numbers they gave, made by the worker."""

import re
import unicodedata

from cases.models import Case, Identity, Participant
from core.actors import SYSTEM
from core.encryption import index
from core.encryption.fields import Unreadable, reveal_each

EMAIL = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+\.[^\s<>,;:()]*[^\s<>,;:().]")
PHONE = re.compile(r"(?<!\w)(?:\+|0)[\d\s()./-]{5,20}\d")


def ways(contact: str) -> tuple[list[str], list[str]]:
    """E-mail addresses and telephone numbers in what somebody wrote, in whatever numerals."""
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in contact)
    emails = EMAIL.findall(text)
    for each in emails:
        text = text.replace(each, " ")
    return emails, PHONE.findall(text)


def index_people(case: Case) -> None:
    """Make the people of the case findable by exactly what they gave; as the worker, who alone opens it unasked."""
    people = Participant.objects.filter(case=case).values("person_id")
    rows = list(Identity.objects.filter(person_id__in=people).exclude(contact=None).order_by("id"))
    for row, told in zip(rows, reveal_each(rows, "contact", purpose="indexing", by=SYSTEM), strict=True):
        contact = told["contact"]
        if contact and not isinstance(contact, Unreadable):
            emails, phones = ways(contact)
            index.put(row.person_id, emails=emails, phones=phones)
