"""Revealing who stands behind a code: with a grant that lists the part, a purpose, and consent where it is needed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.actions import access, consents
from cases.choices import GrantLevel, Mode, Part, Purpose, RevealReason
from cases.models import Case, Identity, Participant, Report, Reveal
from cases.permissions import Perm
from cases.selectors import grant_of
from core import audit, outbox
from core.access import ensure_fresh_second_factor
from core.actors import Actor
from core.encryption.fields import reveal_fields
from core.errors import Refused
from core.permissions import allowed

#: Levels that work on the survivor's side of the case or before the wall: they need no consent to investigators.
BEFORE_THE_WALL = (GrantLevel.TRIAGE, GrantLevel.LOGGED, GrantLevel.SUPPORT)


class ConsentMissing(Refused):
    """The person has not said yes to being known by the investigation."""

    default = _("This person has not agreed that the investigation may know the name. Ask the support side.")


def identity(
    participant: Participant, *, case: Case, purpose: str, words: str = "", by: Actor, now: datetime
) -> dict[str, str | None]:
    """Name and contact of one person in one case, audited with the purpose.

    The owner of the case hears of it; `words` beside the purpose are sealed.

    Raises Refused without a listed part, permission or consent; SecondFactorNeeded when it is older than 15 minutes;
    KeyShredded for an erased person.
    """
    if purpose not in RevealReason.values:
        raise Refused(_("Say what you need it for."))
    ensure_fresh_second_factor(by, now)
    access.ensure_free(case, by.user_id)
    grant = grant_of(by, case, now)
    part = Part(participant.part)
    permission = Perm.SUBJECT_IDENTITY if part is Part.SUBJECT else Perm.VICTIM_IDENTITY
    if grant is None or part not in grant.identities.split(",") or not allowed(by, permission):
        raise Refused
    if part in (Part.VICTIM, Part.REPORTER) and grant.level not in BEFORE_THE_WALL:
        ensure_investigation_may_know(participant, case=case)
    row = Identity.objects.filter(person_id=participant.person_id).first()
    if row is None:
        raise Refused(_("There is no name to reveal."))
    found = reveal_fields(row, ["name", "contact"], purpose=purpose, by=by)
    opened = Reveal(case=case, participant=participant, user=by.user, at=now, reason=purpose)
    if words.strip():
        opened.seal(words=words.strip())
    opened.save(force_insert=True)
    audit.record(
        "cases.identity_revealed",
        by=by,
        about=case,
        reference=case.reference,
        purpose=purpose,
        facts={"part": participant.part},
    )
    outbox.notify("cases.identity_revealed", about=opened.pk, reference=case.reference, now=now)
    if grant.level in (GrantLevel.INVESTIGATE, GrantLevel.DECIDE, GrantLevel.ADVISE, GrantLevel.READ):
        found["contact"] = None  # the channel stays with intake and support
    return found


def line(found: dict[str, str | None]) -> str:
    """What `identity` gave, in one line."""
    return " · ".join(text for text in (found["name"], found["contact"]) if text)


def ensure_investigation_may_know(participant: Participant, *, case: Case) -> None:
    """Raises ConsentMissing unless the person said yes, or sent the report by name and took nothing back."""
    named = Report.objects.filter(case=case, mode=Mode.NAMED, mailboxes__reporter__person_id=participant.person_id)
    if consents.may_share(participant.person_id, Purpose.INVESTIGATION):
        return
    if consents.taken_back(participant.person_id, Purpose.INVESTIGATION) or not named.exists():
        raise ConsentMissing
