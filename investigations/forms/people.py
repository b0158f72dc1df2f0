"""Findings, departure, withdrawal, decision, measures and appeal: all about one person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import AllegationSubject
from core.forms import Choice, DayField, Form
from investigations import choices
from investigations.actions.deciding import Wanted
from investigations.forms.work import CHOOSE, REASON_HELP, words

MEASURES = 3


class FindingsForm(Form):
    """One finding for each allegation about one person."""

    def __init__(self, *args: Any, pairs: list[AllegationSubject], standard: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pairs = pairs
        for number, pair in enumerate(pairs):
            name = pair.allegation.get_kind_display()
            self.fields[f"result_{number}"] = forms.ChoiceField(
                label=_("%(allegation)s: what was found?") % {"allegation": name},
                choices=[("", _("Not yet")), *choices.Result.choices],
                required=False,
            )
            self.fields[f"standard_{number}"] = forms.ChoiceField(
                label=_("Standard of proof"), choices=choices.Standard.choices, initial=standard,
                help_text=_("The organisation’s rules ask for: %(standard)s.")
                % {"standard": choices.Standard(standard).label},
            )  # fmt: skip
            self.fields[f"reasoning_{number}"] = words(_("What speaks for it, what against it"), required=False, rows=4)

    def found(self) -> list[tuple[AllegationSubject, dict[str, str]]]:
        """The pairs somebody filled in."""
        data = self.cleaned_data
        return [
            (pair, {name: data[f"{name}_{number}"] for name in ("result", "standard", "reasoning")})
            for number, pair in enumerate(self.pairs)
            if data[f"result_{number}"]
        ]


class LeftForm(Form):
    """That a person named is no longer there."""

    kind = forms.ChoiceField(label=_("What happened?"), choices=choices.LeftKind.choices, widget=forms.RadioSelect)
    on = DayField(label=_("On which day?"))


class AllowForm(Form):
    """Why a step cannot wait for the answer."""

    because = words(_("Why can this not wait for the answer?"), help_text=REASON_HELP, rows=3)


class WithdrawalForm(Form):
    """The check on pressure, and what follows."""

    pressure = forms.ChoiceField(
        label=_("Was the person put under pressure?"), choices=choices.Pressure.choices, widget=forms.RadioSelect
    )
    goes_on = forms.ChoiceField(
        label=_("What follows?"),
        choices=[
            ("yes", Choice(_("It goes on without this person"), _("With what else there is to find out."))),
            ("no", Choice(_("It ends"), _("Everything not found yet is closed as “the person affected withdrew”."))),
        ],
        widget=forms.RadioSelect,
    )
    words = words(_("Your reason"), help_text=REASON_HELP, rows=3)


class DecisionForm(Form):
    """A sanction with its measures, or none."""

    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("sanction", _("A sanction")), ("none", _("No sanction"))],
        widget=forms.RadioSelect,
    )
    reasons = words(_("Your reasons"), rows=6, help_text=_("So that the person and a tribunal can follow them."))

    def __init__(self, *args: Any, personnel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [CHOOSE, *[(str(kind), kind.label) for kind in choices.measures_for(personnel)]]
        for number in range(1, MEASURES + 1):
            self.fields[f"measure_{number}"] = forms.ChoiceField(
                label=_("Measure %(number)d") % {"number": number}, choices=kinds, required=False
            )
            self.fields[f"starts_{number}"] = DayField(label=_("from"), required=False)
            self.fields[f"ends_{number}"] = DayField(label=_("to, if it ends"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, MEASURES + 1):
            if data.get(f"measure_{number}") and not data.get(f"starts_{number}"):
                self.add_error(f"starts_{number}", _("Say from when."))
        return data

    def wanted(self) -> list[Wanted]:
        """The measures that were filled in."""
        data = self.cleaned_data
        return [
            Wanted(data[f"measure_{number}"], data[f"starts_{number}"], data[f"ends_{number}"])
            for number in range(1, MEASURES + 1)
            if data[f"measure_{number}"]
        ]


class InterimForm(Form):
    """A measure until the decision."""

    kind = forms.ChoiceField(label=_("Which measure?"), widget=forms.RadioSelect)
    starts_on = DayField(label=_("from"))
    ends_on = DayField(label=_("to, if it ends"), required=False)
    reasons = words(_("Your reasons"), rows=3, help_text=_("Whom or what it keeps safe. It is never a punishment."))

    def __init__(self, *args: Any, personnel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(kind), kind.label) for kind in choices.interim_for(personnel)]

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(data["kind"], data["starts_on"], data["ends_on"])


class CarriedOutForm(Form):
    """When a measure was carried out, and by what it can be seen."""

    on = DayField(label=_("Carried out on"))
    proof = words(_("By what can it be seen?"), rows=3, help_text=_("The letter, the order, the entry. Sealed."))


class AppealEndForm(Form):
    """What became of the appeal."""

    outcome = forms.ChoiceField(
        label=_("What was decided?"),
        choices=[("upheld", _("The sanction stands")), ("reversed", _("The sanction is reversed"))],
        widget=forms.RadioSelect,
    )
    words = words(_("By whom, and in which decision?"), rows=3)
