"""Secrets of second factors, sealed before they are stored: a copy of the database alone signs nobody in."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from core.encryption import roots

PLACE = b"amparo second factor 1"


class Adapter(DefaultMFAAdapter):
    """Allauth's own adapter; time codes and recovery codes are kept under the root key."""

    def encrypt(self, text: str) -> str:
        """The sealed text as letters and digits."""
        return base64.urlsafe_b64encode(roots.provider().wrap(PLACE, text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again; Tampered when it is not what was stored, KeyUnavailable without the root key."""
        return roots.provider().unwrap(PLACE, base64.urlsafe_b64decode(encrypted_text)).decode()
