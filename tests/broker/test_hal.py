"""Links, and where they may lead."""

from __future__ import annotations

import pytest

from troth.broker.hal import Hal
from troth.errors import CouldNotCheck

HERE = "https://broker.example/base/"


def document(href: object) -> Hal:
    return Hal(HERE, {"_links": {"pb:x": {"href": href}}})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://broker.example/a", "/a"),
        ("https://broker.example:443/a", "/a"),
        ("https://BROKER.example/a?b=c d&e=%20", "/a?b=c%20d&e=%20"),
        ("/a", "/a"),
        ("a", "/base/a"),
        ("../../a", "/a"),
        ("https://broker.example", "/"),
        ("/a/b%2Fc", "/a/b%2Fc"),
        ("/ä", "/%C3%A4"),
        ("/a#b", "/a"),
    ],
)
def test_a_link_on_the_same_origin_is_followed(href: str, target: str) -> None:
    assert document(href).link("pb:x") == target


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/a",
        "http://broker.example/a",
        "https://broker.example:444/a",
        "https://broker.example.evil.example/a",
        "https://broker.example@evil.example/a",
        "https://me@broker.example/a",
        "//evil.example/a",
        "https://evil.example\\@broker.example/a",
        "\\\\evil.example/a",
        "https://broker.example\\.evil.example/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[broker.example/a",
        "https://broker.example:99999/a",
    ],
)
def test_a_link_to_elsewhere_is_not_followed(href: str) -> None:
    with pytest.raises(CouldNotCheck, match="leads away"):
        document(href).link("pb:x")


def test_a_secret_in_such_a_link_is_not_repeated() -> None:
    with pytest.raises(CouldNotCheck, match=r"evil\.example") as caught:
        document("https://me:s3cret@evil.example/s3cret?token=s3cret").link("pb:x")

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "links",
    [
        None,
        [],
        {},
        {"pb:x": None},
        {"pb:x": []},
        {"pb:x": "/a"},
        {"pb:x": {"href": 7}},
        {"pb:x": {"href": ""}},
    ],
)
def test_a_link_that_is_not_there_is_told(links: object) -> None:
    with pytest.raises(CouldNotCheck, match="no link pb:x"):
        Hal(HERE, {"_links": links}).link("pb:x")  # type: ignore[dict-item]


def test_the_first_of_several_links_is_taken() -> None:
    found = Hal(HERE, {"_links": {"pb:x": [{"href": "/a"}, {"href": "/b"}]}})

    assert found.link("pb:x") == "/a"


def test_values_are_put_into_a_template_whole() -> None:
    assert document("/a/{name}/{branch}").link("pb:x", name="b/c?d#e", branch="{name}") == (
        "/a/b%2Fc%3Fd%23e/%7Bname%7D"
    )


def test_a_template_that_wants_more_is_told() -> None:
    with pytest.raises(CouldNotCheck, match="wants to be told team"):
        document("/a/{team}/{name}").link("pb:x", name="b")
