"""The questions: one form each, in plain words, and nothing required but the account."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.choices import ForWhom, LastTime, Mode, Purpose, WishFor, YesNoUnknown
from core.encryption.codes import NotACode, parse
from core.forms import Choice, PublicForm

#: What no keyboard writes and no database keeps; a text copied from elsewhere may carry it unseen.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONG = 20_000  # characters of an account: about ten printed pages
SHORT = 300

YES_NO = [
    (YesNoUnknown.YES, _("Yes")),
    (YesNoUnknown.NO, _("No")),
    (YesNoUnknown.UNKNOWN, pgettext_lazy("answer", "I do not know")),
]
TOO_LONG = {"max_length": _("This is more than fits here. Please make it a little shorter.")}


def radio(label: Any, choices: Any) -> forms.ChoiceField:
    """One answer out of a few, or none."""
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


class Words(forms.CharField):
    """A text without the characters that cannot be seen, and that its writer could not take out."""

    def to_python(self, value: Any) -> str | None:
        found = super().to_python(value)
        return UNSEEN.sub("", found).strip() if found else found


def line(label: Any, hint: Any = "") -> Words:
    """A few words."""
    widget = forms.TextInput({"autocomplete": "off"})
    return Words(label=label, help_text=hint, required=False, max_length=SHORT, widget=widget, error_messages=TOO_LONG)


def words(label: Any, hint: Any = "", rows: int = 8, most: int = LONG) -> Words:
    """Room to write."""
    widget = forms.Textarea({"rows": rows, "autocomplete": "off"})
    return Words(label=label, help_text=hint, required=False, max_length=most, widget=widget, error_messages=TOO_LONG)


class Question(PublicForm):
    """One question. `heading` is the question itself; a form with one field lends it as the field's label."""

    heading: Any = ""
    lead: Any = ""

    def __init__(self, *args: Any, answers: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.answers = answers or {}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label_hidden = field.label in ("", self.heading)  # type: ignore[attr-defined]

    @property
    def only(self) -> Any:
        """The one field of a page that has no other: its label is the heading of the page."""
        return self[next(iter(self.fields))] if len(self.fields) == 1 else None

    @property
    def about_myself(self) -> bool:
        return self.answers.get("for_whom") == ForWhom.SELF


class ForWhomForm(Question):
    heading = _("Who did this happen to?")
    for_whom = radio(heading, [(ForWhom.SELF, _("To me")), (ForWhom.OTHER, _("To someone else"))])


class KnowsForm(Question):
    heading = _("Does that person know that you are writing to us?")
    lead = _(
        "If they do not know, nobody contacts them because of what you write, "
        "until someone trained has found out how to do it safely."
    )
    affected_knows = radio(heading, YES_NO)


class WantsForm(Question):
    heading = _("Does that person want something to be done?")
    lead = _("It is fine if you do not know.")
    affected_wants = radio(heading, YES_NO)


class AgeForm(Question):
    child = radio("", YES_NO)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading = _("Are you younger than 18?") if self.about_myself else _("Is that person younger than 18?")
        self.fields["child"].label = self.heading
        self.fields["child"].label_hidden = True  # type: ignore[attr-defined]
        if self.about_myself:
            self.fields["child"].choices = YES_NO[:2]  # type: ignore[attr-defined]


class AccountForm(Question):
    heading = _("What happened?")
    lead = _("Use your own words, in any language. Write as much or as little as you like.")
    account = words(
        heading,
        _(
            "It can help to say where it was, who was there, and what was said or done. "
            "You can leave out names, days, and anything you do not want to say."
        ),
    )


class WhenForm(Question):
    heading = _("When did it last happen?")
    lead = _("We ask because some care works best in the first days. You do not have to know the day.")
    last_time = radio(
        heading,
        [
            (LastTime.TODAY_OR_YESTERDAY, _("Today or yesterday")),
            (LastTime.THREE_DAYS, _("In the last 3 days")),
            (LastTime.FIVE_DAYS, _("In the last 5 days")),
            (LastTime.LONGER, _("Longer ago")),
            (LastTime.NOT_SURE, _("I am not sure")),
        ],
    )


class WhoForm(Question):
    heading = _("Who did it?")
    lead = _("Only what you know and want to say. A description is enough, and you can leave everything empty.")
    subject_name = line(_("Name, or what people call them"))
    subject_work = line(_("What they do"), _("For example: driver, guard, teacher, gives out food"))
    subject_place = line(_("Where they work, or for whom"))


class MustNotKnowForm(Question):
    heading = _("Is there anyone, or an office, that must not know of this?")
    lead = _("We keep it from them from the start. You do not have to say why.")
    must_not_know = words(heading, _("Names, or for example “the Lake office” or “my boss”."), rows=4, most=2000)


class WishesForm(Question):
    heading = _("What would you like to happen?")
    lead = _("You can choose several, or none. We cannot promise everything, and we tell you what we can do.")
    wishes = forms.MultipleChoiceField(
        label=heading,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (WishFor.SUPPORT, _("Get help or support")),
            (WishFor.SAFETY, _("Be safe")),
            (WishFor.STOP, _("Make it stop")),
            (WishFor.LOOKED_INTO, _("Have it looked into")),
            (WishFor.KNOWN, _("Only that someone knows")),
            (WishFor.ADVICE, _("Get advice first")),
            (WishFor.NOT_SURE, _("I am not sure yet")),
        ],
    )
    wishes_words = words(_("Something else"), rows=3, most=2000)


class ModeForm(Question):
    heading = _("How much may we know about you?")
    lead = _("You can change your mind later and tell us more. What you told us cannot be made untold.")
    mode = radio(
        heading,
        [
            (
                Mode.ANONYMOUS,
                Choice(
                    _("Nothing"), _("We do not ask who you are. We write to each other on this page, with your number.")
                ),
            ),
            (
                Mode.CONFIDENTIAL,
                Choice(
                    _("Who I am, but keep it among few"),
                    _(
                        "Only those who read new reports and those who give support know. "
                        "Nobody else, unless you say yes later."
                    ),
                ),
            ),
            (
                Mode.NAMED,
                Choice(
                    _("Who I am, and you may use it"), _("Those who look into what happened may know your name too.")
                ),
            ),
        ],
    )


class ContactForm(Question):
    heading = _("How can we reach you safely?")
    lead = _("Fill in only what is safe for you. We use nothing else, and we say nothing to anybody who answers.")
    name = line(_("What should we call you?"))
    contact = line(_("Phone, e-mail or another way"))
    safe_way = words(
        _("A safe way and time"),
        _("For example: only text, only after 4 in the afternoon, never when my brother is at home."),
        rows=3,
        most=1000,
    )


class ConsentsForm(Question):
    heading = _("What do you allow?")
    lead = _("Nothing is ticked for you. You can take each of them back at any time, with your number.")
    consents = forms.MultipleChoiceField(label=heading, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consents"].choices = consent_choices(self.answers.get("mode", ""))  # type: ignore[attr-defined]


def consent_choices(mode: str) -> list[tuple[str, Any]]:
    """What a reporter may allow, given how known they want to be: purposes with their words."""
    found: list[tuple[str, Any]] = [
        (
            Purpose.SUPPORT,
            Choice(
                _("Someone who gives support may write to me"),
                _(
                    "On this page, or in the safe way you gave. "
                    "They do not look into what happened; they are there for you."
                ),
            ),
        )
    ]
    if mode == Mode.CONFIDENTIAL:
        found.append(
            (
                Purpose.INVESTIGATION,
                Choice(
                    _("Those who look into it may know my name"),
                    _("Without this, they work without knowing who you are."),
                ),
            )
        )
    found.append(
        (
            Purpose.STATISTICS,
            Choice(_("You may count this in numbers"), _("Only as one of many: no name, no place, no story.")),
        )
    )
    return found


# --- coming back ---------------------------------------------------------------------------------------------------


class NumberField(forms.CharField):
    """A receipt's digits in any numeral script; gives twenty ASCII digits."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 60, "spellcheck": "false"}
        super().__init__(max_length=60, widget=forms.TextInput(attributes), required=False, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return parse(str(value or ""))
        except NotACode as error:
            raise forms.ValidationError(str(error.message)) from None


class NumberForm(PublicForm):
    code = NumberField(
        label=_("Your number"), help_text=_("20 digits. Spaces do not matter. You can use your own digits.")
    )
    phrase = forms.CharField(
        label=_("Your secret word, if you set one"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )


class AgainForm(PublicForm):
    again = NumberField(label=_("Type your number once, to be sure you have it"))


class MessageForm(PublicForm):
    text = Words(
        label=_("Write back"),
        max_length=LONG,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("There is nothing written yet."), **TOO_LONG},
    )


class PhraseForm(PublicForm):
    phrase = forms.CharField(
        label=_("A secret word or sentence"),
        help_text=_("At least 6 letters. If you forget it, nobody can open the page again, not even we."),
        min_length=6,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        error_messages={
            "required": _("Write a word or a sentence first."),
            "min_length": _("This is too short. Take at least 6 letters."),
        },
    )
    again = forms.CharField(
        label=_("The same once more"), required=False, strip=False, widget=forms.PasswordInput({"autocomplete": "off"})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "phrase" in found and found["phrase"] != found.get("again"):
            self.add_error("again", _("The two are not the same. Please write them again."))
        return found
