"""Every allegation with everybody it is about."""

from cases.models import AllegationSubject, Case


def pairs(case: Case) -> list[AllegationSubject]:
    """The pairs of a case in a fixed order, those added later behind; what is alleged no more asks for no finding."""
    return list(
        AllegationSubject.objects.filter(allegation__case=case, allegation__withdrawn_at=None)
        .select_related("allegation", "participant__person")
        .order_by("allegation__created_at", "allegation_id", "id")
    )
