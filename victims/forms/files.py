"""The shape of what is written about one person: how to reach her, what support needs to know, a child's steps."""

from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.choices import AgeBand, LastTime, Sex, YesNoUnknown
from core import phrases
from core.forms import DayField, Form
from core.people.forms import countries
from victims import choices


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def time_field(label: Any, *, hint: Any = "") -> forms.TimeField:
    """An hour in one box, read alike in every language."""
    return forms.TimeField(
        label=label,
        help_text=hint or _("For example 14:30."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 5}),
    )


def spoken() -> list[tuple[str, str]]:
    """Languages a person may speak, by their names in the reader's language."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).languages
    found = {code: name for code, name in names.items() if len(code) == 2}
    ours = {code: phrases.language_name(code) for code, _own in settings.LANGUAGES}
    pairs = sorted({**found, **ours}.items(), key=lambda pair: pair[1])
    return [("", "–"), *pairs, ("und", str(_("Another language")))]


class WalkInForm(Form):
    """Somebody came by themselves."""

    mark_optional = True
    words = forms.CharField(
        label=_("What they want now, in their words"),
        help_text=_("Sealed: only whoever supports the person reads it."),
        max_length=5_000,
        required=False,
        widget=text_area(4),
    )
    name = forms.CharField(
        label=_("Name, if they want to give one"),
        help_text=_("Any name they like to be called by."),
        max_length=200,
        required=False,
    )
    contact = forms.CharField(label=_("A safe way to reach them"), max_length=500, required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, initial=Sex.UNKNOWN)
    age_band = forms.ChoiceField(label=_("Age"), choices=AgeBand.choices, initial=AgeBand.UNKNOWN)
    language = forms.ChoiceField(label=_("Language they speak best"), choices=spoken, required=False)
    interpreter_needed = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)


class AboutForm(Form):
    """What helps to support her; nothing about whom she loves or who she is."""

    mark_optional = True
    words = forms.CharField(
        label=_("What the person wants, in their words"), max_length=5_000, required=False, widget=text_area(4)
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices)
    age_band = forms.ChoiceField(label=_("Age"), choices=AgeBand.choices)
    language = forms.ChoiceField(label=_("Language they speak best"), choices=spoken, required=False)
    interpreter_needed = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    displacement = forms.ChoiceField(label=_("Where the person lives"), choices=choices.Displacement.choices)
    disability = forms.ChoiceField(
        label=_("Lives with a disability"),
        help_text=_("As the person says it: so that help can be reached."),
        choices=YesNoUnknown.choices,
    )


class ContactForm(Form):
    """How to reach her safely."""

    mark_optional = True
    do_not_contact = forms.BooleanField(
        label=_("Nobody is to contact this person"),
        help_text=_("They come to you. Everybody who opens the file sees this first."),
        required=False,
    )
    who = forms.CharField(label=_("Who may contact them"), max_length=500, required=False)
    how = forms.CharField(label=_("How: number, place, person in between"), max_length=500, required=False)
    times = forms.CharField(label=_("When, and when never"), max_length=500, required=False)
    may_say = forms.CharField(
        label=_("What may be said, and to whom"), max_length=1_000, required=False, widget=text_area(2)
    )
    code_word = forms.CharField(
        label=_("Code word"), help_text=_("A word that shows it is really you, or really them."), max_length=100,
        required=False,
    )  # fmt: skip
    companion = forms.CharField(label=_("Who may come along"), max_length=500, required=False)
    interpreter = forms.CharField(
        label=_("Interpreter they trust, and whom they do not want"), max_length=500, required=False
    )
    guardian = forms.CharField(label=_("Guardian, if there is one"), max_length=500, required=False)


class ChildForm(Form):
    """The steps for somebody under 18."""

    mark_optional = True
    best_interest = forms.CharField(
        label=_("What is best for the child, and why"), max_length=5_000, required=False, widget=text_area(4)
    )
    assent = forms.ChoiceField(
        label=_("What the child says"), choices=[("", _("Not asked yet")), *choices.Assent.choices], required=False
    )
    carers = forms.CharField(
        label=_("Carers who are safe, and who is not"), max_length=2_000, required=False, widget=text_area(3)
    )
    reporting_told = forms.BooleanField(
        label=_("The child, or a safe carer, was told beforehand what the law here makes you report"), required=False
    )


class WhenForm(Form):
    """From when care is counted: a day, with the hour if it is known; or in coarse steps."""

    day = DayField(label=_("Day"), required=False)
    at = time_field(
        _("Hour, if it is known"),
        hint=_("For example 14:30. Without it, time is counted from the first moment of the day."),
    )
    step = forms.ChoiceField(
        label=_("Or about"),
        required=False,
        choices=[("", "–"), *[pair for pair in LastTime.choices if pair[0] != LastTime.LONGER]],
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("day") and not data.get("step"):
            raise forms.ValidationError(_("Give a day, or say about when it was."))
        return data


class ChosenForm(Form):
    """What became of one row of a list; the action knows which answers there are."""

    state = forms.CharField(max_length=20, required=False)


class HandOverForm(Form):
    """Who goes on with the file."""

    to = forms.ChoiceField(label=_("Who goes on"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]


class StandInForm(Form):
    reason = forms.ChoiceField(label=_("Why you stand in"), choices=choices.StandInReason.choices)


class TurnForm(Form):
    """A turn of duty."""

    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Leave it empty for every country without a turn of its own."), required=False,
        choices=countries,
    )  # fmt: skip
    officer = forms.ChoiceField(label=_("On duty"))
    deputy = forms.ChoiceField(label=_("Deputy"), help_text=_("Is called when nobody answers for 30 minutes."))
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until and including"), help_text=_("Leave it empty if it goes on."), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("officer", "deputy"):
            self.fields[name].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]
