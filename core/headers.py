"""Answers about people are kept by nobody on the way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PrivateAnswers:
    """Adds no-store, isolation and permission headers to every page; static files keep their own caching."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith("/static/"):
            response["Cache-Control"] = "no-store, private"
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            response.headers.setdefault(
                "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
            )
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class CompressedPages(GZipMiddleware):
    """Compresses pages for those who pay by the megabyte; files and streams go as they are.

    Django hides the length of what is compressed behind random padding, and the token against forged requests is
    masked anew on every page, so that a page's size tells nothing about what stands in it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith(("text/", "application/json")):
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]
