"""Forms of allauth in our words: labels instead of placeholders, and no way round the second person for a reset."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class Plain:
    """Takes placeholders away: the label says it, and stays while one types. A lost password is no link anywhere,
    since a reset needs a second person."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
        for name in {"password", "oldpassword"} & set(self.fields):  # type: ignore[attr-defined]
            self.fields[name].help_text = ""  # type: ignore[attr-defined]


class SignIn(Plain, LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")


class Confirm(Plain, ReauthenticateForm):
    """The password once more."""


class NewPassword(Plain, ChangePasswordForm):
    """The old password and a new one."""


class SecondStep(Plain, AuthenticateForm):
    """Six digits or a recovery code."""


class SecondStepAgain(Plain, MfaReauthenticateForm):
    """The same, once more before something sensitive."""


class NewApp(Plain, ActivateTOTPForm):
    """The first digits of a new authenticator app."""


class NewPasskey(Plain, AddWebAuthnForm):
    """A name for a passkey, and whether it is to sign in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("So that you tell it from others, for example: the key on my ring.")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without the password")
        alone.help_text = _("It then asks for your fingerprint, your face or a code of its own.")


class PasskeyName(Plain, EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
