"""What each endpoint does with its parameters: documents out, refusals as exceptions."""

from __future__ import annotations

import math
import re
from http import HTTPStatus

from providers.judge0.languages import Language
from providers.judge0.parameters import Parameters
from providers.judge0.presentation import ALL_FIELDS, DEFAULT_FIELDS, NotUtf8, present, present_at
from providers.judge0.service import Service
from providers.judge0.submission import Draft, Submission
from providers.judge0.validation import Invalid, read_draft

Document = dict[str, object]

_PER_PAGE = 20
_NOT_UTF8 = "cannot be converted to UTF-8, use base64_encoded=true query parameter"
NOT_UTF8_ONE = f"some attributes for this submission {_NOT_UTF8}"
NOT_UTF8_MANY = f"some attributes for one or more submissions {_NOT_UTF8}"


class Refusal(Exception):
    """An answer that is an error. No body is an empty one."""

    def __init__(self, status: HTTPStatus, body: object = None) -> None:
        super().__init__(f"{int(status)} {body}")
        self.status = status
        self.body = body


def _error(status: HTTPStatus, text: str) -> Refusal:
    return Refusal(status, {"error": text})


def _bad_request(text: str) -> Refusal:
    return _error(HTTPStatus.BAD_REQUEST, text)


class Endpoints:
    """One method an endpoint; all raise Refusal."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def create(self, parameters: Parameters) -> Document:
        self._check_maintenance()
        wait = parameters.is_true("wait")
        if wait and not self._service.settings.enable_wait_result:
            raise _bad_request("wait not allowed")
        self._check_queue(1)
        fields = requested_fields(parameters)
        draft = self._draft(parameters.values, parameters)
        if not wait:
            return {"token": self._service.enqueue(draft).token}
        submission = self._service.run_now(draft)
        try:
            return present(submission, fields=fields, base64_encoded=_base64(parameters))
        except NotUtf8:
            return {"error": NOT_UTF8_ONE, "token": submission.token}

    def create_batch(self, parameters: Parameters) -> tuple[list[Document], bool]:
        """A token or the errors for each, and whether any is valid."""
        self._check_batches()
        items = _items(parameters)
        self._check_queue(1 if items is None else len(items))
        self._check_batch_size(len(items or ()))
        outcomes = [self._draft_or_errors(item, parameters) for item in items or ()]
        answers: list[Document] = [
            {"token": self._service.enqueue(outcome).token} if isinstance(outcome, Draft) else outcome
            for outcome in outcomes
        ]
        return answers, any(isinstance(outcome, Draft) for outcome in outcomes)

    def show(self, token: str, parameters: Parameters) -> Document:
        fields = requested_fields(parameters)
        submission = self._find(token)
        progress = self._service.look(submission)
        try:
            return present_at(submission, progress, fields=fields, base64_encoded=_base64(parameters))
        except NotUtf8 as error:
            raise _bad_request(NOT_UTF8_ONE) from error

    def show_batch(self, tokens: str, parameters: Parameters) -> Document:
        """``tokens`` are separated by commas; unknown ones are null in the answer."""
        self._check_batches()
        fields = requested_fields(parameters)
        wanted = _split(tokens.strip())
        self._check_batch_size(len(wanted))
        found = [self._service.find(token) for token in wanted]
        looks = [(it, self._service.look(it)) if it is not None else None for it in found]
        base64_encoded = _base64(parameters)
        try:
            return {
                "submissions": [
                    present_at(*look, fields=fields, base64_encoded=base64_encoded) if look else None
                    for look in looks
                ]
            }
        except NotUtf8 as error:
            raise _bad_request(NOT_UTF8_MANY) from error

    def show_page(self, parameters: Parameters) -> Document:
        fields = requested_fields(parameters)
        page, per_page = parameters.integer("page", 1), parameters.integer("per_page", _PER_PAGE)
        if page <= 0:
            raise _bad_request(f"invalid page: {page}")
        if per_page < 0:
            raise _bad_request(f"invalid per_page: {per_page}")
        submissions = self._service.newest_first()
        shown = submissions[(page - 1) * per_page : page * per_page]
        try:
            documents = [present(it, fields=fields, base64_encoded=_base64(parameters)) for it in shown]
        except NotUtf8 as error:
            raise _bad_request(NOT_UTF8_MANY) from error
        return {"submissions": documents, "meta": _meta(page, per_page, len(submissions))}

    def delete(self, token: str, parameters: Parameters) -> Document:
        """What was deleted, its texts always as base64."""
        self._check_maintenance()
        fields = requested_fields(parameters)
        if not self._service.settings.enable_submission_delete:
            raise _bad_request("delete not allowed")
        submission = self._find(token)
        status = submission.progress.status
        if not status.final:
            raise _bad_request(
                f"submission cannot be deleted because its status is {int(status)} ({status.description})"
            )
        self._service.delete(token)
        return present(submission, fields=fields, base64_encoded=True)

    def languages(self) -> list[Document]:
        return [{"id": it.id, "name": it.name} for it in self._by_name() if not it.is_archived]

    def all_languages(self) -> list[Document]:
        return [{"id": it.id, "name": it.name, "is_archived": it.is_archived} for it in self._by_name()]

    def language(self, language_id: str) -> Document:
        known = re.fullmatch("[0-9]{1,9}", language_id) is not None
        language = self._service.languages.get(int(language_id)) if known else None
        if language is None:
            raise Refusal(HTTPStatus.NOT_FOUND)
        return {
            "id": language.id,
            "name": language.name,
            "is_archived": language.is_archived,
            "source_file": language.source_file,
            "compile_cmd": language.compile_cmd,
            "run_cmd": language.run_cmd,
        }

    def _by_name(self) -> list[Language]:
        return sorted(self._service.languages.values(), key=lambda language: language.name)

    def _find(self, token: str) -> Submission:
        submission = self._service.find(token)
        if submission is None:
            raise Refusal(HTTPStatus.NOT_FOUND)
        return submission

    def _draft(self, body: object, parameters: Parameters) -> Draft:
        outcome = self._draft_or_errors(body, parameters)
        if isinstance(outcome, Draft):
            return outcome
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, outcome)

    def _draft_or_errors(self, body: object, parameters: Parameters) -> Draft | Document:
        """Something other than an object is read as an empty one."""
        values = body if isinstance(body, dict) else {}
        try:
            return read_draft(
                values,
                settings=self._service.settings,
                languages=self._service.languages,
                base64_encoded=_base64(parameters),
            )
        except Invalid as invalid:
            return dict(invalid.errors)

    def _check_maintenance(self) -> None:
        if self._service.settings.maintenance_mode:
            raise _error(HTTPStatus.SERVICE_UNAVAILABLE, "Judge0 is currently in maintenance.")

    def _check_batches(self) -> None:
        if not self._service.settings.enable_batched_submissions:
            raise _bad_request("batched submissions are not allowed")

    def _check_queue(self, arriving: int) -> None:
        if self._service.workers.size() + arriving > self._service.settings.max_queue_size:
            raise _error(HTTPStatus.SERVICE_UNAVAILABLE, "queue is full")

    def _check_batch_size(self, size: int) -> None:
        most = self._service.settings.max_submission_batch_size
        if size > most:
            raise _bad_request(f"number of submissions in a batch should be less than or equal to {most}")
        if size == 0:
            raise _bad_request("there should be at least one submission in a batch")


def requested_fields(parameters: Parameters) -> frozenset[str]:
    """The columns that ``fields`` names; ``*`` is all, nothing is the default eight."""
    text = (parameters.text("fields") or "").strip()
    if text == "*":
        return ALL_FIELDS
    names = [name.strip() for name in _split(text)]
    invalid = [name for name in names if name not in ALL_FIELDS]
    if invalid:
        raise _bad_request(f"invalid fields: [{', '.join(invalid)}]")
    return frozenset(names) or DEFAULT_FIELDS


def _base64(parameters: Parameters) -> bool:
    """Off unless "true", in this release."""
    return parameters.is_true("base64_encoded")


def _items(parameters: Parameters) -> list[object] | None:
    items = parameters.values.get("submissions")
    return items if isinstance(items, list) else None


def _split(text: str) -> list[str]:
    """As Ruby splits: empty parts at the end do not count."""
    return text.rstrip(",").split(",") if text.rstrip(",") else []


def _meta(page: int, per_page: int, total: int) -> Document:
    pages = max(1, math.ceil(total / per_page)) if per_page else 0
    return {
        "current_page": page,
        "next_page": page + 1 if page < pages else None,
        "prev_page": page - 1 if page > 1 else None,
        "total_pages": pages,
        "total_count": total,
    }
