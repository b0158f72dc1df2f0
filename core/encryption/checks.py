"""What must hold of the root key before the product starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from core.encryption import roots

NEED_THE_ROOT = ("app", "worker")  # the public tier, the sealer of the audit and the auditor open no sealed value


@register()
def root_key(app_configs: Any = None, **_kwargs: Any) -> list[Error]:
    """The provider of the root key accepts this environment."""
    if settings.ROLE not in NEED_THE_ROOT:
        return []
    try:
        roots.provider()
    except ImproperlyConfigured as wrong:
        return [Error(str(wrong), id="core.E020")]
    return []
