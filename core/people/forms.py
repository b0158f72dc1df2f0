"""Shapes of what is typed about members, offices and the organisation."""

from datetime import datetime, time
from typing import Any, cast
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Form
from core.language import form_choices, staff_choices
from core.organisations import Membership, Office
from core.people.selectors import tree
from core.people.tables import What
from core.permissions import Role

DAYS = [
    ("mon", _("Monday")), ("tue", _("Tuesday")), ("wed", _("Wednesday")), ("thu", _("Thursday")),
    ("fri", _("Friday")), ("sat", _("Saturday")), ("sun", _("Sunday")),
]  # fmt: skip


def offices() -> list[tuple[str, str]]:
    """Choices of an office, by reference; the tree shows as dashes."""
    return [(office.reference, f"{'– ' * depth}{office.name}") for depth, office in tree()]


def countries() -> list[tuple[str, str]]:
    """Countries by their names in the reader's language."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    found = [
        (code, name) for code, name in names.items() if len(code) == 2 and code not in ("ZZ", "EU", "UN", "XA", "XB")
    ]
    return [("", "–"), *sorted(found, key=lambda pair: pair[1])]


class PlaceForm(Form):
    """Where a member works and under whom."""

    mark_optional = True
    office = forms.ChoiceField(label=_("Office"), choices=offices)
    post = forms.CharField(label=_("Post"), max_length=120, required=False)
    supervisor = forms.ChoiceField(
        label=_("Works under"),
        required=False,
        help_text=_("What is not done in time goes up this line, and people are kept away from cases about it."),
    )

    def __init__(self, *args: Any, member: Membership | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Membership.objects.select_related("user").filter(ends_at=None).order_by("user__name")
        if member is not None:
            others = others.exclude(pk=member.pk)
        cast(forms.ChoiceField, self.fields["supervisor"]).choices = [
            ("", "–"),
            *((other.reference, other.user.name) for other in others),
        ]

    def clean_office(self) -> Office:
        return Office.objects.get(reference=self.cleaned_data["office"])

    def clean_supervisor(self) -> Membership | None:
        reference = self.cleaned_data["supervisor"]
        return Membership.objects.get(reference=reference) if reference else None


class AddForm(PlaceForm):
    """A new member."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the first message"), choices=staff_choices)
    field_order = ("name", "email", "language", "office", "post", "supervisor")


class ChangeForm(PlaceForm):
    """A member's place, and days away."""

    away_from = DayField(label=_("Away from"), required=False)
    away_until = DayField(
        label=_("Back on"),
        required=False,
        help_text=_("Meanwhile what is due goes to the next person in line."),
    )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        first, back = found.get("away_from"), found.get("away_until")
        if bool(first) != bool(back):
            self.add_error("away_until" if first else "away_from", _("Give both days, or none."))
        elif first and back and back <= first:
            self.add_error("away_until", _("The day of coming back is after the first day away."))
        for key in ("away_from", "away_until"):
            if found.get(key):
                found[key] = midnight(found[key])
        return found


def midnight(day: Any) -> datetime:
    """The beginning of a day in the organisation's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


class RoleForm(Form):
    """One role more."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)


class ResetForm(Form):
    """What is to be made anew."""

    what = forms.ChoiceField(label=_("What is to be made anew?"), choices=What.choices, widget=forms.RadioSelect)


class OfficeForm(Form):
    """An office and its place in the tree."""

    mark_optional = True
    name = forms.CharField(label=_("Name"), max_length=120)
    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)
    parent = forms.ChoiceField(label=_("Below"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["parent"]).choices = [("", "–"), *offices()]

    def clean_parent(self) -> Office | None:
        reference = self.cleaned_data["parent"]
        return Office.objects.get(reference=reference) if reference else None


class SettingsForm(Form):
    """The organisation as its form and its clocks see it."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Shown on the public form."))
    languages = forms.MultipleChoiceField(
        label=_("Languages of the public form"),
        choices=form_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One that is not yet reviewed is shown in a demonstration only, until a person has read it."),
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=countries, required=False, help_text=_("Its public holidays are no working days.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )
    weekend = forms.MultipleChoiceField(
        label=_("Days without work"), choices=DAYS, required=False, widget=forms.CheckboxSelectMultiple
    )


class FilterForm(Form):
    """Which members are shown."""

    office = forms.ChoiceField(label=_("Office"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    ended = forms.BooleanField(label=_("Those who left"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["office"]).choices = [("", _("All")), *offices()]
        cast(forms.ChoiceField, self.fields["role"]).choices = [("", _("All")), *Role.choices]
