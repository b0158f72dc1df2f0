"""Forms of the gallery: one field of every kind, on either side."""

from __future__ import annotations

from typing import Any

from django import forms

from config.gallery.content import NOW
from core.forms import Choice, Form, PartialDateField, PublicForm


class Account(PublicForm):
    """The one question that has to be answered."""

    account = forms.CharField(
        label="What happened?",
        help_text="You may leave out names, days, and whatever you would rather keep to yourself.",
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={"required": "Nothing is written yet. A single line is enough."},
    )
    attachments = forms.FileField(
        label="Add a recording, a photo or a file",
        help_text="The place stored inside a photo is taken out. What can be seen or heard stays.",
        required=False,
    )


class When(PublicForm):
    """A question with choices."""

    when = forms.ChoiceField(
        label="When did it last happen?",
        help_text="Some help works best early. You can skip this.",
        choices=[
            ("1", "Today or yesterday"),
            ("3", "In the last 3 days"),
            ("5", "In the last 5 days"),
            ("more", "Longer ago"),
            ("unsure", Choice("I am not sure", "That is fine.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one, or press “Skip”."},
    )
    wishes = forms.MultipleChoiceField(
        label="What would you like?",
        choices=[("care", "See a nurse or a doctor"), ("talk", "Talk to someone"), ("none", "Only that it is known")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="Noor may call me", help_text="On Tuesdays, after 14:00", required=False)
    day = PartialDateField(label="The day, if you know it", required=False, offer_unknown=True)


class Complaint(Form):
    """What a focal point fills in while listening."""

    whole = frozenset({"channel"})

    safe = forms.ChoiceField(
        label="Is the person safe now?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        widget=forms.RadioSelect(attrs={"class": "inline"}),
        error_messages={"required": "Say whether the person is safe now. “Not known” is an answer."},
    )
    recent = forms.ChoiceField(
        label="Did it happen in the last 5 days?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        widget=forms.RadioSelect(attrs={"class": "inline"}),
        required=False,
    )
    account = forms.CharField(
        label="In their words",
        help_text="As it was said and in that language. Gaps are fine.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    where = forms.CharField(label="Where", help_text="A place, or a kind of place", required=False)
    when = PartialDateField(label="When", help_text="A month is enough", required=False)
    code = forms.CharField(label="The person affected", help_text="A code, not a name", required=False)
    band = forms.ChoiceField(
        label="Age and sex",
        help_text="As far as you can tell",
        choices=[("", "Not known"), ("w", "Woman"), ("g", "Girl, under 18"), ("m", "Man"), ("b", "Boy, under 18")],
        required=False,
    )
    channel = forms.ChoiceField(
        label="Channel", choices=[("face", "In person, to a focal point"), ("phone", "Phone line")], required=False
    )
    aware = PartialDateField(
        label="North Relief became aware", help_text="Earlier, if a colleague knew. Clocks start here."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.no_later_than(NOW.date(), "aware")


class Filters(Form):
    """Filters of a list: codes and choices, no words about people."""

    office = forms.ChoiceField(
        label="Office", choices=[("", "Any"), ("lake", "Lake"), ("hill", "Hill")], required=False
    )
    state = forms.ChoiceField(
        label="State", choices=[("", "Any"), ("open", "Any open"), ("t", "Triage")], required=False
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "Any"), ("sea", "Exploitation or abuse")], required=False)
    clock = forms.ChoiceField(label="Clock", choices=[("", "Any"), ("late", "Late"), ("soon", "Soon")], required=False)


class Reason(Form):
    """One reason."""

    reason = forms.CharField(
        label="Your reason", help_text="Two lines. No names.", widget=forms.Textarea(attrs={"rows": 3})
    )
