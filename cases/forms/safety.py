"""Asking whether a step is safe, and naming whoever tells a person what changes."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Participant, SafetyQuestion
from core.forms import Form
from core.organisations import User


class VictimForm(Form):
    """A form about one person affected, by code."""

    victim = forms.ChoiceField(label=_("The person affected"))

    def __init__(self, *args: Any, victims: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.victims = {person.code: person for person in victims}
        cast(forms.ChoiceField, self.fields["victim"]).choices = [(code, code) for code in self.victims]

    def clean_victim(self) -> Participant:
        return self.victims[self.cleaned_data["victim"]]


class AskSafetyForm(VictimForm):
    """Is this step safe for this person?"""

    step = forms.ChoiceField(
        label=_("What is about to happen?"),
        help_text=_("The support side answers: go on, wait until a day, or that the person was not asked. Never why."),
        choices=SafetyQuestion.STEPS,
    )


class ContactForm(VictimForm):
    """Who tells this person what changes."""

    who = forms.ChoiceField(
        label=_("Named contact"), help_text=_("Empty: the support side. Investigators never learn the way."),
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, who: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {user.mark: user for user in who}
        choices = [("", _("The support side")), *((user.mark, user.name) for user in who)]
        cast(forms.ChoiceField, self.fields["who"]).choices = choices

    def clean_who(self) -> User | None:
        return self.offered.get(self.cleaned_data["who"])


class TellForm(Form):
    """How the person was told, and how they took it; both are sealed."""

    channel = forms.CharField(
        label=_("How was the person told?"),
        help_text=_("The agreed way, for example: in person, at the agreed place. Investigators never see this."),
        max_length=500,
    )
    reception = forms.CharField(
        label=_("How did the person take it, and what do they want now?"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
