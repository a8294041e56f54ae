"""Every defect that can be planted, by name: one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from providers.library import answers, conduct, crashes
from providers.library.app import Library

Shown = Literal["document", "contract", "state", "order"]
"""What it takes to see a defect: the OpenAPI document; what the contract says beyond it; a state of the
provider; or a memory of what earlier calls changed."""


@dataclass(frozen=True)
class Defect:
    """One defect: a service that differs from ``Library`` in it alone."""

    name: str
    service: type[Library]
    shown: Shown = "document"

    @property
    def what(self) -> str:
        """What is wrong, in one sentence."""
        return " ".join((self.service.__doc__ or "").split())


DEFECTS = (
    Defect("crash-empty", crashes.EmptyTitle),
    Defect("crash-zero", crashes.NoPages),
    Defect("crash-huge", crashes.HugePrice),
    Defect("crash-offset", crashes.FarOffset),
    Defect("crash-nul", crashes.NulInTitle),
    Defect("crash-emoji", crashes.EmojiInName),
    Defect("crash-longest", crashes.LongestTitle),
    Defect("crash-surrogate", crashes.LoneSurrogate),
    Defect("crash-body-kind", crashes.BodyOfAnotherKind),
    Defect("crash-query-text", crashes.NumberOfText),
    Defect("crash-second-delete", crashes.SecondReturn),
    Defect("crash-dangling", crashes.DanglingLoan),
    Defect("status-undocumented", answers.StatusUndocumented),
    Defect("field-missing", answers.FieldMissing),
    Defect("type-wrong", answers.TypeWrong),
    Defect("null-for-text", answers.NullForText),
    Defect("enum-outside", answers.EnumOutside),
    Defect("bound-left", answers.BoundLeft),
    Defect("date-form", answers.DateForm),
    Defect("date-impossible", answers.DateImpossible),
    Defect("member-additional", answers.MemberAdditional),
    Defect("content-type-wrong", answers.ContentTypeWrong),
    Defect("json-malformed", answers.JsonMalformed),
    Defect("body-missing", answers.BodyMissing),
    Defect("header-no-retry-after", answers.NoRetryAfter),
    Defect("header-retry-after-form", answers.RetryAfterForm),
    Defect("header-no-challenge", answers.NoChallenge),
    Defect("header-location-form", answers.LocationForm),
    Defect("link-location", answers.LocationElsewhere),
    Defect("link-number", conduct.NumberOfNobody),
    Defect("method-not-refused", answers.MethodNotRefused),
    Defect("method-no-allow", answers.NoAllow),
    Defect("method-allow-wrong", answers.AllowWrong),
    Defect("accepts-text-for-number", conduct.TextForNumber),
    Defect("accepts-missing", conduct.MissingAccepted),
    Defect("accepts-too-long", conduct.TooLongAccepted),
    Defect("accepts-additional", conduct.AdditionalAccepted),
    Defect("accepts-query-text", conduct.LimitAccepted),
    Defect("refuses-valid", conduct.ValidRefused),
    Defect("refuses-zero", conduct.ZeroRefused),
    Defect("auth-ignored", conduct.AuthIgnored),
    Defect("auth-any", conduct.AnyCredential),
    Defect("use-after-free", conduct.UseAfterFree),
    Defect("not-kept", conduct.NotKept),
    Defect("echo-broken", answers.EchoBroken, "contract"),
    Defect("sum-broken", answers.SumBroken, "contract"),
    Defect("page-too-long", answers.PageTooLong, "contract"),
    Defect("total-wrong", answers.TotalWrong, "contract"),
    Defect("state-body", conduct.ClosedBody, "state"),
    Defect("state-crash", conduct.ClosedCrash, "state"),
    Defect("state-null", conduct.NullInState, "state"),
    Defect("change-lost", conduct.ChangeLost, "order"),
)


def named(name: str) -> Defect:
    """The defect of that name.

    Raises:
        KeyError: there is none.
    """
    return {defect.name: defect for defect in DEFECTS}[name]
