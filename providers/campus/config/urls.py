"""Where things are."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from config.api import build

api = build()
urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", api.urls), path("admin/", admin.site.urls)]
