"""A run as a whole: which defects it finds, what it repeats, what it passes through and where it ends."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.fuzz.stage import NOTES, QUICK, SETTINGS, codes, exported, found, fuzzed
from tests.support.workspaces import Team
from troth.errors import CouldNotCheck, UnknownName
from troth.events import Advanced, Event, StepFinished, StepStarted
from troth.evidence import Verdict
from troth.exchange import Request, Response
from troth.fuzz import Budget, Choice, FuzzRun, Service

FEW = Budget(seed=1, max_examples=4)
READ = Choice(only="read_note", budget=FEW)
ADD = Choice(only="add_note", budget=QUICK)
LIST = Choice(only="list_notes", budget=FEW)
ALL = Choice(budget=QUICK)

FOUND_BY = [
    ("crash", ADD, "fuzz-not-a-server-error"),
    ("raises", READ, "fuzz-not-a-server-error"),
    ("status", Choice(only="drop_note", budget=QUICK), "fuzz-status-code-conformance"),
    ("type", READ, "fuzz-response-schema-conformance"),
    ("member", LIST, "fuzz-response-schema-conformance"),
    ("html", READ, "fuzz-content-type-conformance"),
    ("no-header", LIST, "fuzz-response-headers-conformance"),
    ("no-allow", LIST, "fuzz-unsupported-method"),
    ("method", LIST, "fuzz-unsupported-method"),
    ("open", LIST, "fuzz-ignored-auth"),
    ("lenient", ADD, "fuzz-negative-data-rejection"),
    ("strict", ADD, "fuzz-positive-data-acceptance"),
    ("zombie", ALL, "fuzz-use-after-free"),
    ("lost", ALL, "fuzz-ensure-resource-availability"),
    ("echo", ADD, "fuzz-judge"),
]
"""A defect of the notes, what is tried of them, and the check that has to see it."""


def test_the_document_of_the_notes_is_that_of_their_contract(notes_team: Team) -> None:
    api = notes_team.workspace().api("notes")

    assert (NOTES / "contracts/notes/openapi.json").read_text("utf-8") == exported(api)


def test_a_service_without_a_defect_is_proven(notes_team: Team) -> None:
    ran = fuzzed(notes_team)

    assert ran.result.findings == ()
    assert ran.result.verdict is Verdict.PROVEN


def test_answers_that_are_packed_are_read_as_they_are(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=LIST, changed=packed)

    assert ran.result.findings == ()
    assert 200 in {each.status for each in ran.sent}


@pytest.mark.parametrize(("defect", "choice", "code"), FOUND_BY, ids=[each[0] for each in FOUND_BY])
def test_a_defect_is_found_by_its_check(notes_team: Team, defect: str, choice: Choice, code: str) -> None:
    ran = fuzzed(notes_team, defects=defect, choice=choice)

    assert code in codes(ran)
    assert ran.result.verdict is Verdict.BROKEN


def test_what_a_failed_answer_would_prove_is_broken_evidence(notes_team: Team) -> None:
    ran = fuzzed(notes_team, defects="type", choice=READ)

    verdicts = {(each.operation, each.status): each.verdict for each in ran.result.evidence}
    assert verdicts["GET /notes/{note_id}", 200] is Verdict.BROKEN
    assert verdicts["GET /notes/{note_id}", 404] is Verdict.PROVEN


def test_an_application_that_raises_answers_500(notes_team: Team) -> None:
    ran = fuzzed(notes_team, defects="raises", choice=READ)

    [raised] = {each.exchange.response.body for each in ran.sent if each.status == 500}
    assert b"the application raised RuntimeError" in raised


# --- phases and seeds -----------------------------------------------------------------------------


def test_every_phase_sends_something(notes_team: Team) -> None:
    example = {"title": "an example", "size": 1, "kind": "idea", "pin": "0000"}
    edit_document(
        notes_team, ["paths", "/notes", "post", "requestBody", "content", "application/json"], example
    )

    ran = fuzzed(notes_team)

    assert {each.phase for each in ran.sent} == {"examples", "coverage", "fuzzing", "stateful"}


def test_phases_can_be_chosen(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=replace(READ, phases=("fuzzing",)))

    assert {each.phase for each in ran.sent} == {"fuzzing"}


def test_links_are_walked_along(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=replace(ALL, phases=("stateful",)))

    begun = {each.before[0].request.method for each in ran.sent if each.operation == "GET /notes/{note_id}"}
    assert "POST" in begun


def test_a_seed_repeats_a_run_in_another_process(notes_files: Team) -> None:
    first, again = (counts(notes_files, "--seed", "3") for _ in range(2))

    assert first == again


def test_several_processes_send_what_one_does(notes_files: Team) -> None:
    alone, shared = (counts(notes_files, "--workers", workers) for workers in ("1", "2"))

    assert alone == shared


def test_another_seed_is_another_run(notes_team: Team) -> None:
    drawn = [bodies(fuzzed(notes_team, choice=replace(ADD, budget=Budget(seed, 10)))) for seed in (1, 2)]

    assert drawn[0] != drawn[1]


def test_more_examples_are_more_cases(notes_team: Team) -> None:
    few, many = (
        fuzzed(notes_team, choice=Choice(only="list_notes", budget=Budget(1, examples), phases=("fuzzing",)))
        for examples in (3, 30)
    )

    assert len(few.sent) < len(many.sent)


def test_a_time_budget_ends_a_run(notes_team: Team) -> None:
    budget = Budget(seed=1, max_examples=1_000_000, seconds=1)

    ran = fuzzed(notes_team, choice=Choice(only="list_notes", budget=budget))

    assert len(ran.sent) < budget.max_examples


# --- states ---------------------------------------------------------------------------------------


def test_what_a_state_provokes_is_seen_and_no_failure(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=ADD)

    assert {each.given for each in ran.sent if each.status == 503} == {"a full shelf"}
    assert ran.result.findings == ()


def test_what_a_state_provokes_is_a_failure_in_any_other(notes_team: Team) -> None:
    ran = fuzzed(notes_team, defects="busy", choice=LIST)

    assert ("fuzz-not-a-server-error", "GET /notes") in found(ran)


def test_what_a_state_provokes_is_a_failure_of_another_operation(notes_team: Team) -> None:
    notes_team.edit(SETTINGS, "POST /notes", "* /notes")

    ran = fuzzed(notes_team, defects="busy", choice=LIST)

    assert ("fuzz-not-a-server-error", "GET /notes") in found(ran)


def test_a_state_that_provokes_nothing_could_not_be_checked(notes_team: Team) -> None:
    notes_team.edit(SETTINGS, "a full shelf", "some notes")

    ran = fuzzed(notes_team, choice=ADD)

    [finding] = ran.result.findings
    assert (finding.code, finding.verdict) == ("fuzz-state-unreached", Verdict.UNCHECKED)
    assert "nothing answered 503" in finding.message


def test_states_that_cannot_be_set_are_named(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=LIST, changed=lambda service: replace(service, states=None))

    assert [each.code for each in ran.result.told] == ["fuzz-state-unset"]


def test_a_starting_state_that_is_not_there_is_an_error(notes_team: Team) -> None:
    notes_team.edit(SETTINGS, 'given = "some notes"', 'given = "no notes"')

    with pytest.raises(UnknownName, match="no notes"):
        fuzzed(notes_team, choice=LIST)


# --- weak operations ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("defects", "choice", "weak"),
    [
        ("empty", READ, ("fuzz-no-data", "GET /notes/{note_id}")),
        ("deaf", ADD, ("fuzz-no-success", "POST /notes")),
    ],
)
def test_an_operation_that_accepts_nothing_could_not_be_checked(
    notes_team: Team, defects: str, choice: Choice, weak: tuple[str, str]
) -> None:
    notes_team.edit(SETTINGS, "statuses = [503]", "statuses = []")

    ran = fuzzed(notes_team, defects=defects, choice=choice)

    assert weak in found(ran)


def test_a_credential_that_is_refused_leaves_everything_unchecked(notes_team: Team) -> None:
    notes_team.write(SETTINGS, 'given = "some notes"\nrole = "stale"\n')

    ran = fuzzed(notes_team, choice=LIST)

    assert ("fuzz-unauthenticated", "GET /notes") in found(ran)


def test_without_a_single_case_nothing_is_proven(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=replace(LIST, phases=("stateful",)))

    assert (len(ran.sent), found(ran)) == (0, {("fuzz-untried", "GET /notes")})
    assert ran.result.verdict is Verdict.UNCHECKED


def test_an_operation_that_cannot_be_generated_could_not_be_checked(notes_team: Team) -> None:
    impossible = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer", "enum": []}}
    edit_document(notes_team, ["paths", "/notes", "get", "parameters"], [impossible])

    ran = fuzzed(notes_team, choice=LIST)

    assert ran.result.verdict is not Verdict.PROVEN
    assert "fuzz-trouble" in codes(ran)


# --- what is tried --------------------------------------------------------------------------------


def test_only_what_was_named_is_tried(notes_team: Team) -> None:
    ran = fuzzed(notes_team, choice=LIST)

    assert {each.operation for each in ran.sent} == {"GET /notes"}
    assert [each.operation for each in ran.tallies] == ["GET /notes"]


def test_an_operation_that_is_not_there_is_an_error(notes_team: Team) -> None:
    with pytest.raises(UnknownName, match="did you mean"):
        fuzzed(notes_team, choice=replace(LIST, only="GET /nots"))


def test_a_document_without_operations_could_not_be_checked(notes_team: Team) -> None:
    notes_team.write(SETTINGS, "")
    edit_document(notes_team, ["paths"], {})

    with pytest.raises(CouldNotCheck, match="no operation may be tried"):
        fuzzed(notes_team)


# --- exceptions -----------------------------------------------------------------------------------

OFF = """
[[off]]
operations = ["GET /notes"]
check = "response_schema_conformance"
reason = "the real service adds what it likes"
source = "its guide, section 4"

[[off]]
operations = ["GET /notes"]
check = "judge"
reason = "the real service adds what it likes"
source = "its guide, section 4"
"""
NEVER = """
[[off]]
operations = ["GET /notes"]
check = "use_after_free"
reason = "nothing is ever dropped there"
source = "its guide, section 5"
"""


def test_a_failure_that_is_excepted_does_not_count(notes_team: Team) -> None:
    notes_team.append(SETTINGS, OFF)

    ran = fuzzed(notes_team, defects="member", choice=LIST)

    assert ran.result.findings == ()
    assert all(each.count > 0 for each in ran.exceptions)


def test_what_is_excepted_for_one_status_counts_for_another(notes_team: Team) -> None:
    notes_team.append(SETTINGS, OFF.replace("reason", "statuses = [422]\nreason"))

    ran = fuzzed(notes_team, defects="member", choice=LIST)

    assert "fuzz-response-schema-conformance" in codes(ran)


def test_other_checks_of_an_excepted_operation_go_on(notes_team: Team) -> None:
    notes_team.append(SETTINGS, OFF)

    ran = fuzzed(notes_team, defects="member,open", choice=LIST)

    assert {each.code for each in ran.result.findings if each.verdict is Verdict.BROKEN} == {
        "fuzz-ignored-auth"
    }


def test_an_exception_that_nothing_needed_is_told(notes_team: Team) -> None:
    notes_team.append(SETTINGS, NEVER)

    ran = fuzzed(notes_team, choice=LIST)

    assert [each.code for each in ran.result.told] == ["fuzz-exception-unused"]
    assert ran.result.verdict is Verdict.PROVEN


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (NEVER.replace("GET /notes", "GET /nots"), "GET /nots"),
        (NEVER.replace("GET /notes", "GET /*"), "GET /\\*"),
        (NEVER.replace("use_after_free", "use_before_free"), "use_before_free"),
        ('[[values]]\noperations = ["* /chats"]\n"path.id" = [1]\n', "/chats"),
        ('[[states]]\ngiven = "some notes"\noperations = ["* /chats"]\n', "/chats"),
    ],
)
def test_settings_of_what_is_not_there_are_an_error(notes_team: Team, entry: str, said: str) -> None:
    notes_team.append(SETTINGS, f"\n{entry}")

    with pytest.raises(UnknownName, match=said):
        fuzzed(notes_team, choice=LIST)


KNOWN = """
[[known]]
operations = ["GET /notes"]
check = "response_schema_conformance"
reason = "lists still have a member too many"
owner = "the notes team"
expires = 2026-06-01

[[known]]
operations = ["GET /notes"]
check = "judge"
contains = "further"
reason = "lists still have a member too many"
owner = "the notes team"
expires = 2026-06-01
"""


@pytest.mark.parametrize(
    ("today", "verdict"), [("2026-05-31", Verdict.PROVEN), ("2026-06-01", Verdict.BROKEN)]
)
def test_a_defect_that_is_known_is_red_from_its_day_on(
    notes_team: Team, today: str, verdict: Verdict
) -> None:
    notes_team.append(SETTINGS, KNOWN)
    day = date.fromisoformat(today)

    ran = fuzzed(notes_team, defects="member", choice=LIST, now=at(day))

    assert ran.result.verdict is verdict


# --- schemathesis.toml ----------------------------------------------------------------------------


def test_an_expected_status_of_schemathesis_toml_holds(notes_team: Team) -> None:
    notes_team.write(
        "schemathesis.toml",
        '[[operations]]\ninclude-name = "POST /notes"\n'
        'checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "422", "503"]\n',
    )

    ran = fuzzed(notes_team, defects="strict", choice=ADD)

    assert ran.result.findings == ()


def test_a_check_that_schemathesis_toml_switches_off_is_told(notes_team: Team) -> None:
    notes_team.write("schemathesis.toml", "checks.ignored_auth.enabled = false\n")

    ran = fuzzed(notes_team, choice=LIST)

    [told] = ran.result.told
    assert (told.code, told.message) == (
        "fuzz-check-off",
        "schemathesis.toml switches ignored_auth off for every operation",
    )


# --- events ---------------------------------------------------------------------------------------


def test_phases_and_operations_are_told_while_it_runs(notes_team: Team) -> None:
    events: list[Event] = []

    fuzzed(notes_team, choice=LIST, emit=events.append)

    assert [type(each) for each in (events[0], events[-1])] == [StepStarted, StepFinished]
    assert Advanced("coverage: GET /notes") in events


def test_as_much_is_told_as_was_announced(notes_team: Team) -> None:
    events: list[Event] = []

    fuzzed(notes_team, emit=events.append)

    [total] = [each.total for each in events if isinstance(each, StepStarted)]
    assert sum(isinstance(each, Advanced) for each in events) <= (total or 0)


def bodies(ran: FuzzRun) -> list[bytes]:
    """What was sent, in its order."""
    return [each.exchange.request.body for each in ran.sent if each.phase == "fuzzing"]


def packed(service: Service) -> Service:
    """The same service, with every body packed by gzip."""
    answer = service.handler
    assert answer is not None

    def pack(request: Request) -> Response:
        plain = answer(request)
        return replace(
            plain,
            body=gzip.compress(plain.body, mtime=0),
            headers=plain.headers.without("Content-Length").with_("Content-Encoding", "gzip"),
        )

    return replace(service, handler=pack)


def counts(team: Team, *options: str) -> tuple[Any, ...]:
    """What a run in a process of its own counts."""
    ran = team.troth("fuzz", "notes", "--max-examples", "2", "-k", "_note", "--format", "json", *options)
    said = json.loads(ran.out)
    return said["exit_status"], said["cases"], said["phases"], said["states"], said["operations"]


def at(day: date) -> Any:
    """Noon of a day."""
    from tests.fuzz.stage import NOW

    return NOW.replace(year=day.year, month=day.month, day=day.day)


def edit_document(team: Team, keys: list[str], value: object) -> None:
    """Put something into the document of the notes; an example of a body beside its schema."""
    path = "contracts/notes/openapi.json"
    document = json.loads(team.read(path))
    *parents, last = keys
    place = document
    for key in parents:
        place = place[key]
    if last == "application/json":
        place[last]["example"] = value
    else:
        place[last] = value
    team.write(path, json.dumps(document))
