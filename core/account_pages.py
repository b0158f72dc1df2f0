"""Pages of one's own account that allauth does not have."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from core.forms import Form
from core.language import staff_choices
from core.organisations import User


def closed(_request: HttpRequest) -> HttpResponse:
    """There is no such page: it needs a second person."""
    raise Http404


class NewPassword(Form):
    """A password, twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words that only you would put together are best."),
    )
    again = forms.CharField(
        label=_("The same once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if "password" in found and found["password"] != found.get("again"):
            self.add_error("again", _("The two are not the same."))
        return found


class Choose(View):
    """Where the link of an invitation leads: works once, for three days, and until a password is chosen."""

    user: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.user = User.objects.filter(mark=kwargs["mark"].upper(), is_active=True).first()
        if self.user is None or not default_token_generator.check_token(self.user, kwargs["token"]):
            return TemplateResponse(request, "account/choose_gone.html", status=404)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_path: str) -> HttpResponse:
        return self.show(NewPassword(user=self.user))

    def post(self, request: HttpRequest, **_path: str) -> HttpResponse:
        form = NewPassword(request.POST, user=self.user)
        if not form.is_valid():
            return self.show(form, 422)
        self.user.set_password(form.cleaned_data["password"])
        self.user.save(update_fields=["password"])
        messages.success(request, _("Your password is set. Sign in with it now."))
        return HttpResponseRedirect(reverse("account_login"))

    def show(self, form: Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "rules": password_validators_help_texts()}
        return TemplateResponse(self.request, "account/choose.html", context, status=status)


class LanguageForm(Form):
    language = forms.ChoiceField(label=_("Language"), choices=staff_choices, widget=forms.RadioSelect, required=True)


class Language(LoginRequiredMixin, View):
    """The language one's pages and e-mails are written in."""

    def get(self, request: Any) -> HttpResponse:
        return self.show(LanguageForm(initial={"language": request.user.language or request.LANGUAGE_CODE}))

    def post(self, request: Any) -> HttpResponse:
        form = LanguageForm(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        User.objects.filter(pk=request.user.pk).update(language=form.cleaned_data["language"])
        return HttpResponseRedirect(reverse("account_language"))

    def show(self, form: Form, status: int = 200) -> HttpResponse:
        return TemplateResponse(self.request, "account/language.html", {"form": form}, status=status)
