"""Every write on the organisation itself and on its offices."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.actors import Actor
from core.deadlines.actions import reckon_anew
from core.errors import DomainError
from core.organisations import Office, Organisation
from core.people.actions import ensure
from core.people.permissions import Perm
from core.tenancy import scope

#: What of an organisation its administrator may change; address and legal regime are the operator's.
OPEN = ("name", "languages", "time_zone", "weekend", "country")


def change_settings(*, by: Actor, now: datetime, **values: Any) -> None:
    """Change the organisation in scope (name, languages, time_zone, weekend, country).

    With another calendar, clocks that run and were not missed are reckoned anew.
    """
    ensure(by, Perm.SETTINGS)
    found = Organisation.objects.get(pk=scope().organisation)
    if stray := set(values) - set(OPEN):
        raise ValueError(f"{', '.join(sorted(stray))} cannot be changed here.")
    if "languages" in values and not values["languages"]:
        raise DomainError(_("The form needs at least one language."))
    if "weekend" in values and len(values["weekend"]) > 6:
        raise DomainError(_("At least one day of the week must be a working day."))
    changed = [key for key in OPEN if key in values and getattr(found, key) != values[key]]
    if not changed:
        return
    Organisation.objects.filter(pk=found.pk).update(**{key: values[key] for key in changed})
    audit.record("people.settings_changed", by=by, about=found, facts={"changed": changed})
    if {"time_zone", "weekend", "country"} & set(changed):
        reckon_anew(now=now)


def add_office(*, name: str, country: str, parent: Office, by: Actor, now: datetime) -> Office:
    """A new office below another; DomainError when the name is taken."""
    ensure(by, Perm.SETTINGS)
    try:
        with transaction.atomic():
            office = Office.objects.create(name=name.strip(), country=country, parent=parent)
    except IntegrityError:
        raise DomainError(_("There is an office of this name already.")) from None
    audit.record("people.office_added", by=by, about=office, reference=office.reference)
    return office


def change_office(office: Office, *, name: str, country: str, parent: Office | None, by: Actor, now: datetime) -> None:
    """Rename or move an office; DomainError for a place below itself, and for moving headquarters below another."""
    ensure(by, Perm.SETTINGS)
    above, seen = parent, {office.pk}
    while above is not None:
        if above.pk in seen:
            raise DomainError(_("An office cannot stand below itself."))
        seen.add(above.pk)
        above = above.parent
    if office.headquarters and parent is not None:
        raise DomainError(_("Headquarters stand at the top."))
    if parent is None and not office.headquarters:
        raise DomainError(_("Say below which office this one stands."))
    values = {"name": name.strip(), "country": country, "parent": parent}
    changed = [key for key, value in values.items() if getattr(office, key) != value]
    if not changed:
        return
    for key in changed:
        setattr(office, key, values[key])
    try:
        with transaction.atomic():
            office.save(update_fields=changed)
    except IntegrityError:
        raise DomainError(_("There is an office of this name already.")) from None
    audit.record("people.office_changed", by=by, about=office, reference=office.reference, facts={"changed": changed})
