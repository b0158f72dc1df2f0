"""The order of the questions, which of them apply, and what each answer looks like when it is read again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.actions.intake import RECENT, Told
from cases.choices import ForWhom, Mode, WishFor, YesNoUnknown
from cases.public import forms
from core.forms import Choice

Answers = dict[str, Any]


def _always(_answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """One page: a question with its form, or without one something that is told. `leads` are pages that follow
    from its answer alone, so that changing it later shows them again."""

    key: str
    form: type[forms.Question] | None = None
    applies: Callable[[Answers], bool] = _always
    template: str = "public/question.html"
    leads: tuple[str, ...] = ()
    keeps_on_skip: bool = False
    short: Any = ""

    def fields(self) -> list[str]:
        """Names of the answers this page gives."""
        return list(self.form.base_fields) if self.form else []


def _other(answers: Answers) -> bool:
    return answers.get("for_whom") == ForWhom.OTHER


STEPS = (
    Step("whom", forms.ForWhomForm, leads=("knows", "wants"), short=_("Who it happened to")),
    Step("knows", forms.KnowsForm, applies=_other, short=_("Does that person know?")),
    Step("wants", forms.WantsForm, applies=_other, short=_("Does that person want something done?")),
    Step("age", forms.AgeForm, leads=("young",), short=_("Younger than 18")),
    Step("young", applies=lambda answers: answers.get("child") == YesNoUnknown.YES, template="public/young.html"),
    Step(
        "account",
        forms.AccountForm,
        template="public/account.html",
        keeps_on_skip=True,
        short=_("What happened"),
    ),
    Step("when", forms.WhenForm, leads=("care",), short=_("When it last happened")),
    Step("care", applies=lambda answers: bool(answers.get("last_time")), template="public/care.html"),
    Step("who", forms.WhoForm, short=_("Who did it")),
    Step("must_not_know", forms.MustNotKnowForm, short=_("Who must not know")),
    Step("wishes", forms.WishesForm, short=_("What you would like to happen")),
    Step("mode", forms.ModeForm, leads=("contact", "consents"), short=_("What we may know about you")),
    Step(
        "contact",
        forms.ContactForm,
        applies=lambda answers: answers.get("mode") in (Mode.CONFIDENTIAL, Mode.NAMED),
        short=_("How we can reach you"),
    ),
    Step("consents", forms.ConsentsForm, short=_("What you allow")),
)
NUMBER = {step.key: number for number, step in enumerate(STEPS, start=1)}
REVIEW = len(STEPS) + 1


def at(number: int) -> Step | None:
    """The page of that number in the address, or None."""
    return STEPS[number - 1] if 1 <= number <= len(STEPS) else None


def after(number: int, answers: Answers) -> int:
    """The number of the next page that applies; REVIEW at the end."""
    return next((n for n in range(number + 1, REVIEW) if STEPS[n - 1].applies(answers)), REVIEW)


def before(number: int, answers: Answers) -> int:
    """The number of the page before that applies; 0 is the start page."""
    return next((n for n in range(number - 1, 0, -1) if STEPS[n - 1].applies(answers)), 0)


def follows(number: int, answers: Answers, origin: int) -> int:
    """When one answer is changed from the review: the next page that follows from that answer, else REVIEW."""
    wanted = [NUMBER[key] for key in STEPS[origin - 1].leads]
    return next((n for n in wanted if n > number and STEPS[n - 1].applies(answers)), REVIEW)


def recent(answers: Answers) -> bool:
    """Whether care that works only in the first days may still be in time."""
    return answers.get("last_time") in RECENT


@dataclass(frozen=True)
class Line:
    """One answer as the writer reads it again."""

    label: Any
    values: list[Any]
    number: int


def review(answers: Answers) -> list[Line]:
    """What was answered, page by page, in the words of the page; pages without an answer are left out."""
    lines = []
    for number, step in enumerate(STEPS, start=1):
        if step.form is None or not step.applies(answers):
            continue
        form = step.form(answers=answers)
        values = []
        for name, field in form.fields.items():
            values += _in_words(field, answers.get(name))
        if values:
            lines.append(Line(step.short, values, number))
    return lines


def _in_words(field: Any, value: Any) -> list[Any]:
    if not value:
        return []
    if not hasattr(field, "choices"):
        return [value]
    known = dict(field.choices)
    chosen = value if isinstance(value, list) else [value]
    labels = [known[each] for each in chosen if each in known]
    return [label.label if isinstance(label, Choice) else label for label in labels]


def told(answers: Answers, *, language: str) -> Told:
    """The answers as the action takes them; those of pages that no longer apply are left behind."""
    given: Answers = {}
    for step in STEPS:
        if step.applies(answers):
            given.update({name: answers[name] for name in step.fields() if answers.get(name)})
    allowed = {purpose for purpose, _words in forms.consent_choices(given.get("mode", ""))}
    given["consents"] = tuple(each for each in given.get("consents", ()) if each in allowed)
    given["wishes"] = tuple(each for each in given.get("wishes", ()) if each in WishFor.values)
    given.setdefault("for_whom", ForWhom.UNKNOWN)
    given.setdefault("account", "")
    return Told(language=language, **given)
