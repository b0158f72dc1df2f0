"""Every column of every table of ours is public or private, said on the model; what is private is sealed."""

from collections import Counter

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from core.encryption.fields import SealedField

OURS = [name for name in settings.INSTALLED_APPS if "." not in name and name not in ("guardian", "axes", "csp")]
MODELS = [model for model in apps.get_models() if model._meta.app_config.name in OURS]


def columns(model: type[models.Model]) -> dict[str, models.Field]:
    return {field.name: field for field in model._meta.concrete_fields}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_column_is_listed_as_public_or_as_private_and_not_as_both(model):
    private, public = set(model.PRIVATE), set(model.PUBLIC)
    assert private & public == set()
    assert private | public == set(columns(model)), "list each column in PRIVATE or in PUBLIC"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_private_column_holds_ciphertext_and_a_sealed_one_is_private(model):
    for name, field in columns(model).items():
        if name in model.PRIVATE:
            assert isinstance(field, models.BinaryField), f"{name} is private and would be stored in plain text"
        else:
            assert not isinstance(field, SealedField), f"{name} is sealed and must be listed as private"


def test_the_walk_meets_the_tables_that_matter():
    met = {model._meta.label for model in MODELS}
    assert {"core.User", "core.DataKey", "core.BlindToken", "cases.Identity", "cases.Report", "cases.Message"} <= met


def test_no_label_is_used_twice():
    labels = Counter(
        field.label for model in MODELS for field in columns(model).values() if isinstance(field, SealedField)
    )
    assert [label for label, times in labels.items() if times > 1] == []


def test_the_key_of_every_sealed_field_is_a_column_of_uuids():
    for model in MODELS:
        for field in columns(model).values():
            if isinstance(field, SealedField):
                key = next(one for one in model._meta.concrete_fields if one.attname == field.key)
                target = key.target_field if isinstance(key, models.ForeignKey) else key
                assert isinstance(target, models.UUIDField), f"{model._meta.label}.{field.name}"
