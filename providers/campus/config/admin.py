"""Bases of the apps' admins. The stubs make Django's own generic, which they are not while running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.db.models import Model

if TYPE_CHECKING:
    UserAdmin = auth.UserAdmin[Any]
    ModelAdmin = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
else:
    UserAdmin = auth.UserAdmin
    ModelAdmin = admin.ModelAdmin
    Inline = admin.TabularInline


class RawIds(ModelAdmin):
    """Foreign keys by their ids: a list of all users or problems would not end."""

    def __init__(self, model: type[Model], site: admin.AdminSite) -> None:
        relations = (*model._meta.fields, *model._meta.many_to_many)
        type(self).raw_id_fields = tuple(each.name for each in relations if each.is_relation)
        super().__init__(model, site)
