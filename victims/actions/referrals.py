"""Sending somebody to a provider: with her consent on record, refused here without it, pulled back with it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.actions import consents
from cases.choices import Purpose
from cases.models import Consent, Person
from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from core.permissions import allowed
from victims.actions import record
from victims.actions.files import ensure_open, ensure_works
from victims.choices import PENDING, Cost, ReferralState, Service
from victims.models import Provider, Referral, SupportFile
from victims.permissions import Perm
from victims.states import REFERRAL

#: How long an entry of the directory holds before somebody has to check it again.
HOLDS = timedelta(days=180)


class ConsentMissing(Refused):
    """Nothing leaves without her yes."""

    default = _("The person has not agreed to be referred there. Ask them first and write down the consent.")


# --- consent ----------------------------------------------------------------------------------------------------------


def agree(file: SupportFile, provider: Provider, *, method: str, language: str, by: Actor, now: datetime) -> Consent:
    """The person agrees to be referred to this one provider; in the ledger both sides of the wall share."""
    ensure_works(file, by=by, now=now)
    ensure_open(file)
    record.ensure_child_steps(file)
    return consents.give(
        file.person,
        purpose=Purpose.REFERRAL,
        recipient=provider.reference,
        wording=consents.EDITION,
        language=language,
        method=method,
        by=by,
        now=now,
    )


def take_back(file: SupportFile, provider: Provider, *, by: Actor, now: datetime) -> list[Referral]:
    """The person takes the consent back: the next referral is refused; gives those that were pulled back."""
    ensure_works(file, by=by, now=now)
    under_way = list(_under_way(file.person, provider.reference))
    if not consents.withdraw(file.person, purpose=Purpose.REFERRAL, recipient=provider.reference, by=by, now=now):
        raise DomainError(_("There is no such consent to take back."))
    return under_way


def pull_back(person: Person, *, purpose: str, recipient: str, by: Actor, now: datetime) -> None:
    """Whoever wrote the withdrawal down, and wherever: referrals under way on the strength of it come back.

    A referral being sent in the same moment holds the consent's row, so it is either seen here or refused there.
    """
    if purpose != Purpose.REFERRAL:
        return
    for referral in _under_way(person, recipient):
        REFERRAL.apply(referral, "withdraw", by=by, now=now, reference=referral.reference, also={"changed_at": now})
        deadlines.cancel("support.referral", subject=referral.pk, by=by, now=now)


def _under_way(person: Person, recipient: str) -> Iterable[Referral]:
    found = Referral.objects.filter(file__person=person, provider__reference=recipient, state__in=PENDING)
    return found.order_by("sent_at", "id")


# --- referrals --------------------------------------------------------------------------------------------------------


def refer(file: SupportFile, provider: Provider, *, service: str, shared: str, by: Actor, now: datetime) -> Referral:
    """Refer the person for one service, sharing no more than `shared`. Raises ConsentMissing without a yes that holds.

    Raises DomainError for a service the provider does not give, or an entry nobody has checked in time.
    """
    user = ensure_works(file, by=by, now=now)
    ensure_open(file)
    record.ensure_child_steps(file)
    consent = (
        Consent.objects.select_for_update(of=("self",))
        .filter(person_id=file.person_id, purpose=Purpose.REFERRAL, recipient=provider.reference, withdrawn_at=None)
        .first()
    )
    if consent is None or not consents.may_share(file.person_id, Purpose.REFERRAL, recipient=provider.reference):
        raise ConsentMissing
    if service not in provider.services:
        raise DomainError(_("This provider does not offer that service."))
    if provider.expires_on <= now.date():
        raise DomainError(_("This entry has not been checked for too long. Check it before you refer anybody."))
    if not shared.strip():
        raise DomainError(_("Write what the provider needs to know, and no more."))
    referral = Referral(
        file=file, provider=provider, consent=consent, service=service, country=provider.country, sent_at=now,
        sent_by=user, changed_at=now,
    )  # fmt: skip
    referral.seal(shared=shared.strip())
    referral.save(force_insert=True)
    deadlines.start("support.referral", subject=referral.pk, at=now, reference=file.reference, owner=file.officer)
    audit.record("victims.referred", by=by, about=file, reference=file.reference, hashes=referral.sealed_hashes())
    return referral


def missing(file: SupportFile, *, service: str, by: Actor, now: datetime) -> Referral:
    """Nobody there gives this service: counted for whoever closes gaps, and nothing leaves."""
    user = ensure_works(file, by=by, now=now)
    ensure_open(file)
    if service not in Service.values:
        raise DomainError(_("Choose what kind of help is needed."))
    there = Referral.objects.filter(file=file, service=service, provider=None).first()
    if there is not None:
        return there
    noted = Referral.objects.create(
        file=file, service=service, country=file.country, state=ReferralState.UNAVAILABLE, sent_at=now,
        sent_by=user, changed_at=now,
    )  # fmt: skip
    audit.record("victims.service_missing", by=by, about=file, reference=file.reference)
    return noted


def move(
    referral: Referral, verb: str, *, appointment_at: datetime | None = None, by: Actor, now: datetime
) -> Referral:
    """What became of a referral. Raises Refused for a move the table does not know from here."""
    ensure_works(referral.file, by=by, now=now)
    known = REFERRAL.moves.get(verb)
    if known is None or not known.own_button:
        raise Refused
    also = {"changed_at": now}
    if appointment_at is not None:
        also["appointment_at"] = appointment_at
    REFERRAL.apply(referral, verb, by=by, now=now, reference=referral.reference, also=also)
    deadlines.meet("support.referral", subject=referral.pk, by=by, now=now)
    return referral


def open_moves(referral: Referral, *, by: Actor) -> list[tuple[str, str]]:
    """The buttons a page draws for this referral."""
    return [(move.verb, str(move.label)) for move in REFERRAL.open_to(referral, by) if move.own_button]


# --- the directory ----------------------------------------------------------------------------------------------------


def write_provider(
    provider: Provider | None, *, name: str, country: str, area: str, services: Iterable[str], languages: str,
    hours: str, contact: str, cost: str, child_friendly: bool, step_free: bool, quality: str, by: Actor,
    now: datetime,
) -> Provider:  # fmt: skip
    """Write or change an entry; writing it is checking it, so it holds for half a year from today."""
    keeper = _ensure_keeps(by)
    chosen = [service for service in Service.values if service in set(services)]
    if not name.strip() or not country or not chosen:
        raise DomainError(_("Give a name, a country and at least one service."))
    if cost not in Cost.values:
        raise DomainError(_("Choose one of the answers."))
    row = provider or Provider()
    row.name, row.country, row.area, row.services = name.strip(), country, area.strip(), chosen
    row.languages, row.hours, row.contact, row.cost = languages.strip(), hours.strip(), contact.strip(), cost
    row.child_friendly, row.step_free, row.quality = child_friendly, step_free, quality.strip()
    _checked(row, by=keeper, today=now.date())
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DomainError(_("This provider is in the directory already.")) from error
    audit.record("victims.provider_written", by=by, about=row, reference=row.reference)
    return row


def check_provider(provider: Provider, *, by: Actor, now: datetime) -> Provider:
    """Somebody has asked: the entry is right, and holds for another half year."""
    keeper = _ensure_keeps(by)
    _checked(provider, by=keeper, today=now.date())
    provider.save(update_fields=["checked_on", "expires_on", "checked_by"])
    audit.record("victims.provider_checked", by=by, about=provider, reference=provider.reference)
    return provider


def _checked(provider: Provider, *, by: User, today: date) -> None:
    provider.checked_on, provider.expires_on, provider.checked_by = today, today + HOLDS, by


def _ensure_keeps(by: Actor) -> User:
    if by.user is None or not allowed(by, Perm.PROVIDERS):
        raise Refused
    return by.user
