"""Every defect that can be planted, by name: one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from providers.library import answers, conduct, crashes
from providers.library.app import Library

Shown = Literal["document", "contract", "state", "order"]
"""What it takes to see a defect: the OpenAPI document; what the contract says beyond it; a state of the
provider; or a memory of what earlier calls changed."""

Where = Literal["books", "members", "loans", ""]
"""The resource whose operations show it; empty where it takes those of several."""


@dataclass(frozen=True)
class Defect:
    """One defect: a service that differs from ``Library`` in it alone."""

    name: str
    service: type[Library]
    where: Where
    shown: Shown = "document"

    @property
    def what(self) -> str:
        """What is wrong, in one sentence."""
        return " ".join((self.service.__doc__ or "").split())


DEFECTS = (
    Defect("crash-empty", crashes.EmptyTitle, "books"),
    Defect("crash-zero", crashes.NoPages, "books"),
    Defect("crash-huge", crashes.HugePrice, "books"),
    Defect("crash-offset", crashes.FarOffset, "books"),
    Defect("crash-nul", crashes.NulInTitle, "books"),
    Defect("crash-emoji", crashes.EmojiInName, "members"),
    Defect("crash-longest", crashes.LongestTitle, "books"),
    Defect("crash-surrogate", crashes.LoneSurrogate, "members"),
    Defect("crash-body-kind", crashes.BodyOfAnotherKind, "members"),
    Defect("crash-query-text", crashes.NumberOfText, "books"),
    Defect("crash-second-delete", crashes.SecondReturn, "loans"),
    Defect("crash-dangling", crashes.DanglingLoan, ""),
    Defect("status-undocumented", answers.StatusUndocumented, "books"),
    Defect("field-missing", answers.FieldMissing, "books"),
    Defect("type-wrong", answers.TypeWrong, "books"),
    Defect("null-for-text", answers.NullForText, "members"),
    Defect("enum-outside", answers.EnumOutside, "books"),
    Defect("bound-left", answers.BoundLeft, "books"),
    Defect("date-form", answers.DateForm, "loans"),
    Defect("date-impossible", answers.DateImpossible, "members"),
    Defect("member-additional", answers.MemberAdditional, "members"),
    Defect("content-type-wrong", answers.ContentTypeWrong, "books"),
    Defect("json-malformed", answers.JsonMalformed, "loans"),
    Defect("body-missing", answers.BodyMissing, "loans"),
    Defect("header-no-retry-after", answers.NoRetryAfter, "loans"),
    Defect("header-retry-after-form", answers.RetryAfterForm, "loans"),
    Defect("header-no-challenge", answers.NoChallenge, "members"),
    Defect("header-location-form", answers.LocationForm, "books"),
    Defect("link-location", answers.LocationElsewhere, "books"),
    Defect("link-number", conduct.NumberOfNobody, "books"),
    Defect("method-not-refused", answers.MethodNotRefused, "books"),
    Defect("method-no-allow", answers.NoAllow, "books"),
    Defect("method-allow-wrong", answers.AllowWrong, "books"),
    Defect("accepts-text-for-number", conduct.TextForNumber, "books"),
    Defect("accepts-missing", conduct.MissingAccepted, "members"),
    Defect("accepts-too-long", conduct.TooLongAccepted, "members"),
    Defect("accepts-additional", conduct.AdditionalAccepted, "loans"),
    Defect("accepts-query-text", conduct.LimitAccepted, "books"),
    Defect("refuses-valid", conduct.ValidRefused, "books"),
    Defect("refuses-zero", conduct.ZeroRefused, "books"),
    Defect("auth-ignored", conduct.AuthIgnored, "members"),
    Defect("auth-any", conduct.AnyCredential, "loans"),
    Defect("use-after-free", conduct.UseAfterFree, "books"),
    Defect("not-kept", conduct.NotKept, "loans"),
    Defect("echo-broken", answers.EchoBroken, "books", "contract"),
    Defect("sum-broken", answers.SumBroken, "loans", "contract"),
    Defect("page-too-long", answers.PageTooLong, "books", "contract"),
    Defect("total-wrong", answers.TotalWrong, "books", "contract"),
    Defect("state-body", conduct.ClosedBody, "loans", "state"),
    Defect("state-crash", conduct.ClosedCrash, "loans", "state"),
    Defect("state-null", conduct.NullInState, "books", "state"),
    Defect("change-lost", conduct.ChangeLost, "books", "order"),
)


def named(name: str) -> Defect:
    """The defect of that name.

    Raises:
        KeyError: there is none.
    """
    return {defect.name: defect for defect in DEFECTS}[name]
