"""What the audit does not show of assistance to somebody who must not know of a case of the person."""

from django.db.models import Q

from cases.models import Exclusion, Participant
from core.actors import Actor
from victims.models import (
    ChildCare,
    ClinicalAlarm,
    ClinicalWindow,
    Closure,
    ContactPlan,
    Goal,
    Need,
    Plan,
    Referral,
    SafetyPlan,
    SupportFile,
    Task,
)

#: Rows of a file, whose events stand for themselves.
ROWS = (ChildCare, Closure, ContactPlan, Goal, Need, Plan, Referral, SafetyPlan, Task)


def hidden_events(reader: Actor) -> Q | None:
    """Every event about the support of somebody with a part in a case the reader is shut out of; None without any."""
    if reader.user_id is None or not Exclusion.objects.filter(user_id=reader.user_id).exists():
        return None
    cases = Exclusion.objects.filter(user_id=reader.user_id).values("case_id")
    people = Participant.objects.filter(case_id__in=cases).values("person_id")
    files = SupportFile.objects.filter(person_id__in=people)
    calls = ClinicalAlarm.objects.filter(Q(case_id__in=cases) | Q(person_id__in=people))
    found = Q(about__in=files.values("pk")) | Q(reference__in=files.values("reference"))
    found |= Q(about__in=calls.values("pk"))
    found |= Q(about__in=ClinicalWindow.objects.filter(alarm__in=calls).values("pk"))
    for model in ROWS:
        found |= Q(about__in=model.objects.filter(file__in=files).values("pk"))
    return found
