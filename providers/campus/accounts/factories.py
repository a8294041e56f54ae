"""Users and organisations for tests, states and demonstrations."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from accounts.models import Organisation, Role, User


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"School {n}")


class UserFactory(DjangoModelFactory[User]):
    """A student who cannot log in with a password."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = "!"
    role = Role.STUDENT

    class Params:
        teacher = factory.Trait(role=Role.TEACHER)
        tutor = factory.Trait(role=Role.TUTOR)
        parent = factory.Trait(role=Role.PARENT)
        admin = factory.Trait(role=Role.ADMIN, is_staff=True, is_superuser=True)
