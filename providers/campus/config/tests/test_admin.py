"""The admin has every model, and shows each."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from factory.django import DjangoModelFactory

from accounts.factories import OrganisationFactory, UserFactory
from accounts.models import BearerToken
from accounts.services import issue
from courses import factories

FACTORIES: dict[str, type[DjangoModelFactory[Model]]] = {
    factory._meta.model.__name__: factory
    for factory in (*vars(factories).values(), OrganisationFactory)
    if isinstance(factory, type)
    and issubclass(factory, DjangoModelFactory)
    and factory is not DjangoModelFactory
}
OURS = [model for label in ("accounts", "courses") for model in apps.get_app_config(label).get_models()]


@pytest.fixture
def admin_page(client: Client) -> Client:
    client.force_login(UserFactory.create(admin=True))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_is_there(model: type[Model]) -> None:
    assert admin.site.is_registered(model)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FACTORIES)
def test_rows_are_listed_and_shown(admin_page: Client, name: str) -> None:
    row = FACTORIES[name].create()
    path = f"/admin/{row._meta.app_label}/{row._meta.model_name}"

    pages = [admin_page.get(f"{path}/"), admin_page.get(f"{path}/{row.pk}/change/")]

    assert [page.status_code for page in pages] == [200, 200]


@pytest.mark.django_db
def test_no_token_is_made_or_shown_in_the_admin(admin_page: Client) -> None:
    token, row = issue(UserFactory.create())

    page = admin_page.get(f"/admin/accounts/bearertoken/{row.pk}/change/")

    assert page.status_code == 200
    assert token not in page.content.decode()
    assert row.digest not in page.content.decode()
    assert admin_page.get("/admin/accounts/bearertoken/add/").status_code == 403
    assert BearerToken.objects.count() == 1
