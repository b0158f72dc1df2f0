"""How many: reports, allegations and people affected are three numbers, and each is counted when it is asked for.

No case, report or allegation keeps one of them (domain reference §1.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from cases.choices import Part
from cases.models import Allegation, Case, Participant, Report


@dataclass(frozen=True)
class Counts:
    """The three totals of some cases."""

    reports: int
    allegations: int
    victims: int


def counts_of(*cases: Case) -> Counts:
    """The totals of these cases; what was withdrawn is not alleged, and a person affected twice is one person."""
    return counts_of_keys([case.pk for case in cases])


def counts_of_keys(keys: Iterable[object]) -> Counts:
    """The same, for cases that are not at hand as rows."""
    mine = Q(case_id__in=list(keys))
    victims = Participant.objects.filter(mine, part=Part.VICTIM)
    return Counts(
        reports=Report.objects.filter(mine).count(),
        allegations=Allegation.objects.filter(mine, withdrawn_at=None).count(),
        victims=victims.values("person_id").distinct().count(),
    )
