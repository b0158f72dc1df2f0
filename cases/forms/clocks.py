"""The forms of a clock."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.deadlines.models import Reason
from core.forms import Form, PartialDate, PartialDateField


class PauseForm(Form):
    """Why the clock stands still, and perhaps until when."""

    reason = forms.ChoiceField(label=_("Why does it stand still?"), choices=Reason.choices, widget=forms.RadioSelect)
    until = PartialDateField(
        label=_("It goes on by itself on"),
        help_text=_("Leave this empty if nobody can say. Then somebody must let it go on."),
        required=False,
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> datetime.date | None:
        given: PartialDate | None = self.cleaned_data["until"]
        if given is None:
            return None
        if not given.year or not given.month or not given.day:
            raise forms.ValidationError(_("Give the whole day, or leave it empty."))
        day = datetime.date(given.year, given.month, given.day)
        if day <= self.today:
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


class MoreTimeForm(Form):
    """How much more time, and why."""

    more = forms.IntegerField(label=_("How much more?"), min_value=1, max_value=365)
    reason = forms.ChoiceField(label=_("Why?"), choices=Reason.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, unit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["more"].help_text = _("In %(unit)s. Somebody else decides about it.") % {"unit": unit}


class DecideTimeForm(Form):
    """Two buttons: more time or not."""

    answer = forms.ChoiceField(choices=[("give", _("Give it")), ("refuse", _("Do not give it"))])

    def clean(self) -> dict[str, bool]:
        data = super().clean() or {}
        return {"approved": data.get("answer") == "give"}
