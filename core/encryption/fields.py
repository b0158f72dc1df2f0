"""Sealed columns."""

from typing import Any

from django.db import models


class SealedField(models.BinaryField):
    """A column whose content is sealed under the key of another column's subject; NULL means it was not asked."""

    def __init__(self, *, label: str, key: str, **kwargs: Any) -> None:
        self.label, self.key = label, key
        kwargs["null"] = True
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        return name, path, args, {**kwargs, "label": self.label, "key": self.key}


class SealedModel(models.Model):
    """A model with sealed columns."""

    class Meta:
        abstract = True
