"""The web server's entry."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from core.encryption.checks import root_key  # noqa: E402 - settings and apps first

if wrong := root_key():
    raise ImproperlyConfigured(wrong[0].msg)
