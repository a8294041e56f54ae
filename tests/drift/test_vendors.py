"""The contracts of this repository beside the documents of their vendors, which are not in it."""

from __future__ import annotations

import pytest

from tests.support.pages import ROOT
from tests.support.vendors import vendor_document
from troth.drift import Drift, drift
from troth.drift.document import Document, parse
from troth.workspace import Workspace

KMS = "cloudkms.v1.discovery.json"
PACHCA = "pachca.openapi.en.yaml"


def put_beside(api: str, document: Document) -> Drift:
    workspace = Workspace.find(ROOT)
    return drift(workspace.api(api), document, acceptances=workspace.settings.drift)


def of(name: str, old: str = "", new: str = "") -> Document:
    """A vendor's document, or a copy in which one text is another."""
    content = vendor_document(name).read_text(encoding="utf-8")
    assert old in content
    return parse((content.replace(old, new) if old else content).encode(), name)


@pytest.mark.vendor(KMS)
def test_cloud_kms_is_what_its_discovery_document_says() -> None:
    found = put_beside("kms", of(KMS))

    assert (found.result.findings, found.result.told) == ((), ())
    assert found.closing.startswith("21 operations and ")
    assert found.result.counts.decided == found.result.counts.attempted > 400


@pytest.mark.vendor(KMS)
def test_a_field_that_cloud_kms_renames_is_named() -> None:
    found = put_beside("kms", of(KMS, '"verifiedDigestCrc32c": {', '"verifiedDigestCrc": {'))

    assert [(each.code, each.path) for each in found.result.findings] == [
        ("drift-undocumented", "response 200 $.verifiedDigestCrc32c")
    ]


@pytest.mark.vendor(KMS)
def test_a_state_that_cloud_kms_adds_is_named() -> None:
    found = put_beside("kms", of(KMS, '"DESTROY_SCHEDULED",', '"DESTROY_SCHEDULED", "FROZEN",'))

    assert {(each.code, each.expected) for each in found.result.findings} == {
        ("drift-stricter", '"FROZEN" (the document)')
    }


@pytest.mark.vendor(KMS)
def test_a_method_that_cloud_kms_moves_is_named() -> None:
    found = put_beside("kms", of(KMS, "{cryptoKeyVersionsId}:macSign", "{cryptoKeyVersionsId}:signMac"))

    assert [each.path for each in found.result.findings if each.path == "operation"] == ["operation"]


@pytest.mark.vendor(PACHCA)
def test_pachca_is_what_its_openapi_document_says() -> None:
    found = put_beside("pachca", of(PACHCA))

    assert (found.result.findings, found.result.told) == ((), ())
    assert found.closing.startswith("43 operations and ")
    assert found.result.counts.decided > 1500


@pytest.mark.vendor(PACHCA)
@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("root_chat_id:", "main_chat_id:", ".root_chat_id"),
        ("has_next:", "more:", ".meta.paginate.has_next"),
        ("/read_member_ids:", "/readers:", "operation"),
        ("name: sort", "name: order_by", "query sort"),
    ],
)
def test_what_pachca_renames_is_named(old: str, new: str, path: str) -> None:
    found = put_beside("pachca", of(PACHCA, old, new))

    assert found.result.verdict == "broken"
    assert [each.path for each in found.result.findings if each.path.endswith(path)]
