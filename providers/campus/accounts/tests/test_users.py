"""Users and their roles."""

from __future__ import annotations

import pytest

from accounts.factories import OrganisationFactory, UserFactory
from accounts.models import Organisation, Role, User


@pytest.mark.parametrize(
    ("role", "teaches"),
    [
        (Role.STUDENT, False),
        (Role.PARENT, False),
        (Role.TEACHER, True),
        (Role.TUTOR, True),
        (Role.ADMIN, True),
    ],
)
def test_which_roles_are_staff(*, role: Role, teaches: bool) -> None:
    assert User(role=role).teaches is teaches


@pytest.mark.django_db
def test_a_user_outlives_the_organisation() -> None:
    organisation = OrganisationFactory.create()
    user = UserFactory.create(organisation=organisation)

    organisation.delete()

    user.refresh_from_db()
    assert user.organisation is None


@pytest.mark.django_db
def test_an_organisation_is_made_once() -> None:
    OrganisationFactory.create(name="Lyceum")
    OrganisationFactory.create(name="Lyceum")

    assert [str(each) for each in Organisation.objects.all()] == ["Lyceum"]
