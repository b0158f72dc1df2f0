"""What the page of the audit is narrowed to: declared names, members and days; never words about anybody."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit.events import Outcome, all_declared
from core.forms import Form
from core.organisations import Membership

AREAS = {
    "cases": _("Cases"), "clocks": _("Clocks"), "core": _("Pages and audit"), "encryption": _("Sealed fields and keys"),
    "people": _("People"),
}  # fmt: skip


def kinds_of_event() -> list[tuple[Any, Any]]:
    """Every declared event by its sentence, with gaps where it names somebody, under the area it belongs to."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for known in all_declared():
        words = str(known.sentence).format_map(defaultdict(lambda: "…"))
        areas.setdefault(known.name.split(".")[0], []).append((known.name, words))
    return [("", _("All")), *((AREAS.get(area, area), pairs) for area, pairs in sorted(areas.items()))]


class FilterForm(Form):
    """Which events are shown."""

    event = forms.ChoiceField(label=_("Event"), required=False, choices=kinds_of_event)
    person = forms.ChoiceField(label=_("Who"), required=False)
    outcome = forms.ChoiceField(
        label=_("How it ended"), required=False, choices=lambda: [("", _("All")), *Outcome.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.select_related("user").order_by("user__name", "id")
        cast(forms.ChoiceField, self.fields["person"]).choices = [
            ("", _("All")),
            *((member.reference, member.user.name) for member in members),
        ]

    def asked(self) -> dict[str, Any]:
        """The valid form as `core.audit.selectors.events` takes it; days are those of the organisation."""
        data = self.cleaned_data if self.is_valid() else {}
        member = Membership.objects.filter(reference=data.get("person") or "").first()
        until = data.get("until")
        return {
            "action": data.get("event", ""),
            "actor": member.user_id if member else None,
            "outcome": data.get("outcome", ""),
            "since": midnight(data.get("since")),
            "until": midnight(until + timedelta(days=1) if until else None),
        }


def midnight(day: date | None) -> datetime | None:
    """The beginning of the day in the organisation's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
