"""The form of triage: every part may be kept as a draft; only the decision needs the whole."""

from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.actions.triage import BY_HAND, Findings, open_allegations
from cases.choices import AllegationType, Part, TriageDecision, YesNoUnknown
from cases.forms.versions import Versioned
from cases.models import Case
from cases.selectors import people_of
from core.forms import Choice

INLINE = {"class": "inline"}
CHOOSE = ("", _("Choose"))

GROUPS = (
    (_("Sexual abuse"), "sa_"),
    (_("Sexual exploitation"), "se_"),
    (_("Sexual harassment at work"), "sh_"),
    (_("Other"), ""),
)


def grouped_kinds() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The types of allegation under the kinds they belong to (§2.3)."""
    rest = list(AllegationType.choices)
    found = []
    for title, prefix in GROUPS:
        mine = [pair for pair in rest if not prefix or pair[0].startswith(prefix)]
        rest = [pair for pair in rest if pair not in mine]
        found.append((title, mine))
    return found


DECISIONS = [
    (
        TriageDecision.OPEN,
        Choice(TriageDecision.OPEN.label, _("A clock of 7 days starts. The person affected is told in plain words.")),
    ),
    (
        TriageDecision.REFER,
        Choice(TriageDecision.REFER.label, _("Only with the survivor’s agreement. You keep following it.")),
    ),
    (
        TriageDecision.INFORMATION,
        Choice(TriageDecision.INFORMATION.label, _("Too little to go on today. It can be taken up again at any time.")),
    ),
    (
        TriageDecision.OUT_OF_SCOPE,
        Choice(
            TriageDecision.OUT_OF_SCOPE.label, _("Offer services and say so kindly. This is never “unsubstantiated”.")
        ),
    ),
    (
        TriageDecision.DUPLICATE,
        Choice(TriageDecision.DUPLICATE.label, _("Its reports and people move to the other case; this one is closed.")),
    ),
]


class TriageForm(Versioned):
    """What one person decides about one report."""

    _errors: ErrorDict | None  # Django's own: empty means that nothing is corrected yet

    safe = forms.ChoiceField(
        label=_("Is the person safe now?"), choices=YesNoUnknown.choices, required=False,
        widget=forms.RadioSelect(attrs=INLINE),
    )  # fmt: skip
    ask_support = forms.BooleanField(
        label=_("Ask victim support to help now"), help_text=_("No name is passed on."), required=False
    )
    standing = forms.ChoiceField(
        label=_("The person affected is"), choices=[CHOOSE, *choices.Standing.choices], required=False
    )
    personnel = forms.ChoiceField(
        label=_("The person it is about is"), choices=[CHOOSE, *choices.Personnel.choices], required=False
    )
    senior = forms.BooleanField(
        label=_("The person it is about is senior (P-5 or above, or a manager)"), required=False
    )
    stream = forms.ChoiceField(
        label=_("Kind"), choices=choices.Stream.choices, required=False, widget=forms.RadioSelect(attrs=INLINE)
    )
    kinds = forms.MultipleChoiceField(
        label=_("Types"), help_text=_("Each type becomes an allegation of its own."), choices=grouped_kinds,
        required=False, widget=forms.CheckboxSelectMultiple(attrs=INLINE),
    )  # fmt: skip
    paternity = forms.BooleanField(label=_("There is a claim of paternity"), required=False)
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("By the rule")), *choices.Category.choices]
    )
    reasons = forms.MultipleChoiceField(
        label=_("What else makes it urgent?"), required=False, widget=forms.CheckboxSelectMultiple(attrs=INLINE),
        choices=[(reason.value, reason.label) for reason in BY_HAND],
    )  # fmt: skip
    priority = forms.ChoiceField(
        label=_("I see it differently"), help_text=_("Write why into your reason below."), required=False,
        choices=[("", _("By these reasons")), *choices.Priority.choices],
    )  # fmt: skip
    decision = forms.ChoiceField(
        label=_("What happens now"), choices=DECISIONS, required=False, widget=forms.RadioSelect
    )
    recipient = forms.CharField(
        label=_("Refer to"), help_text=_("Only for a referral: the organisation’s name"), max_length=80, required=False
    )
    into = forms.CharField(
        label=_("The same as"), help_text=_("Only for a duplicate: the other case’s reference"), max_length=9,
        required=False,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Your reason"), help_text=_("Two lines someone can follow a year from now. No names."),
        max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priority"].label_hidden = True  # type: ignore[attr-defined]

    def answers(self) -> dict[str, list[str]]:
        """What was filled in, as it came, for the draft."""
        left_out = ("csrfmiddlewaretoken", "act", "version", "shown")
        sent = cast(QueryDict, self.data)
        return {key: sent.getlist(key) for key in sent if key not in left_out}

    def unlike(self, kept: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
        """Where a draft somebody else kept differs from what was written here: label → (here, there), in words."""
        mine, found = self.answers(), {}
        for name, field in self.fields.items():
            here, there = (self.words(field, given.get(name, [])) for given in (mine, kept))
            if kept and here != there:
                found[str(field.label)] = (here, there)
        return found

    @staticmethod
    def words(field: forms.Field, values: list[str]) -> str:
        """What was chosen or written in a field, in words."""
        if isinstance(field, forms.ChoiceField):
            labels: dict[Any, Any] = dict(flatten_choices(cast(Any, field.choices)))
            values = [str(labels.get(value, value)) for value in values if value]
        return ", ".join(values)

    @staticmethod
    def findings(data: dict[str, Any]) -> Findings:
        """The valid form as the domain wants it."""
        return Findings(
            standing=data["standing"],
            personnel=data["personnel"],
            senior=data["senior"],
            stream=data["stream"] or choices.Stream.UNKNOWN,
            kinds=tuple(data["kinds"]),
            paternity=data["paternity"],
            category=int(data["category"]) if data["category"] else None,
            priority=data["priority"],
            reasons=tuple(data["reasons"]),
        )


def of_case(case: Case, kept: dict[str, Any]) -> TriageForm:
    """The form as it was left, or as it was last decided, with the present version of the case; uncorrected."""
    data = QueryDict(mutable=True)
    for key, values in (kept or decided(case)).items():
        data.setlist(key, list(values))
    for key, value in TriageForm.of(case).items():
        data[key] = str(value)
    form = TriageForm(data)
    form._errors = ErrorDict()
    return form


def decided(case: Case) -> dict[str, list[str]]:
    """What is on record of an earlier triage, as the form sends it; whoever triages again starts from there."""
    people = list(people_of(case))
    alleged = list(open_allegations(case).order_by("created_at", "id"))
    found = {
        "stream": [case.stream],
        "kinds": [each.kind for each in alleged],
        "reasons": [reason for reason in case.priority_reasons if reason in BY_HAND],
        "standing": [each.standing for each in people if each.part == Part.VICTIM][:1],
        "personnel": [each.personnel for each in people if each.part == Part.SUBJECT][:1],
        "senior": ["on" for each in people if each.part == Part.SUBJECT and each.senior][:1],
        "paternity": ["on" for each in alleged if each.paternity][:1],
    }
    return {name: values for name, values in found.items() if values}
