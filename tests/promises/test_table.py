"""The table of a team: what is run, what is found, and each break that it must find, planted."""

from __future__ import annotations

import pytest

from tests.promises.conftest import Run, only_finding, told
from tests.promises.team import CLIENT, PROMISES, SCENARIOS
from tests.support.facts import NOON
from tests.support.workspaces import Team
from troth.errors import ContractProblem, UnknownName, UsageProblem
from troth.evidence import Counts, Verdict
from troth.exchange import SourceKind
from troth.faults.catalogue import CATALOGUE
from troth.faults.clock import VirtualClock
from troth.resilience import Choice, declared, run_table, silent_consumers
from troth.resilience.cell import Times

FORECAST = "GET /cities/{city}/forecast"
SET = "POST /alerts"
READ = "GET /alerts/{alert}"
DROP = "DELETE /alerts/{alert}"


# --- what is run ----------------------------------------------------------------------------------


def test_every_operation_is_run_under_every_fault_once_and_for_good(run: Run) -> None:
    table = run("forecast")

    ran = {(cell.fault.name, cell.times) for cell in table.cells}
    assert ran == {(each.name, times) for each in CATALOGUE for times in Times}
    assert {cell.operation.label for cell in table.cells} == {FORECAST}


def test_a_table_that_holds_has_nothing_to_say(run: Run) -> None:
    table = run()

    assert table.result.findings == ()
    assert table.result.counts == Counts(210, 210, 210)
    assert {cell.operation.label for cell in table.cells} == {FORECAST, SET, READ, DROP}


def test_a_fault_that_an_answer_cannot_have_is_not_run(run: Run) -> None:
    table = run("drop_alert")

    left_out = {each.name for each in CATALOGUE} - {cell.fault.name for cell in table.cells}
    assert left_out == {
        "malformed_json",
        "empty_body",
        "invalid_utf8",
        "body_too_large",
        "gzip_bomb",
        "field_missing",
        "field_null",
        "field_retyped",
        "enum_unknown",
    }


def test_a_cell_says_what_was_promised_and_what_happened(run: Run) -> None:
    table = run("set_alert", "dns_failure")

    said = [(cell.times, cell.promised.words if cell.promised else "", cell.happened) for cell in table.cells]
    assert said == [
        ("once", "retries, then succeeds", "retries, then succeeds"),
        ("lasting", "raises NotReached", "raises NotReached"),
    ]


def test_evidence_is_kept_for_each_operation_and_fault(run: Run) -> None:
    [seen] = run("set_alert", "dns_failure").result.evidence

    assert (seen.kind, seen.operation, seen.place, seen.verdict) == (
        SourceKind.FAULT,
        SET,
        "fault dns_failure",
        Verdict.PROVEN,
    )


@pytest.mark.parametrize("only", ["set_alert", "POST /alerts", "set_", "POST*"])
def test_operations_are_chosen_by_name_label_part_or_glob(run: Run, only: str) -> None:
    assert {cell.operation.name for cell in run(only, "http_500").cells} == {"set_alert"}


def test_a_fault_may_be_struck_at_a_place(run: Run) -> None:
    table = run("forecast", "field_null:$.days[*].sky")

    assert [cell.fault.full_name for cell in table.cells] == ["field_null:$.days[*].sky"] * 2
    assert table.result.findings == ()


def test_items_of_an_array_are_one_place(team: Team) -> None:
    workspace = team.workspace()
    api = workspace.api("weather")
    choice = Choice.of(api, "forecast", ["enum_unknown"], every_place=True)

    table = run_table(workspace, api, now=NOON, choice=choice)

    assert {cell.fault.place for cell in table.cells} == {"$.units", "$.days[*].sky"}


def test_an_operation_that_is_not_there_is_an_error(run: Run) -> None:
    with pytest.raises(UnknownName, match="operation of weather"):
        run("forcast_")


def test_a_fault_that_is_not_there_is_an_error(run: Run) -> None:
    with pytest.raises(UnknownName, match="fault"):
        run("", "http_5O3")


def test_a_place_that_no_answer_has_is_an_error(run: Run) -> None:
    with pytest.raises(UsageProblem, match=r"\$\.rain"):
        run("", "field_missing:$.rain")


def test_a_choice_that_leaves_nothing_is_an_error(run: Run) -> None:
    with pytest.raises(UsageProblem, match="nothing is left to run"):
        run("drop_alert", "malformed_json")


def test_without_promises_there_is_no_table(team: Team, run: Run) -> None:
    team.remove(PROMISES)

    with pytest.raises(UsageProblem, match="no consumer says what it promises"):
        run()


def test_a_consumer_that_promises_nothing_is_named(team: Team) -> None:
    team.remove(PROMISES)
    workspace = team.workspace()

    assert declared(workspace, workspace.api("weather")) == ()
    assert silent_consumers(workspace, workspace.api("weather")) == ("weather",)


def test_a_consumer_promises_once(team: Team, run: Run) -> None:
    team.append(PROMISES, "\nagain = Promises(weather, deadline=1, reads={}, writes={})\n")

    with pytest.raises(ContractProblem, match="promises twice"):
        run()


def test_promises_that_cannot_be_kept_are_an_error_with_their_place(team: Team, run: Run) -> None:
    team.edit(PROMISES, "lasting=Raises(Busy)", "lasting=Recovers()")

    with pytest.raises(ContractProblem, match=r"promises\.py:\d+"):
        run()


# --- planted in promises --------------------------------------------------------------------------


def test_what_is_not_promised_is_found(team: Team, run: Run) -> None:
    team.edit(PROMISES, "    Kind.UNREADABLE: Raises(Unreadable),\n", "")

    found = only_finding(run("set_alert"), "fault-undeclared", "malformed_json, once")

    assert (found.operation, found.expected, found.actual.partition(" at ")[0]) == (
        SET,
        "a promise for 'unreadable', or for 'malformed_json'",
        "raises Unreadable: Unreadable",
    )


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        pytest.param("once=Recovers(), lasting=Raises(NotReached)", "once=Raises(NotReached), "
                     "lasting=Raises(NotReached)", "dns_failure, once", id="recovers, and should raise"),
        pytest.param("NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Raises(Busy)", "read_timeout, once",
                     id="another exception"),
        pytest.param("NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Succeeds()", "read_timeout, lasting",
                     id="raises, and should succeed"),
    ],
)  # fmt: skip
def test_another_outcome_than_promised_is_found(team: Team, run: Run, old: str, new: str, path: str) -> None:
    team.edit(PROMISES, old, new)
    team.edit(PROMISES, "Raises, Recovers", "Raises, Recovers, Succeeds")

    assert ("fault-outcome", SET, path) in told(run("set_alert"))


def test_a_finding_teaches(team: Team, run: Run) -> None:
    team.edit(PROMISES, "NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Raises(Busy)")

    found = only_finding(run("set_alert"), "fault-outcome", "read_timeout, once")

    assert found.expected == "raises Busy"
    assert found.actual.startswith("raises NoAnswer: NoAnswer at consumers/weather/client.py:")
    assert found.place.startswith("consumers/weather/scenarios.py:")
    assert found.reproduce == 'troth faults weather -k "set_alert" --fault read_timeout'


def test_an_operation_may_be_promised_otherwise(team: Team, run: Run) -> None:
    team.edit(
        CLIENT, 'if attempt == ATTEMPTS or method != "GET":', 'if attempt == ATTEMPTS or method == "POST":'
    )
    team.edit(PROMISES, "import weather", "import drop_alert, weather")
    team.edit(
        PROMISES,
        "    deadline=100,\n",
        "    deadline=100,\n"
        "    operations={drop_alert: {Kind.RATE_LIMITED: LATER, Kind.UNAVAILABLE: LATER}},\n"
        '    idempotent={drop_alert: "what is gone stays gone"},\n',
    )

    assert run().result.findings == ()


def test_who_degrades_is_driven_in_its_own_way(team: Team, run: Run) -> None:
    team.append(
        PROMISES,
        """

def no_forecast(server):
    with WeatherClient(server.url, key=server.token) as client:
        try:
            client.forecast("Paris")
        except NoAnswer:
            return
    raise AssertionError("there is a forecast")
""",
    )
    team.edit(PROMISES, "ALWAYS = {", "from consumers.weather.client import WeatherClient\n\nALWAYS = {")
    team.edit(
        PROMISES,
        "NO_ANSWER: Raises(NoAnswer)",
        'NO_ANSWER: Degrades("no forecast", use=lambda s: no_forecast(s))',
    )
    team.edit(PROMISES, "Kind, Outcome", "Degrades, Kind, Outcome")

    table = run("forecast", "read_timeout", "http_503")

    assert table.result.findings == ()
    assert [cell.happened for cell in table.cells[:2]] == ["degrades: no forecast"] * 2


# --- planted in the client ------------------------------------------------------------------------


def test_a_client_without_a_timeout_hangs(team: Team, run: Run) -> None:
    team.edit(CLIENT, "timeout=TIMEOUT", "timeout=None")

    found = only_finding(run("set_alert"), "fault-hang", "read_timeout, once")

    assert "set no timeout" in found.actual


def test_retries_without_end_are_cut_off_at_the_deadline(team: Team, run: Run) -> None:
    team.edit(CLIENT, "ATTEMPTS = 3", "ATTEMPTS = None")

    found = only_finding(run("forecast", "http_503"), "fault-hang", "http_503, lasting")

    assert found.actual == "does not end: more than 100 s"


def test_retries_without_end_or_pause_are_cut_off_after_many_calls(team: Team, run: Run) -> None:
    team.edit(CLIENT, "ATTEMPTS = 3", "ATTEMPTS = None")
    team.edit(CLIENT, "time.sleep(1.0)", "pass")

    found = only_finding(run("forecast", "http_503"), "fault-hang", "http_503, lasting")

    assert found.actual == "does not end: more than 200 calls"


def test_a_client_that_waits_too_long_is_found(team: Team, run: Run) -> None:
    team.edit(CLIENT, "TIMEOUT = (3.0, 10.0)", "TIMEOUT = (3.0, 101.0)")

    assert ("fault-hang", SET, "read_timeout, once") in told(run("set_alert"))


def test_a_write_that_is_sent_again_is_found(team: Team, run: Run) -> None:
    team.edit(CLIENT, "except NotReached:", "except (NotReached, NoAnswer):")
    team.edit(
        PROMISES,
        "NO_ANSWER: Raises(NoAnswer)",
        "NO_ANSWER: Outcome(once=Recovers(), lasting=Raises(NoAnswer))",
    )

    table = run()

    repeated = {
        path for code, operation, path in told(table) if operation == SET and code == "fault-repeated"
    }
    assert repeated == {
        f"{name}, {times}"
        for name in ("read_timeout", "reset_before_headers", "reset_mid_body", "body_short", "body_drips")
        for times in Times
    }
    assert {operation for _, operation, _ in told(table)} == {SET, DROP}  # reads may be sent again


def test_a_write_may_be_sent_again_for_a_reason(team: Team, run: Run) -> None:
    team.edit(CLIENT, "except NotReached:", "except (NotReached, NoAnswer):")
    team.edit(
        PROMISES,
        "NO_ANSWER: Raises(NoAnswer)",
        'NO_ANSWER: Outcome(Recovers(), Raises(NoAnswer), repeats="alerts are told apart by their city")',
    )

    assert run().result.findings == ()


def test_a_write_that_was_never_processed_may_be_sent_again(run: Run) -> None:
    table = run("set_alert", "connection_refused")

    assert [cell.happened for cell in table.cells] == ["retries, then succeeds", "raises NotReached"]
    assert table.result.findings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            'NoAnswer("no answer") from None', 'NoAnswer(f"key {self._key}") from None', id="message"
        ),
        pytest.param(
            'NoAnswer("no answer") from None', 'NoAnswer("no answer", self._key) from None', id="repr"
        ),
        pytest.param(
            'NoAnswer("no answer") from None',
            'NoAnswer("no answer") from ValueError(self._key.encode().hex())',
            id="cause, as hexadecimal",
        ),
    ],
)
def test_a_credential_in_an_exception_is_found(team: Team, run: Run, old: str, new: str) -> None:
    team.edit(CLIENT, old, new)

    found = only_finding(run("set_alert", "read_timeout"), "fault-leak", "read_timeout, once")

    assert "'valid'" in found.message
    assert "troth" not in found.actual + found.message.removeprefix("the credential")


def test_a_credential_in_what_an_exception_hides_is_no_leak(team: Team, run: Run) -> None:
    hiding = """            try:
                raise ValueError(self._key)
            except ValueError:
                raise NoAnswer("no answer") from None
"""
    team.edit(
        CLIENT, '            raise NoAnswer("no answer") from None\n        if len', f"{hiding}        if len"
    )

    assert run("set_alert", "read_timeout").result.findings == ()


def test_an_answer_that_is_made_up_is_found(team: Team, run: Run) -> None:
    team.edit(CLIENT, '            raise Unreadable("too long")\n', "            body = body[:LARGEST]\n")
    team.edit(
        CLIENT,
        '        raise Unreadable("not as agreed")\n',
        "        return form.model_construct(days=[])\n",
    )

    found = only_finding(run("forecast", "malformed_json"), "fault-outcome", "malformed_json, once")

    assert found.actual.startswith(
        "succeeds with another answer than usual: AssertionError at consumers/weather"
    )


def test_a_client_that_asks_what_was_never_recorded_cannot_be_checked(team: Team, run: Run) -> None:
    team.edit(CLIENT, "                if attempt == ATTEMPTS:\n                    raise\n",
              "                return self._once(method, '/alerts/7')\n")  # fmt: skip

    found = only_finding(run("forecast", "dns_failure"), "fault-not-covered", "dns_failure, once")

    assert found.verdict is Verdict.UNCHECKED
    assert "never recorded: weather: GET /alerts/{alert}" in found.message


# --- planted elsewhere ----------------------------------------------------------------------------


def test_a_scenario_that_fails_without_any_fault_is_found(team: Team, run: Run) -> None:
    team.edit(SCENARIOS, "[Sky.RAIN, Sky.CLEAR]", "[Sky.RAIN, Sky.RAIN]")

    table = run()

    assert told(table) == {("scenario-failed", FORECAST, "")}
    assert FORECAST not in {cell.operation.label for cell in table.cells}


def test_a_scenario_without_a_recording_is_named(team: Team, run: Run) -> None:
    team.remove("cassettes/weather/a_forecast_tells_of_rain.yaml")

    table = run()

    assert {(each.code, each.scenario, each.operation, each.verdict) for each in table.result.findings} == {
        ("fault-not-covered", "a forecast tells of rain", "", Verdict.UNCHECKED),
        ("fault-not-covered", "forecast", FORECAST, Verdict.UNCHECKED),
    }


def test_how_a_scenario_fails_does_not_depend_on_the_filters_of_warnings(team: Team, run: Run) -> None:
    team.edit(
        CLIENT,
        "        headers = {",
        "        import warnings\n\n        warnings.warn('odd')\n        headers = {",
    )

    assert run("forecast", "http_503").result.findings == ()


def test_the_clock_of_this_machine_is_back_afterwards(run: Run) -> None:
    run("forecast", "http_503")

    assert VirtualClock.current() is None


def test_the_table_of_two_consumers_holds_both(team: Team) -> None:
    team.write("consumers/station/promises.py", team.read(PROMISES))
    team.write("consumers/station/scenarios.py", '"""None of its own."""\n')
    workspace = team.workspace()

    table = run_table(workspace, workspace.api("weather"), now=NOON)

    assert [each.consumer for each in table.consumers] == ["station", "weather"]
    assert table.result.counts.attempted == 210
