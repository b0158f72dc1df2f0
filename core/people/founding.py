"""A new organisation of the installation, ready to work: made by whoever runs it, who is a member of none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core import audit, deadlines
from core.actors import SYSTEM
from core.encryption import masters
from core.errors import DomainError
from core.organisations import LegalRegime, Membership, Office, Organisation, RoleGrant, User
from core.people.mail import send_choose_link
from core.permissions import Role
from core.tenancy import organisation

SLUG = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?")
WEEKEND = ("sat", "sun")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: In whose name the first roles stand, since no member was there to propose or approve them: accounts nobody can use.
INSTALLATION = {"proposes@installation.invalid": "Installation", "approves@installation.invalid": "Installation (2)"}


@dataclass(frozen=True)
class First:
    """One of the first people: they sign in, propose and approve; none of their roles opens a case."""

    email: str
    role: str
    name: str = ""


def found(
    *, slug: str, name: str, languages: Sequence[str], time_zone: str, legal_regime: str, country: str,
    headquarters: str, people: Sequence[First], now: datetime, weekend: Sequence[str] = WEEKEND,
) -> Organisation:  # fmt: skip
    """Make an organisation with its keys, deadlines, head office and first people; each gets a link for a password.

    All of it or nothing. Raises DomainError for what does not fit, and for fewer than two people, of whom one is an
    administrator: alone nobody could give a role.
    """
    _ensure_fits(slug, name, languages, time_zone, legal_regime, country, weekend)
    _ensure_two(people)
    made = Organisation(
        slug=slug, name=name.strip(), languages=list(languages), country=country, time_zone=time_zone,
        legal_regime=legal_regime, weekend=list(weekend), created_at=now,
    )  # fmt: skip
    with organisation(made.pk):
        made.save(force_insert=True)
        masters.found(made.pk, by=SYSTEM, now=now)
        deadlines.give_defaults()
        top = Office.objects.create(name=headquarters.strip(), country=country, headquarters=True)
        audit.record("people.organisation_founded", by=SYSTEM, about=made, facts={"regime": str(legal_regime)})
        proposer, approver = (_nobody(email, word) for email, word in INSTALLATION.items())
        for person in people:
            user = _account(person, language=languages[0])
            member = Membership.objects.create(user=user, office=top, starts_at=now)
            grant = RoleGrant.objects.create(
                membership=member, role=Role(person.role), proposed_by=proposer, proposed_at=now, approved_by=approver,
                approved_at=now,
            )  # fmt: skip
            audit.record(
                "people.first_role", by=SYSTEM, about=grant, reference=member.reference,
                facts={"user": user, "role": str(grant.role)},
            )  # fmt: skip
            if not user.has_usable_password():
                send_choose_link(user)
    return made


def _ensure_fits(
    slug: str, name: str, languages: Sequence[str], time_zone: str, legal_regime: str, country: str,
    weekend: Sequence[str],
) -> None:  # fmt: skip
    if not SLUG.fullmatch(slug):
        raise DomainError(_("The short name has small letters, digits and hyphens, at most 40."))
    if Organisation.objects.filter(slug=slug).exists():
        raise DomainError(_("There is an organisation of this short name already."))
    if not name.strip():
        raise DomainError(_("The organisation needs a name; it stands on its form."))
    if not languages or set(languages) - {code for code, _label in settings.LANGUAGES}:
        known = ", ".join(code for code, _label in settings.LANGUAGES)
        raise DomainError(_("Give at least one language of these: %(known)s.") % {"known": known})
    if time_zone not in available_timezones():
        raise DomainError(_("There is no time zone %(zone)s.") % {"zone": time_zone})
    if legal_regime not in LegalRegime.values:
        raise DomainError(_("The legal regime is one of %(known)s.") % {"known": ", ".join(LegalRegime.values)})
    if len(country) != 2 or country not in Locale("en").territories:
        raise DomainError(_("The country is two capital letters, such as KE; its public holidays count."))
    if set(weekend) - set(DAYS) or len(set(weekend)) > 6:
        raise DomainError(_("Days without work are some of %(known)s, not all.") % {"known": ", ".join(DAYS)})


def _ensure_two(people: Sequence[First]) -> None:
    for person in people:
        try:
            validate_email(person.email)
        except ValidationError:
            raise DomainError(_("%(email)s is no e-mail address.") % {"email": person.email}) from None
        if person.role not in (Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER):
            raise DomainError(_("The first people are administrators and the data-protection officer."))
    addresses = {person.email.strip().lower() for person in people}
    if len(addresses) < len(people) or len(addresses) < 2:
        raise DomainError(_("Name two different people at least: one proposes a role, another approves it."))
    if not any(person.role == Role.ADMINISTRATOR for person in people):
        raise DomainError(_("One of the first people has to be an administrator."))


def _nobody(email: str, name: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, name=name, is_active=False)


def _account(person: First, *, language: str) -> User:
    address = person.email.strip().lower()
    found = User.objects.filter(email=address).first()
    return found or User.objects.create_user(address, name=person.name.strip() or address, language=language)
