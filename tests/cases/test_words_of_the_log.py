"""Who opened what is told in words, not in the labels of the code."""

from django.apps import apps

from core.audit.events import field_names
from core.encryption.fields import SealedModel


def test_every_sealed_field_has_a_name_a_reader_understands() -> None:
    sealed = [model for model in apps.get_models() if issubclass(model, SealedModel)]
    labels = {field.label for model in sealed for field in model.sealed_fields.values()}
    assert labels
    assert labels - set(field_names()) == set()
