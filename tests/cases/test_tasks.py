"""What time does to cases, in every organisation, with the rights of the worker."""

from datetime import timedelta

import pytest

from cases.actions import logging
from cases.models import Exclusion, LoggedDraft
from cases.tasks import tidy
from core.tenancy import signed_in_as
from tests.factories import NOW, Cast, make_case, make_part


@pytest.mark.django_db(transaction=True)
def test_expired_drafts_go_and_a_new_line_of_supervision_is_shut_out(cast: Cast) -> None:
    with cast.as_user(cast.amina):
        amina = cast.actor(cast.amina)
        logging.keep(None, {"account": ["old"]}, by=amina, now=NOW - timedelta(days=30))
        young = logging.keep(None, {"account": ["young"]}, by=amina, now=NOW)
    with cast.inside():
        case = make_case(cast.lake)
        make_part(case, "subject", staff_user=cast.idris)
    with signed_in_as("worker"):
        tidy()
    with cast.as_user(cast.amina):
        assert list(LoggedDraft.objects.all()) == [young]
    with cast.inside():
        assert dict(Exclusion.objects.values_list("user__email", "why")) == {
            cast.idris.email: "accused",
            cast.hana.email: "line",
        }
        member = cast.members["idris"]
        member.supervisor = cast.members["ines"]
        member.save()
    with signed_in_as("worker"):
        tidy()
    with cast.inside():
        assert Exclusion.objects.get(user=cast.ines).why == "line"
