"""What Judge0 CE takes and answers, release 1.13.1.

Judge0 publishes no OpenAPI document. Facts come from its source (judge0/judge0, tag v1.13.1) and its
API blueprint (docs/api there); a fact that neither states is marked ``assumed``.

Programs, their input and their output are marked safe: a recording is of no use without them, and the
only programs that are recorded are those of this workspace's own scenarios. Tokens, callback
addresses, host names and attached files are not.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, Self, TypeAlias, TypeVar

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic.config import JsonDict

from contracts.judge0.columns import COLUMN_LIST
from contracts.judge0.status import Status
from contracts.judge0.texts import MAX_INT32, Count, Id, Kilobytes, Moment, Output, RubyBase64, Seconds
from troth.fields import SAFE, Base64Text, Payload, Safe, Stand, Uuid

MULTI_FILE = 89
"""The language whose programs are an archive and have no source_code."""

T = TypeVar("T")

Flag: TypeAlias = Literal["true", "false"]
"""A switch in a query. Only the text ``true`` switches on."""

Text512 = Annotated[str, StringConstraints(max_length=512), SAFE]


# --- requests -------------------------------------------------------------------------------------

_WITH_A_SOURCE: JsonDict = {
    "properties": {
        "language_id": {"not": {"const": MULTI_FILE}},
        "source_code": {"type": "string", "pattern": r"\S"},
    },
    "required": ["source_code"],
}
_WITH_FILES: JsonDict = {
    "properties": {
        "language_id": {"const": MULTI_FILE},
        "source_code": {"type": "null"},
        "additional_files": {"type": "string", "minLength": 1},
    },
    "required": ["additional_files"],
}
"""What the validator of the request says, in the words of JSON Schema."""


class SubmissionRequest(Payload, source="app/models/submission.rb and submission_params, v1.13.1"):
    """A program to run.

    Seconds are numbers here and strings in the answer. Upper bounds are those of a default
    configuration; GET /config_info tells those of a deployment. Unknown keys are dropped without a
    word by the service, so the contract refuses them.
    """

    language_id: Annotated[int, Field(ge=1, le=MAX_INT32), SAFE]
    """The service takes ``"71"`` as well; the contract has the number alone."""
    source_code: Annotated[str, StringConstraints(min_length=1), SAFE] | None = None
    """Required, but forbidden for language 89."""
    stdin: Safe[str] | None = None
    expected_output: Safe[str] | None = None
    compiler_options: Text512 | None = None
    command_line_arguments: Text512 | None = None
    number_of_runs: Annotated[int, Field(ge=1, le=20), SAFE] | None = None
    cpu_time_limit: Annotated[float, Field(ge=0, le=15), SAFE] | None = None
    cpu_extra_time: Annotated[float, Field(ge=0, le=5), SAFE] | None = None
    wall_time_limit: Annotated[float, Field(ge=1, le=20), SAFE] | None = None
    memory_limit: Annotated[int, Field(ge=2048, le=512_000), SAFE] | None = None
    stack_limit: Annotated[int, Field(ge=0, le=128_000), SAFE] | None = None
    max_processes_and_or_threads: Annotated[int, Field(ge=1, le=120), SAFE] | None = None
    enable_per_process_and_thread_time_limit: bool | None = None
    enable_per_process_and_thread_memory_limit: bool | None = None
    max_file_size: Annotated[int, Field(ge=0, le=4096), SAFE] | None = None
    redirect_stderr_to_stdout: bool | None = None
    enable_network: bool | None = None
    callback_url: str | None = None
    """Not validated by the service. It is called with PUT and base64, at most three times."""
    additional_files: Base64Text | None = None
    """A zip. Trap: base64 whatever ``base64_encoded`` says."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_WITH_A_SOURCE, _WITH_FILES]})

    @model_validator(mode="after")
    def _has_what_its_language_needs(self) -> Self:
        if self.language_id != MULTI_FILE:
            if self.source_code is None or not self.source_code.strip():
                raise ValueError("source_code that is not blank, except for language 89")
        elif self.source_code is not None or not self.additional_files:
            raise ValueError("additional_files and no source_code for language 89")
        return self


class BatchRequest(Payload, source="docs/api/submissions; batch_create, v1.13.1"):
    """Up to twenty programs. ``wait`` and ``fields`` do not exist here."""

    submissions: Annotated[list[SubmissionRequest], Field(min_length=1, max_length=20)]


# --- queries and path parameters ------------------------------------------------------------------

Fields = Annotated[str, StringConstraints(pattern=COLUMN_LIST), SAFE]
"""``*`` for every column, or column names with commas between them."""

PageNumber = Annotated[int, Field(ge=1, le=MAX_INT32), SAFE]
"""Bounded, so that where a page starts is a bigint of the database."""


class Encoding(Payload, source="set_base64_encoded: == 'true' in v1.13.1, != 'false' since c0cd14e"):
    """Trap: left out, ``base64_encoded`` is false in 1.13.1 and true on later servers, whatever the
    documentation says. So this contract makes it required."""

    base64_encoded: Flag


class CreateQuery(Encoding, source="docs/api/submissions; create, v1.13.1"):
    wait: Flag | None = None
    fields: Fields | None = None
    """Has an effect with ``wait=true`` only."""


class GetQuery(Encoding, source="docs/api/submissions; show, v1.13.1"):
    fields: Fields | None = None


class ListQuery(GetQuery, source="docs/api/submissions; index, v1.13.1"):
    page: PageNumber | None = None
    per_page: Annotated[int, Field(ge=0, le=MAX_INT32), SAFE] | None = None
    """20 by default; 0 is taken, and gives an empty page."""


class BatchQuery(GetQuery, source="docs/api/submissions; batch_show, v1.13.1"):
    tokens: Annotated[
        str,
        StringConstraints(pattern=r"^[^,\s]+(,[^,\s]+){0,19}$"),
        Stand("00000000-0000-4000-8000-{n:012d}"),
    ]
    """Separated by commas. A header of the same name would win over it; this contract has no such one."""


class DeleteQuery(Payload, source="docs/api/submissions; destroy, v1.13.1"):
    """No ``base64_encoded``: the answer is base64 always."""

    fields: Fields | None = None


class TokenPath(Payload, source="config/routes.rb"):
    token: Uuid


class LanguagePath(Payload, source="config/routes.rb"):
    id: Annotated[int, Field(ge=0, le=MAX_INT32), SAFE]


# --- submissions ----------------------------------------------------------------------------------


class StatusRow(Payload, source="app/enumerations/status.rb; docs/api/statuses_and_languages"):
    """Trap: /statistics, which this contract leaves out, says ``name`` in place of ``description``."""

    id: Status
    description: Safe[str]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.description != self.id.description:
            raise ValueError(f"the description {self.id.description!r} beside the id {self.id.value}")
        return self


class Language(Payload, source="docs/api/statuses_and_languages"):
    id: Id
    name: Annotated[str, StringConstraints(min_length=1), SAFE]


class SubmissionToken(Payload, source="docs/api/submissions; create, v1.13.1"):
    """The answer to a POST without ``wait=true``: poll with it."""

    token: Uuid


class UndecodableOutput(Payload, source="render_conversion_error, v1.13.1"):
    """Trap: an error with the status 201. POST with wait=true answers it when the program printed what
    is not UTF-8; the submission exists, and its token fetches it with ``base64_encoded=true``."""

    error: Literal[
        "some attributes for this submission cannot be converted to UTF-8, "
        "use base64_encoded=true query parameter"
    ]
    token: Uuid


class Outcome(Payload, source="app/serializers/submission_serializer.rb, db/schema.rb, v1.13.1"):
    """The eight columns that come without ``fields``.

    stdout, stderr, compile_output and message are plain or ``RubyBase64``, as ``base64_encoded`` asked.
    """

    token: Uuid
    status: StatusRow
    time: Seconds | None
    memory: Kilobytes | None
    stdout: Output | None
    stderr: Output | None
    compile_output: Output | None
    message: Output | None

    # The validators hold for a part of the columns as well: they look at what came, and no further.

    @model_validator(mode="after")
    def _has_no_result_before_its_end(self) -> Self:
        if self._came("status") and not self.status.id.final:
            early = self._filled(RESULT_FIELDS)
            if early:
                raise ValueError(f"null in {early} while the status is {self.status.description}")
        return self

    @model_validator(mode="after")
    def _was_not_run_unless_it_compiled(self) -> Self:
        if self._came("status") and self.status.id is Status.COMPILATION_ERROR:
            odd = self._filled(RUN_FIELDS)
            if odd:
                raise ValueError(f"null in {odd} of a program that did not compile")
        return self

    @model_validator(mode="after")
    def _was_measured_if_it_ran(self) -> Self:
        if self._came("status") and self.status.id.ran:
            lacking = [
                name for name in ("time", "memory") if self._came(name) and getattr(self, name) is None
            ]
            if lacking:
                raise ValueError(f"a value in {', '.join(lacking)} of a program that ran")
        return self

    def _came(self, name: str) -> bool:
        return name in self.model_fields_set

    def _filled(self, names: tuple[str, ...]) -> str:
        return ", ".join(name for name in names if getattr(self, name, None) is not None)


class Submission(Outcome, source="app/serializers/submission_serializer.rb, db/schema.rb, v1.13.1"):
    """Every column that ``fields`` may name. source_code, stdin and expected_output are plain or
    ``RubyBase64`` too."""

    source_code: Safe[str] | None
    stdin: Safe[str] | None
    expected_output: Safe[str] | None
    language: Language
    language_id: Id
    status_id: Status
    created_at: Moment
    finished_at: Moment | None
    wall_time: Seconds | None
    exit_code: Annotated[int, Field(ge=-(2**31), le=MAX_INT32), SAFE] | None
    exit_signal: Annotated[int, Field(ge=0, le=MAX_INT32), SAFE] | None
    """Null in practice, see ``Status``."""
    number_of_runs: Count
    cpu_time_limit: Seconds
    """A string here, a number in the request."""
    cpu_extra_time: Seconds
    wall_time_limit: Seconds
    memory_limit: Kilobytes
    stack_limit: Kilobytes
    max_processes_and_or_threads: Count
    enable_per_process_and_thread_time_limit: bool
    enable_per_process_and_thread_memory_limit: bool
    max_file_size: Kilobytes
    compiler_options: Safe[str] | None
    command_line_arguments: Safe[str] | None
    redirect_stderr_to_stdout: bool
    callback_url: str | None
    additional_files: RubyBase64 | None
    """Base64 always."""
    enable_network: bool
    # Later servers only; release 1.13.1 has no such columns.
    started_at: Moment | None = None
    queued_at: Moment | None = None
    updated_at: Moment | None = None
    queue_host: str | None = None
    execution_host: str | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self._came("status") and self._came("status_id") and self.status_id is not self.status.id:
            raise ValueError("status_id that is the id of status")
        if self._came("language") and self._came("language_id") and self.language_id != self.language.id:
            raise ValueError("language_id that is the id of language")
        return self


DEFAULT_FIELDS = ("token", "time", "memory", "stdout", "stderr", "compile_output", "message", "status")
"""What comes without ``fields``. Source: app/services/fields/submission.rb."""

ENCODED_FIELDS = (
    "source_code",
    "stdin",
    "expected_output",
    "stdout",
    "stderr",
    "compile_output",
    "message",
)
"""What ``base64_encoded=true`` encodes. Source: app/serializers/submission_serializer.rb."""

RUN_FIELDS = ("time", "wall_time", "memory", "stdout", "stderr", "exit_code", "exit_signal", "message")
"""Null when the program did not compile. Source: app/jobs/isolate_job.rb."""

RESULT_FIELDS = (*RUN_FIELDS, "compile_output", "finished_at")
"""Null until the program has ended."""


class SubmissionBatch(Payload, Generic[T], source="docs/api/submissions; batch_show, v1.13.1"):
    """In the order of the tokens; null where a token is unknown."""

    submissions: list[T | None]


class PageMeta(Payload, source="docs/api/submissions; pagination_dict, v1.13.1"):
    current_page: Annotated[int, Field(ge=1), SAFE]
    next_page: Annotated[int, Field(ge=2), SAFE] | None
    prev_page: Annotated[int, Field(ge=1), SAFE] | None
    total_pages: Count
    total_count: Count

    @model_validator(mode="after")
    def _neighbours(self) -> Self:
        if self.next_page not in (None, self.current_page + 1):
            raise ValueError("next_page that follows current_page")
        if self.prev_page is not None and self.prev_page >= self.current_page:
            raise ValueError("prev_page before current_page")
        return self


class SubmissionPage(Payload, Generic[T], source="docs/api/submissions; index, v1.13.1"):
    """Newest first. A page beyond the last is empty."""

    submissions: list[T]
    meta: PageMeta


# --- errors: two shapes, and empty bodies ---------------------------------------------------------


class ErrorMessage(Payload, source="app/controllers/submissions_controller.rb, v1.13.1"):
    """The first shape: one sentence. Its statuses are 400 and 503."""

    error: Annotated[str, StringConstraints(min_length=1), SAFE]


class RateLimited(Payload, source="recorded from judge0-ce.p.rapidapi.com"):
    """What the gateway of the hosted service says, not Judge0: trap, ``message`` and not ``error``."""

    message: Annotated[str, StringConstraints(min_length=1), SAFE]


class RailsError(Payload, source="assumed"):
    """What Rails renders in place of an empty 404 where the request accepts JSON only."""

    status: Safe[int]
    error: Safe[str]


RequestField: TypeAlias = Literal[
    "source_code",
    "language_id",
    "compiler_options",
    "command_line_arguments",
    "number_of_runs",
    "stdin",
    "expected_output",
    "cpu_time_limit",
    "cpu_extra_time",
    "wall_time_limit",
    "memory_limit",
    "stack_limit",
    "max_processes_and_or_threads",
    "enable_per_process_and_thread_time_limit",
    "enable_per_process_and_thread_memory_limit",
    "max_file_size",
    "redirect_stderr_to_stdout",
    "callback_url",
    "additional_files",
    "enable_network",
]

Complaints = Annotated[list[Annotated[str, StringConstraints(min_length=1), SAFE]], Field(min_length=1)]

FieldErrors = Annotated[dict[RequestField, Complaints], Field(min_length=1)]
"""The second shape, of a 422: field to complaints, with nothing around it.

Trap: a missing language has two complaints, one more than the documentation shows. Source: Rails'
``submission.errors``, v1.13.1."""


def _item_kind(item: object) -> str:
    has_token = "token" in item if isinstance(item, dict) else isinstance(item, SubmissionToken)
    return "token" if has_token else "errors"


BatchItem = Annotated[
    Annotated[SubmissionToken, Tag("token")] | Annotated[FieldErrors, Tag("errors")],
    Discriminator(_item_kind),
]
"""What became of one program of a batch. Trap: no status of its own; a token means that it was taken."""

BatchAnswer = list[BatchItem]


# --- the service itself ---------------------------------------------------------------------------


class LanguageOfAll(Language, source="docs/api/statuses_and_languages"):
    is_archived: bool


class LanguageDetails(LanguageOfAll, source="docs/api/statuses_and_languages; LanguagesController#show"):
    source_file: Safe[str] | None
    compile_cmd: Safe[str] | None
    """Null where nothing is compiled. ``%s`` stands for the compiler options."""
    run_cmd: Safe[str] | None


class About(Payload, source="docs/api/information"):
    version: Safe[str]
    homepage: Safe[str]
    source_code: Safe[str]
    maintainer: Safe[str]


class WorkerQueue(Payload, source="app/controllers/health_controller.rb, v1.13.1"):
    """The documentation shows ``failed`` as well; the code no longer sends it."""

    queue: Safe[str]
    size: Count
    available: Count
    idle: Count
    working: Count
    paused: Count
    failed: Count | None = None


class Configuration(Payload, source="app/helpers/config.rb, v1.13.1; docs/api/system_and_configuration"):
    """How a deployment is configured. Seconds are numbers here; sizes are kilobytes."""

    maintenance_mode: bool
    enable_wait_result: bool
    enable_compiler_options: bool
    allowed_languages_for_compile_options: list[Safe[str]]
    enable_command_line_arguments: bool
    enable_submission_delete: bool
    enable_callbacks: bool
    callbacks_max_tries: Count
    callbacks_timeout: Annotated[float, Field(ge=0), SAFE]
    enable_additional_files: bool
    max_queue_size: Count
    cpu_time_limit: Annotated[float, Field(ge=0), SAFE]
    max_cpu_time_limit: Annotated[float, Field(ge=0), SAFE]
    cpu_extra_time: Annotated[float, Field(ge=0), SAFE]
    max_cpu_extra_time: Annotated[float, Field(ge=0), SAFE]
    wall_time_limit: Annotated[float, Field(ge=0), SAFE]
    max_wall_time_limit: Annotated[float, Field(ge=0), SAFE]
    memory_limit: Kilobytes
    max_memory_limit: Kilobytes
    stack_limit: Kilobytes
    max_stack_limit: Kilobytes
    max_processes_and_or_threads: Count
    max_max_processes_and_or_threads: Count
    enable_per_process_and_thread_time_limit: bool
    allow_enable_per_process_and_thread_time_limit: bool
    enable_per_process_and_thread_memory_limit: bool
    allow_enable_per_process_and_thread_memory_limit: bool
    max_file_size: Kilobytes
    max_max_file_size: Kilobytes
    number_of_runs: Count
    max_number_of_runs: Count
    redirect_stderr_to_stdout: bool
    max_extract_size: Kilobytes
    enable_batched_submissions: bool
    max_submission_batch_size: Count
    submission_cache_duration: Annotated[float, Field(ge=0), SAFE]
    use_docs_as_homepage: bool
    allow_enable_network: bool
    enable_network: bool


SystemInfo = dict[Safe[str], str]
"""The lines that ``lscpu`` and ``free`` print on the host, by their names; every value is a text.

The values are not safe: they tell of the host. Source: docs/api/system_and_configuration/system_info.md."""
