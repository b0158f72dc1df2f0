"""One cookie, and the proof that a form was sent from a page of ours.

Django's own protection keeps its secret in a cookie of its own or in the session; a reporter gets neither, so that one
cookie which dies with the browser is all a device holds. What is here instead is the plain "synchroniser" pattern of
ASVS 3.5: each form carries a value made from the secret in the cookie, which no other site can read; and the cookie is
SameSite=Strict, so that no other site can make a browser send it.
"""

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FIELD = "page"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
OURS = ("same-origin", "none")


def cookie_name() -> str:
    """The name of the one cookie; in production one that only this host may set, over TLS."""
    return "__Host-page" if settings.PRODUCTION else "page"


def token_of(request: HttpRequest) -> str:
    """The token in the cookie, or "" for anything that cannot be one."""
    found = request.COOKIES.get(cookie_name(), "")
    return found if TOKEN.fullmatch(found) else ""


def give(response: HttpResponse, token: str) -> None:
    """Set the cookie; it ends with the browser."""
    response.set_cookie(cookie_name(), token, secure=settings.PRODUCTION, httponly=True, samesite="Strict", path="/")


def take_back(response: HttpResponse) -> None:
    """Expire the cookie."""
    response.set_cookie(
        cookie_name(), "", max_age=0, secure=settings.PRODUCTION, httponly=True, samesite="Strict", path="/"
    )


def form_token(token: str) -> str:
    """The value a form carries, 64 hexadecimal digits; shows nothing of the token it is made from."""
    return hmac.new(token.encode(), b"amparo form 1", hashlib.sha256).hexdigest() if token else ""


def from_our_page(request: HttpRequest) -> bool:
    """False when the browser itself says that another site sent this form.

    Under `Referrer-Policy: no-referrer` browsers write "null" for the origin of their own forms: that says nothing.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OURS:
        return False
    for name in ("Origin", "Referer"):
        told = request.headers.get(name, "")
        if told and told != "null" and urlsplit(told).netloc != request.get_host():
            return False
    return True


def accepts(request: HttpRequest, token: str) -> bool:
    """Whether this POST came from a form drawn for this token; compared in constant time."""
    sent = request.POST.get(FIELD, "")
    return bool(token) and from_our_page(request) and hmac.compare_digest(sent.encode(), form_token(token).encode())
