"""The secret of a second factor is sealed before it reaches the table."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from core.errors import Tampered
from core.second_factors import Adapter
from tests.factories import make_user


@pytest.mark.django_db
def test_a_stored_second_factor_shows_no_secret_and_still_works() -> None:
    secret = generate_totp_secret()
    TOTP.activate(make_user("Fictional"), secret)
    row = Authenticator.objects.get()
    assert secret not in str(row.data)
    assert Adapter().decrypt(row.data["secret"]) == secret


def test_a_sealed_secret_that_was_changed_is_refused() -> None:
    sealed = Adapter().encrypt("FICTIONALSECRET")
    assert Adapter().encrypt("FICTIONALSECRET") != sealed
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(Tampered):
        Adapter().decrypt(changed)
