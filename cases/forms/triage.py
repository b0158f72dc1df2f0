"""The form of triage: every part may be kept as a draft; only the decision needs the whole."""

import json
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.actions.triage import Findings, snapshot
from cases.choices import AllegationType, PriorityReason, TriageDecision, YesNoUnknown
from cases.models import Case
from core.forms import Choice, Form

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
#: What only a person can see; the reports themselves give the others.
BY_HAND = (
    PriorityReason.ONGOING_CONTACT, PriorityReason.THREAT, PriorityReason.SEVERAL_VICTIMS,
    PriorityReason.REPEAT_SUBJECT,
)  # fmt: skip


class TriageForm(Form):
    """What one person decides about one report."""

    _errors: ErrorDict | None  # Django's own: empty means that nothing is corrected yet

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
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

    def answers(self) -> dict[str, Any]:
        """What was filled in, as it came, for the draft."""
        left_out = ("csrfmiddlewaretoken", "act", "version", "seen")
        sent = cast(QueryDict, self.data)
        return {key: sent.getlist(key) for key in sent if key not in left_out}

    def findings(self) -> Findings:
        """The valid form as the domain wants it."""
        data = self.cleaned_data
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

    def seen_values(self) -> dict[str, str]:
        """What the page showed of the case when it was sent; nothing where that cannot be read."""
        try:
            found = json.loads(self.cleaned_data.get("seen") or "{}")
        except ValueError:
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def of_case(case: Case, kept: dict[str, Any]) -> TriageForm:
    """The form as it was left, or empty, with the present version of the case; without corrections."""
    data = QueryDict(mutable=True)
    for key, values in kept.items():
        data.setlist(key, list(values))
    if "stream" not in data:
        data["stream"] = case.stream
    data["version"] = str(case.version)
    data["seen"] = json.dumps(snapshot(case))
    form = TriageForm(data)
    form._errors = ErrorDict()
    return form
