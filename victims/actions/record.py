"""What support needs to know of a person: how to reach her, what she wants, the steps for a child; sealed."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.choices import AgeBand, Sex, YesNoUnknown
from cases.models import Person
from core import audit
from core.actors import Actor
from core.encryption.fields import reveal_fields
from core.errors import DomainError, Refused
from victims.actions.files import ensure_open, ensure_works, is_child
from victims.choices import Assent, Displacement
from victims.models import ChildCare, ContactPlan, SupportFile

CONTACT = ("who", "how", "times", "may_say", "code_word", "companion", "interpreter", "guardian")


def write_contact(
    file: SupportFile, words: Mapping[str, str], *, do_not_contact: bool, by: Actor, now: datetime
) -> ContactPlan:
    """How to reach her safely. Raises DomainError for a way without who answers, unless nobody is to contact her."""
    user = ensure_works(file, by=by, now=now)
    ensure_open(file)
    given = {name: (words.get(name) or "").strip() or None for name in CONTACT}
    if not do_not_contact and not given["how"]:
        raise DomainError(_("Say how the person can be reached, or that nobody may contact them."))
    plan = ContactPlan.objects.filter(file=file).first() or ContactPlan(file=file)
    plan.changed_at, plan.changed_by = now, user
    plan.seal(**given)
    plan.save()
    file.do_not_contact = do_not_contact
    file.save(update_fields=["do_not_contact"])
    audit.record("victims.contact_written", by=by, about=file, reference=file.reference, hashes=plan.sealed_hashes())
    return plan


def read_contact(file: SupportFile, *, by: Actor, now: datetime) -> dict[str, str | None]:
    """The words of the contact plan, audited; nothing while there is none."""
    ensure_works(file, by=by, now=now)
    plan = ContactPlan.objects.filter(file=file).first()
    return reveal_fields(plan, CONTACT, purpose="support", by=by) if plan else {}


def write_about(
    file: SupportFile, *, sex: str, age_band: str, language: str, interpreter_needed: bool, displacement: str,
    disability: str, words: str, by: Actor, now: datetime,
) -> SupportFile:  # fmt: skip
    """What helps to support her. Whom somebody loves and who they are is asked nowhere; where told, it is her words."""
    ensure_works(file, by=by, now=now)
    ensure_open(file)
    if (
        sex not in Sex.values or age_band not in AgeBand.values or displacement not in Displacement.values
        or disability not in YesNoUnknown.values
    ):  # fmt: skip
        raise DomainError(_("Choose one of the answers."))
    Person.objects.filter(pk=file.person_id).update(
        sex=sex, age_band=age_band, language=language, interpreter_needed=interpreter_needed
    )
    file.displacement, file.disability = displacement, disability
    file.seal(words=words.strip() or None)
    file.save(update_fields=["displacement", "disability", "words"])
    audit.record(
        "victims.record_written", by=by, about=file, reference=file.reference, hashes=file.sealed_hashes("words")
    )
    return file


def write_child(
    file: SupportFile, *, best_interest: str, assent: str, carers: str, reporting_told: bool, by: Actor, now: datetime
) -> ChildCare:
    """Best interest first, then what the child says; and that what the law makes us report was told beforehand."""
    user = ensure_works(file, by=by, now=now)
    ensure_open(file)
    file.person.refresh_from_db(fields=["age_band"])
    if not is_child(file.person):
        raise Refused(_("These steps are for somebody under 18."))
    if assent and assent not in Assent.values:
        raise DomainError(_("Choose one of the answers."))
    if assent and not best_interest.strip():
        raise DomainError(_("First write what is best for the child and why."))
    care = ChildCare.objects.filter(file=file).first() or ChildCare(file=file)
    if best_interest.strip() and care.best_interest_at is None:
        care.best_interest_at = now
    if assent != care.assent:
        care.assent, care.assent_at = assent, now if assent else None
    if reporting_told and care.reporting_told_at is None:
        care.reporting_told_at = now
    care.changed_at, care.changed_by = now, user
    care.seal(best_interest=best_interest.strip() or None, carers=carers.strip() or None)
    care.save()
    audit.record("victims.child_steps", by=by, about=file, reference=file.reference, hashes=care.sealed_hashes())
    return care


def ensure_child_steps(file: SupportFile) -> None:
    """Raises Refused for a child whose best interest and own word have not been written down."""
    if not is_child(file.person):
        return
    care = ChildCare.objects.filter(file=file).first()
    if care is None or care.best_interest_at is None or not care.assent:
        raise Refused(_("For a child, write down what is best for the child and what the child says first."))
    if care.assent == Assent.NO:
        raise Refused(_("The child says no. Speak about it again before you go on."))
