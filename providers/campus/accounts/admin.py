"""Users, organisations and tokens in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import BearerToken, Organisation, User
from config import admin as bases


@admin.register(Organisation)
class OrganisationAdmin(bases.ModelAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(User)
class UserAdmin(bases.UserAdmin):
    list_display = ("username", "role", "organisation", "is_active", "is_staff")
    list_filter = ("role", "is_active", "is_staff", "organisation")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)
    fieldsets = (*(bases.UserAdmin.fieldsets or ()), ("Campus", {"fields": ("role", "organisation")}))


@admin.register(BearerToken)
class BearerTokenAdmin(bases.ModelAdmin):
    """To look at, and to revoke. What a token is nobody can see, so here none can be made."""

    list_display = ("user", "name", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "name")
    readonly_fields = ("user", "name", "created_at")
    fields = ("user", "name", "created_at", "expires_at", "revoked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nobody may
        return False
