"""A report that was there already: its reports, people and exclusions move to the other case."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.models import Case, ExcludedOffice, Exclusion, Participant, Report, SupportRequest
from core import audit
from core.actors import Actor
from core.encryption.fields import reveal_fields
from core.errors import Refused


def join(case: Case, into: Case, *, by: Actor, now: datetime) -> int:
    """Move everything that was told in `case` into `into`, and shut out there whoever was shut out here.

    What was told is sealed anew under the key of the other case. Gives how many reports moved; raises Refused when
    the actor would be shut out of the other case by that.
    """
    for held in sorted((case, into), key=lambda each: each.pk):
        access.lock(held)
    if by.user is None or Exclusion.objects.filter(case__in=(case, into), user=by.user).exists():
        raise Refused(_("These two cannot be joined by you."))
    reports = list(Report.objects.filter(case=case).order_by("received_at", "id"))
    for report in reports:
        names = [name for name in report.sealed_fields if getattr(report, name) is not None]
        texts = reveal_fields(report, names, purpose="duplicates", by=by) if names else {}
        report.case = into
        report.seal(**texts)
        report.save(update_fields=["case", *names])
    there = set(Participant.objects.filter(case=into).values_list("person_id", "part"))
    for person in Participant.objects.filter(case=case):
        if (person.person_id, person.part) not in there:
            Participant.objects.filter(pk=person.pk).update(case=into)
    SupportRequest.objects.filter(case=case).update(case=into)
    reasons = dict(Exclusion.objects.filter(case=case).values_list("user_id", "why"))
    access.shut_out_all(into, reasons, by=by, now=now)
    for row in ExcludedOffice.objects.filter(case=case):
        ExcludedOffice.objects.get_or_create(case=into, office_id=row.office_id, defaults={"since": now})
    access.recompute(into, by=by, now=now)
    audit.record(
        "cases.reports_joined", by=by, about=into, reference=into.reference,
        facts={"reports": len(reports)},
    )  # fmt: skip
    return len(reports)
