"""The operations of Judge0 CE 1.13.1, all but /statistics and /isolate.

``X-Auth-Token`` goes with every request. The service takes it as a query parameter as well; the
contract does not, since a secret in a URL ends in logs. Empty error bodies come as text/html.
"""

from __future__ import annotations

from contracts.judge0.conditions import (
    answer_follows_wait,
    language_is_the_asked_one,
    one_answer_for_each_submission,
    one_answer_for_each_token,
    page_is_the_asked_one,
    sent_texts_are_base64,
    texts_are_always_base64,
    texts_are_base64,
    token_is_the_asked_one,
)
from contracts.judge0.payloads import (
    DEFAULT_FIELDS,
    About,
    BatchAnswer,
    BatchQuery,
    BatchRequest,
    Configuration,
    CreateQuery,
    DeleteQuery,
    Encoding,
    ErrorMessage,
    FieldErrors,
    GetQuery,
    Language,
    LanguageDetails,
    LanguageOfAll,
    LanguagePath,
    ListQuery,
    RailsError,
    RateLimited,
    StatusRow,
    Submission,
    SubmissionBatch,
    SubmissionPage,
    SubmissionRequest,
    SubmissionToken,
    SystemInfo,
    TokenPath,
    UndecodableOutput,
    WorkerQueue,
)
from troth.api import Answer, Api, Empty, HeaderToken, Selected, Text

judge0 = Api(
    "judge0",
    server="https://judge0-ce.p.rapidapi.com",
    version="1.13.1",
    auth=(
        HeaderToken("X-Auth-Token", env="JUDGE0_AUTH_TOKEN"),
        HeaderToken("X-Auth-User", env="JUDGE0_AUTHZ_TOKEN", role="authorization"),
    ),
    safe_headers=(
        "Retry-After",
        "X-RateLimit-Submissions-Limit",
        "X-RateLimit-Submissions-Remaining",
        "X-RateLimit-Submissions-Reset",
    ),
)

_DOCS = "judge0/judge0 v1.13.1, config/routes.rb"
_SELECTED = Selected(Submission, "fields", DEFAULT_FIELDS)
_GUARDED: dict[int, object] = {401: Empty, 403: Empty, 429: RateLimited}
"""401: wrong X-Auth-Token. 403: the caller's address is denied, or X-Auth-User is wrong.
429: the gateway of the hosted service; a deployment of one's own has none."""
_NOT_FOUND: Answer = Answer((Empty, RailsError))
_NEEDS_AUTHORIZATION = {"X-Auth-User": r".+"}
_REFUSALS = frozenset({400, 401, 403, 422})

create_submission = judge0.post(
    "/submissions",
    name="create_submission",
    summary="Run a program; wait for its end with wait=true, else poll with the token",
    source=f"{_DOCS}; docs/api/submissions; empty 400: reported to judge0/judge0",
    query=CreateQuery,
    body=SubmissionRequest,
    responses={
        201: Answer((SubmissionToken, _SELECTED, UndecodableOutput)),
        400: Answer((ErrorMessage, Empty)),
        422: FieldErrors,
        503: ErrorMessage,
        **_GUARDED,
    },
    conditions=(answer_follows_wait, texts_are_base64, sent_texts_are_base64, language_is_the_asked_one),
)

get_submission = judge0.get(
    "/submissions/{token}",
    name="get_submission",
    summary="A submission; answers are cached for a second",
    source=f"{_DOCS}; docs/api/submissions",
    params=TokenPath,
    query=GetQuery,
    responses={200: _SELECTED, 400: ErrorMessage, 404: _NOT_FOUND, **_GUARDED},
    conditions=(token_is_the_asked_one, texts_are_base64),
)

list_submissions = judge0.get(
    "/submissions",
    name="list_submissions",
    summary="A page of submissions, newest first",
    source=f"{_DOCS}; docs/api/submissions/get_submissions.md",
    query=ListQuery,
    request_headers=_NEEDS_AUTHORIZATION,
    refusals=_REFUSALS,
    responses={
        200: Selected(Submission, "fields", DEFAULT_FIELDS, within=SubmissionPage),
        400: ErrorMessage,
        **_GUARDED,
    },
    conditions=(page_is_the_asked_one, texts_are_base64),
)

delete_submission = judge0.delete(
    "/submissions/{token}",
    name="delete_submission",
    summary="Delete a submission that has ended; off unless the deployment allows it",
    source=f"{_DOCS}; docs/api/submissions/delete_a_submission.md",
    params=TokenPath,
    query=DeleteQuery,
    request_headers=_NEEDS_AUTHORIZATION,
    refusals=_REFUSALS,
    responses={
        200: _SELECTED,
        400: ErrorMessage,
        404: _NOT_FOUND,
        503: ErrorMessage,
        **_GUARDED,
    },
    conditions=(token_is_the_asked_one, texts_are_always_base64),
)

create_batch = judge0.post(
    "/submissions/batch",
    name="create_batch",
    summary="Run up to twenty programs; 201 when at least one is valid",
    source=f"{_DOCS}; docs/api/submissions; batch_create",
    query=Encoding,
    body=BatchRequest,
    responses={
        201: BatchAnswer,
        400: Answer((ErrorMessage, Empty)),
        422: list[FieldErrors],
        503: ErrorMessage,
        **_GUARDED,
    },
    conditions=(one_answer_for_each_submission, sent_texts_are_base64),
)

get_batch = judge0.get(
    "/submissions/batch",
    name="get_batch",
    summary="Several submissions, in the order of their tokens",
    source=f"{_DOCS}; docs/api/submissions; batch_show",
    query=BatchQuery,
    responses={
        200: Selected(Submission, "fields", DEFAULT_FIELDS, within=SubmissionBatch),
        400: ErrorMessage,
        **_GUARDED,
    },
    conditions=(one_answer_for_each_token, texts_are_base64),
)

list_languages = judge0.get(
    "/languages",
    name="list_languages",
    summary="The active languages, by name",
    source=f"{_DOCS}; docs/api/statuses_and_languages/list_all_languages.md",
    responses={200: list[Language], **_GUARDED},
)

list_all_languages = judge0.get(
    "/languages/all",
    name="list_all_languages",
    summary="Archived languages too",
    source=f"{_DOCS}; docs/api/statuses_and_languages/get_active_and_archived_languages.md",
    responses={200: list[LanguageOfAll], **_GUARDED},
)

get_language = judge0.get(
    "/languages/{id}",
    name="get_language",
    summary="How programs of a language are compiled and run",
    source=f"{_DOCS}; docs/api/statuses_and_languages/get_a_language.md",
    params=LanguagePath,
    responses={200: LanguageDetails, 404: _NOT_FOUND, **_GUARDED},
    conditions=(language_is_the_asked_one,),
)

list_statuses = judge0.get(
    "/statuses",
    name="list_statuses",
    summary="The fourteen statuses",
    source=f"{_DOCS}; docs/api/statuses_and_languages/list_all_statuses.md",
    responses={200: list[StatusRow], **_GUARDED},
)

get_about = judge0.get(
    "/about",
    name="get_about",
    summary="Version and home of the service",
    source=f"{_DOCS}; docs/api/information/about.md",
    responses={200: About, **_GUARDED},
)

get_configuration = judge0.get(
    "/config_info",
    name="get_configuration",
    summary="What the deployment allows",
    source=f"{_DOCS}; docs/api/system_and_configuration/configuration_info.md",
    responses={200: Configuration, **_GUARDED},
)

get_system_info = judge0.get(
    "/system_info",
    name="get_system_info",
    summary="The host of the web server",
    source=f"{_DOCS}; docs/api/system_and_configuration/system_info.md",
    responses={200: SystemInfo, **_GUARDED},
)

list_workers = judge0.get(
    "/workers",
    name="list_workers",
    summary="The queues and who works on them",
    source=f"{_DOCS}; app/controllers/health_controller.rb",
    responses={200: list[WorkerQueue], **_GUARDED},
)

get_version = judge0.get(
    "/version",
    name="get_version",
    summary="The release, as plain text",
    source=_DOCS,
    responses={200: Text(r"\d+\.\d+\.\d+\S*\n?", safe=True), **_GUARDED},
)

get_license = judge0.get(
    "/license",
    name="get_license",
    summary="The licence, as plain text",
    source=_DOCS,
    responses={200: Text(r"(?s).+", safe=True), **_GUARDED},
)

authenticate = judge0.post(
    "/authenticate",
    name="authenticate",
    summary="Whether X-Auth-Token is right",
    source=f"{_DOCS}; docs/api/authentication/authentication.md",
    safe=True,
    responses={200: Empty, **_GUARDED},
)

authorize = judge0.post(
    "/authorize",
    name="authorize",
    summary="Whether X-Auth-User is right",
    source=f"{_DOCS}; docs/api/authorization/authorization.md",
    request_headers=_NEEDS_AUTHORIZATION,
    refusals=_REFUSALS,
    safe=True,
    responses={200: Empty, **_GUARDED},
)
