"""Recording a yes somebody gave, and taking one back."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases.actions.consents import EDITION, WORDS
from cases.choices import Purpose
from cases.models import Consent, Participant, Person
from core.forms import Choice, Form
from core.organisations import Organisation


class ConsentForm(Form):
    """What somebody agreed to, in which words, and how they said so."""

    person = forms.ChoiceField(label=_("Who says yes"))
    purpose = forms.ChoiceField(
        label=_("To what"),
        help_text=_("Read the sentence to the person in their language, and wait for the answer."),
        choices=[(purpose, Choice(purpose.label, words)) for purpose, words in WORDS.items()],
        widget=forms.RadioSelect,
    )
    recipient = forms.CharField(
        label=_("For whom"), help_text=_("Only for a referral: the name of the one service"), max_length=80,
        required=False,
    )  # fmt: skip
    method = forms.ChoiceField(label=_("How"), choices=[pair for pair in Consent.METHODS if pair[0] != "form"])
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, people: list[Participant], organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {each.code: each for each in people}
        names = {code: str(label) for code, label in settings.LANGUAGES}
        languages = [(code, names.get(code, code)) for code in organisation.languages]
        self._choose("person", [(code, f"{code} · {each.get_part_display()}") for code, each in self.people.items()])
        self._choose("language", [*languages, ("und", _("Another language"))])

    def _choose(self, name: str, pairs: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = pairs

    def clean(self) -> dict[str, Any]:
        """As the action takes it; the edition of the words goes along."""
        data = super().clean() or {}
        if "person" in data:
            data["person"] = self.people[data["person"]].person
        if data.get("purpose") == Purpose.REFERRAL and not (data.get("recipient") or "").strip():
            self.add_error("recipient", _("Say to whom: a yes to a referral holds for one recipient alone."))
        elif data.get("purpose") != Purpose.REFERRAL:
            data["recipient"] = ""
        return {**data, "recipient": (data.get("recipient") or "").strip(), "wording": EDITION}


class EndConsentForm(Form):
    """Which yes is taken back; sent by a button beside it."""

    person = forms.ChoiceField()
    purpose = forms.ChoiceField(choices=Purpose.choices)
    recipient = forms.CharField(required=False)

    def __init__(self, *args: Any, people: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {each.code: each.person for each in people}
        cast(forms.ChoiceField, self.fields["person"]).choices = [(code, code) for code in self.people]

    def clean_person(self) -> Person:
        return self.people[self.cleaned_data["person"]]
