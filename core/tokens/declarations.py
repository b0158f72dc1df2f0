"""What happens to tokens."""

from django.utils.translation import gettext_lazy as _

from core import audit

audit.declare("tokens.issued", _("{actor} made an access token for the API: {scopes}, for {days} days"))
audit.declare("tokens.ended", _("{actor} ended an access token for the API"))
