"""Forms that say which version of a case they were drawn from, so that nobody overwrites what they never saw."""

import json
from typing import Any, Self, cast

from django import forms
from django.http import QueryDict

from cases.actions.versions import Seen, snapshot
from cases.models import Case
from core.forms import Form


class Versioned(Form):
    """The version of the case and what the page showed of it travel with the form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def of(case: Case) -> dict[str, Any]:
        """The first values of a form about this case."""
        return {"version": case.version, "shown": json.dumps(snapshot(case))}

    def on(self, case: Case) -> Self:
        """The form with what was written in it, on the present version of the case; without corrections."""
        sent = cast(QueryDict, self.data).copy()
        for name, value in self.of(case).items():
            sent[name] = str(value)
        self.data = sent
        return self

    def clean(self) -> dict[str, Any]:
        """`version` and `shown` become one value, `seen`, as actions take it."""
        data = super().clean() or {}
        data["seen"] = Seen(data.pop("version", None) or 0, _read(data.pop("shown", "")))
        return data


def _read(text: str) -> dict[str, str]:
    """What the page showed; nothing where that cannot be read."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
