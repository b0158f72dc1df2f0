"""What must hold before the product starts; found without touching a database."""

from typing import Any

from django.apps import apps
from django.core.checks import Error, register

from core.tenancy import RowSecurity, SameOrganisation, TenantForeignKey, TenantManager, TenantModel


@register()
def tenant_tables(app_configs: Any = None, **_kwargs: Any) -> list[Error]:
    """Each tenant table has forced row security and a same-organisation key beside every reference."""
    errors = []
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        constraints = model._meta.constraints
        if not any(isinstance(constraint, RowSecurity) for constraint in constraints):
            errors.append(Error(f"{model.__name__} has no row security.", obj=model, id="core.E001"))
        paired = {constraint.field for constraint in constraints if isinstance(constraint, SameOrganisation)}
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey) and field.name not in paired:
                errors.append(
                    Error(f"{model.__name__}.{field.name} has no same-organisation key.", obj=model, id="core.E002")
                )
            related = field.related_model if field.is_relation else None
            if (
                isinstance(related, type)
                and issubclass(related, TenantModel)
                and not isinstance(field, TenantForeignKey)
            ):
                errors.append(Error(f"{model.__name__}.{field.name} refers by a plain key.", obj=model, id="core.E003"))
        if model._meta.base_manager_name != "objects" or not isinstance(model._default_manager, TenantManager):
            errors.append(Error(f"{model.__name__} can be read unscoped.", obj=model, id="core.E004"))
    return errors
