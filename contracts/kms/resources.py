"""Key rings, keys and their versions, and what asks for them.

Facts come from the discovery document of Cloud KMS v1, revision 20260917, unless a model says otherwise.
Names, labels and tokens are hidden; ids of versions, locations and what kind of key it is may be seen.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from contracts.kms.enums import Algorithm, ProtectionLevel, Purpose, VersionState
from contracts.kms.texts import (
    CLOSED,
    Count,
    Duration,
    Id,
    KeyName,
    Location,
    Message,
    PageSize,
    Project,
    ResourceName,
    RingName,
    Sent,
    SentTime,
    VersionId,
    VersionName,
)
from troth.fields import SAFE, Payload, Safe, Timestamp

_DISCOVERY = "discovery document, revision 20260917"

# --- paths ----------------------------------------------------------------------------------------


class LocationPath(Payload, source=_DISCOVERY):
    project: Project
    location: Location


class RingPath(LocationPath, source=_DISCOVERY):
    ring: Id


class KeyPath(RingPath, source=_DISCOVERY):
    key: Id


class VersionPath(KeyPath, source=_DISCOVERY):
    version: VersionId


# --- queries --------------------------------------------------------------------------------------


class Query(Message, source="discovery document; google-cloud-kms 3.18.0 sends enum-encoding=int"):
    """What every call may say of the form of its answer."""

    encoding: Literal["json", "json;enum-encoding=int"] | None = Field(None, alias="$alt")
    alt: Literal["json"] | None = None
    pretty_print: Literal["true", "false"] | None = None


class CreateRingQuery(Query, source=_DISCOVERY):
    key_ring_id: Id


class CreateKeyQuery(Query, source=_DISCOVERY):
    crypto_key_id: Id
    skip_initial_version_creation: Literal["true", "false"] | None = None


class ListQuery(Query, source=f"{_DISCOVERY}; docs, sorting-and-filtering"):
    page_size: PageSize | None = None
    page_token: str | None = None
    filter: str | None = None
    order_by: Annotated[str, StringConstraints(pattern=r"^(?:name(?: desc)?)?$"), SAFE] | None = None


class ListKeysQuery(ListQuery, source=_DISCOVERY):
    version_view: Literal["CRYPTO_KEY_VERSION_VIEW_UNSPECIFIED", "FULL", "0", "1"] | None = None


class ListVersionsQuery(ListQuery, source=_DISCOVERY):
    view: Literal["CRYPTO_KEY_VERSION_VIEW_UNSPECIFIED", "FULL", "0", "1"] | None = None


_CHANGEABLE = r"(?:labels|nextRotationTime|rotationPeriod|versionTemplate(?:\.algorithm)?)"


class PatchKeyQuery(Query, source=f"{_DISCOVERY}; the other fields are immutable, or for reading only"):
    update_mask: Annotated[str, StringConstraints(pattern=rf"^{_CHANGEABLE}(?:,{_CHANGEABLE})*$"), SAFE]
    """In camel case, separated by commas."""


class PatchVersionQuery(Query, source=f"{_DISCOVERY}; the other fields are for reading only"):
    update_mask: Annotated[str, StringConstraints(pattern=r"^state$"), SAFE]


class PublicKeyQuery(Query, source=_DISCOVERY):
    public_key_format: Literal["PEM", "DER", "NIST_PQC", "XWING_RAW_BYTES", "1", "2", "3", "4"] | None = None


# --- resources ------------------------------------------------------------------------------------


class KeyRing(Message, source=_DISCOVERY):
    name: RingName
    create_time: Timestamp


class KeyVersion(Message, source=_DISCOVERY):
    """``destroyTime`` and ``destroyEventTime`` are there in their one state only."""

    name: VersionName
    state: VersionState
    protection_level: ProtectionLevel
    algorithm: Algorithm
    create_time: Timestamp
    generate_time: Timestamp | None = None
    destroy_time: Timestamp | None = None
    destroy_event_time: Timestamp | None = None

    @model_validator(mode="after")
    def _times_fit_the_state(self) -> Self:
        scheduled = self.state in ("DESTROY_SCHEDULED", 4)
        if scheduled != (self.destroy_time is not None):
            raise ValueError("destroyTime in the state DESTROY_SCHEDULED, and there alone")
        if self.destroy_event_time is not None and self.state not in ("DESTROYED", 3):
            raise ValueError("destroyEventTime in the state DESTROYED alone")
        return self


class VersionTemplate(Message, source=_DISCOVERY):
    protection_level: ProtectionLevel | None = None
    algorithm: Algorithm | None = None
    """Required where the purpose is another than ENCRYPT_DECRYPT."""


class KeySettings(Message, source=_DISCOVERY):
    """What a caller may say of a key. ``purpose`` and ``importOnly`` never change."""

    purpose: Purpose | None = None
    version_template: VersionTemplate | None = None
    labels: dict[Safe[str], str] = Field(default_factory=dict)
    rotation_period: Duration | None = None
    next_rotation_time: Timestamp | None = None
    destroy_scheduled_duration: Duration | None = None
    import_only: bool = False


_LETTERS = "a-zß-öø-ÿа-я一-鿿"
"""Lower case, or of a script without cases. Other scripts are allowed as well; these stand for them."""
_LABEL_NAME = f"^[{_LETTERS}][{_LETTERS}0-9_-]{{0,62}}$"
_Label = Annotated[str, StringConstraints(pattern=f"^[{_LETTERS}0-9_-]{{0,63}}$")]


def _named_as_labels(labels: dict[str, str]) -> dict[str, str]:
    if not all(re.fullmatch(_LABEL_NAME, name) for name in labels):
        raise ValueError("names of labels: letters in lower case, digits, hyphens and underscores, up to 63")
    return labels


SentLabels = Annotated[dict[Safe[str], _Label], Field(max_length=64), AfterValidator(_named_as_labels)]
"""Up to 64 (docs, labeling-keys)."""


class AskedTemplate(VersionTemplate, source=_DISCOVERY):
    """A template in a request."""

    model_config = CLOSED


class NewKey(KeySettings, source=_DISCOVERY):
    model_config = CLOSED

    purpose: Purpose
    version_template: AskedTemplate | None = None
    labels: SentLabels = Field(default_factory=dict)
    next_rotation_time: SentTime | None = None


class Key(KeySettings, source=f"{_DISCOVERY}; no primary of an asymmetric key: recorded by others"):
    """An asymmetric key and one for MACs have no primary version."""

    name: KeyName
    purpose: Purpose
    create_time: Timestamp
    primary: KeyVersion | None = None

    @model_validator(mode="after")
    def _primary_is_of_an_encrypting_key(self) -> Self:
        if self.primary is None:
            return self
        if self.purpose not in ("ENCRYPT_DECRYPT", 1):
            raise ValueError("a primary version where the purpose is ENCRYPT_DECRYPT, and there alone")
        if not self.primary.name.startswith(f"{self.name}/cryptoKeyVersions/"):
            raise ValueError("a primary version of this key")
        return self


class SentVersion(Sent, source=f"{_DISCOVERY}; what is for reading only may be sent, and is ignored"):
    """A version as a caller has it."""

    name: ResourceName | None = None
    state: VersionState | None = None
    protection_level: ProtectionLevel | None = None
    algorithm: Algorithm | None = None
    create_time: SentTime | None = None
    generate_time: SentTime | None = None
    destroy_time: SentTime | None = None
    destroy_event_time: SentTime | None = None


class KeyPatch(KeySettings, source=f"{_DISCOVERY}; what the update mask does not name is ignored"):
    model_config = CLOSED

    name: ResourceName | None = None
    create_time: SentTime | None = None
    primary: SentVersion | None = None
    version_template: AskedTemplate | None = None
    labels: SentLabels = Field(default_factory=dict)
    next_rotation_time: SentTime | None = None


class VersionPatch(Sent, source=f"{_DISCOVERY}; what the update mask does not name is ignored"):
    name: ResourceName | None = None
    state: VersionState


class NewRing(Sent, source=f"{_DISCOVERY}; all of a key ring is decided by the service"):
    pass


class NewVersion(Sent, source=_DISCOVERY):
    state: VersionState | None = None


class DestroyVersion(Sent, source=_DISCOVERY):
    pass


class RestoreVersion(Sent, source=_DISCOVERY):
    pass


class ChosenPrimary(Sent, source=_DISCOVERY):
    crypto_key_version_id: VersionId


# --- pages ----------------------------------------------------------------------------------------


class Page(Message, source=f"{_DISCOVERY}; an empty list and a last token are left out"):
    next_page_token: str = ""
    total_size: Count = 0
    """Left out where a filter is asked for."""


class RingPage(Page, source=_DISCOVERY):
    key_rings: list[KeyRing] = Field(default_factory=list)


class KeyPage(Page, source=_DISCOVERY):
    crypto_keys: list[Key] = Field(default_factory=list)


class VersionPage(Page, source=_DISCOVERY):
    crypto_key_versions: list[KeyVersion] = Field(default_factory=list)
