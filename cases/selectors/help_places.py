"""Places to get help now: for the form those that still hold, for whoever keeps them all."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from cases.models import HelpContact


def every() -> QuerySet[HelpContact]:
    """All entries, what expires first on top."""
    return HelpContact.objects.order_by("expires_on", "country", "name", "id")


def access_place(reference: str) -> HelpContact:
    """One entry, or Http404."""
    found = HelpContact.objects.filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


def by_country(today: date) -> dict[str, list[tuple[str, list[HelpContact]]]]:
    """Entries that were checked and still hold, by country ("" holds everywhere) and kind, in the order of KINDS."""
    found: dict[str, dict[str, list[HelpContact]]] = {}
    for row in HelpContact.objects.filter(expires_on__gt=today).order_by("name", "id"):
        found.setdefault(row.country, {}).setdefault(row.kind, []).append(row)
    order = [kind for kind, _name in HelpContact.KINDS]
    return {country: sorted(kinds.items(), key=lambda pair: order.index(pair[0])) for country, kinds in found.items()}
