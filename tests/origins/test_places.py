"""Further origins: which URL is whose, and where it stands on our side."""

from __future__ import annotations

import pytest

from troth.api import Api, Empty, HeaderToken
from troth.errors import ContractProblem
from troth.exchange import Exchange, Headers, Request, Response

FURTHER = {"uploads": "https://uploads.example/store", "files": "https://album.example/files"}
PLACES = [
    ("https://album.example/v1/pictures", "/pictures"),
    ("https://uploads.example/store/put/1", "/_origins/uploads/put/1"),
    ("https://uploads.example/store/", "/_origins/uploads/"),
    ("https://album.example/files/a%2Fb", "/_origins/files/a%2Fb"),
]


def album_api() -> Api:
    auth = (HeaderToken("Authorization", env="ALBUM_TOKEN", prefix="Bearer "),)
    api = Api("album", server="https://album.example/v1", auth=auth, origins=FURTHER)
    api.get("/pictures", name="pictures", responses={200: Empty})
    api.put("/put/{key}", name="put", origin="uploads", responses={204: Empty})
    return api


@pytest.mark.parametrize(("url", "local"), PLACES)
def test_a_url_has_a_path_on_our_side(url: str, local: str) -> None:
    assert album_api().local_path(url) == local


@pytest.mark.parametrize(("url", "local"), PLACES)
def test_a_path_on_our_side_leads_back_to_the_url(url: str, local: str) -> None:
    assert album_api().url_of(local) == url


@pytest.mark.parametrize(
    "url", ["https://UPLOADS.example/store/put/1", "https://uploads.example:443/store/put/1?x=1"]
)
def test_a_host_is_known_in_every_spelling(url: str) -> None:
    assert album_api().local_path(url) == "/_origins/uploads/put/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://uploads.example/storehouse/put/1",
        "http://uploads.example/store/put/1",
        "https://uploads.example:8443/store/put/1",
        "https://more.uploads.example/store/put/1",
    ],
)
def test_what_is_beside_an_origin_is_not_on_it(url: str) -> None:
    assert not album_api().local_path(url).startswith("/_origins")


def test_the_longer_base_path_is_meant() -> None:
    api = Api("album", server="https://album.example/v1", origins={"rest": "https://album.example"})

    assert [api.local_path(f"https://album.example{path}") for path in ("/v1/a", "/v2/a")] == [
        "/a",
        "/_origins/rest/v2/a",
    ]


def test_an_operation_is_found_on_its_own_origin() -> None:
    found = album_api().find("PUT", "https://uploads.example/store/put/7")

    assert found is not None
    assert (found[0].name, found[1]) == ("put", {"key": "7"})


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "https://album.example/v1/put/7"),
        ("PUT", "https://uploads.example/put/7"),
        ("PUT", "https://album.example/files/put/7"),
        ("GET", "https://uploads.example/store/pictures"),
    ],
)
def test_an_operation_is_not_found_elsewhere(method: str, url: str) -> None:
    assert album_api().find(method, url) is None


def uploaded(*headers: tuple[str, str]) -> Exchange:
    request = Request("PUT", "https://uploads.example/store/put/7", Headers(headers))
    return Exchange(request, Response(204))


def test_an_upload_without_a_credential_holds() -> None:
    assert album_api().judge(uploaded()) == ()


def test_a_credential_that_goes_to_a_further_origin_is_found() -> None:
    found = album_api().judge(uploaded(("authorization", "Bearer {{secret:valid}}")))

    assert [(each.side, each.path, each.rule) for each in found] == [
        ("request", "header Authorization", "credential-strayed")
    ]


def test_an_origin_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ContractProblem, match="'up' that is not declared"):
        album_api().get("/x", origin="up", responses={200: Empty})


def test_no_operation_of_the_server_stands_where_origins_do() -> None:
    with pytest.raises(ContractProblem, match="where further origins are answered"):
        album_api().get("/_origins/uploads/x", responses={200: Empty})


@pytest.mark.parametrize(
    ("origins", "said"),
    [
        ({"up/loads": "https://uploads.example"}, "cannot be named"),
        ({"": "https://uploads.example"}, "cannot be named"),
        ({"uploads": "uploads.example"}, "no usable URL"),
        ({"uploads": "https://ada@uploads.example"}, "no usable URL"),
        ({"uploads": "https://uploads.example/?key=1"}, "no usable URL"),
        ({"uploads": "https://ALBUM.example:443/v1/"}, "the same place"),
    ],
)
def test_origins_that_cannot_be_told_apart_or_reached_are_refused(origins: dict[str, str], said: str) -> None:
    with pytest.raises(ContractProblem, match=said):
        Api("album", server="https://album.example/v1", origins=origins)
