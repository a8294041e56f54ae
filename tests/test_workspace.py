"""A team's folders, and each way in which they can be wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.workspaces import own_modules as own_modules
from troth.api import Api
from troth.errors import BrokenFile, ContractProblem, NoWorkspace, UnknownName, UsageProblem
from troth.provider import ProviderOptions
from troth.workspace import Workspace, slug

CONTRACT = """
from troth.api import Api, Empty
tides = Api("tides", server="https://tides.example")
tides.get("/now", responses={200: Empty})
"""
SCENARIOS = """
from contracts.tides.operations import tides

@tides.scenario("the tide is told")
def told(server):
    assert server.url

@tides.scenario("another tide is told")
def another(server):
    assert server.url
"""
PROVIDER = """
from troth.provider import Provider

def create(options):
    return Provider(None, f"tides {options.strangers}", print, {}, print)
"""


@pytest.fixture
def root(tmp_path: Path, own_modules: None) -> Path:  # noqa: ARG001
    """A workspace of one API; what is imported from it is forgotten afterwards."""
    write(tmp_path, "pyproject.toml", "[tool.troth]\n")
    write(tmp_path, "contracts/tides/operations.py", CONTRACT)
    write(tmp_path, "consumers/sea_watch/scenarios.py", SCENARIOS)
    write(tmp_path, "providers/tides/provider.py", PROVIDER)
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    """Write a file and the folders that it needs."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def tides(workspace: Workspace) -> Api:
    """The workspace's API."""
    return workspace.api("tides")


def test_the_root_is_found_from_below(root: Path) -> None:
    assert Workspace.find(root / "contracts" / "tides").root == root


def test_without_a_workspace_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[project]\nname = 'other'\n")

    with pytest.raises(NoWorkspace, match=r"\[tool\.troth\]"):
        Workspace.find(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.troth", "not TOML"),
        ("[tool.troth]\nnonsense = 1\n", r"\[tool\.troth\] nonsense"),
        ("[tool.troth.max_age]\ntides = 'soon'\n", r"\[tool\.troth\] max_age\.tides"),
        ("[[tool.troth.accept]]\ncode = 'x'\nreason = 'short'\n", r"accept\.0\.reason"),
        ("[tool.troth.live.tides]\nrate = 0\n", r"live\.tides\.rate"),
    ],
)
def test_settings_that_cannot_be_read_name_the_file_and_the_place(root: Path, text: str, said: str) -> None:
    write(root, "pyproject.toml", text)

    with pytest.raises(BrokenFile, match=said) as broken:
        Workspace.find(root)
    assert str(root / "pyproject.toml") in str(broken.value)


def test_the_apis_are_the_folders_with_operations(root: Path) -> None:
    write(root, "contracts/notes/readme.txt", "no contract")

    assert Workspace.find(root).api_names == ("tides",)


def test_every_contract_is_loaded_by_name(root: Path) -> None:
    assert Workspace.find(root).apis["tides"].server == "https://tides.example"


def test_an_unknown_api_names_the_nearest(root: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'tides'"):
        Workspace.find(root).api("tide")


def test_a_contract_that_does_not_import_names_the_file_and_line(root: Path) -> None:
    write(root, "contracts/tides/operations.py", "\n\nimport no_such_thing\n")

    with pytest.raises(ContractProblem, match=r"no_such_thing.*operations\.py:3"):
        tides(Workspace.find(root))


def test_a_contract_with_a_typing_error_names_the_file_and_line(root: Path) -> None:
    write(root, "contracts/tides/operations.py", "\nx = (\n")

    with pytest.raises(ContractProblem, match=r"SyntaxError.*operations\.py:2"):
        tides(Workspace.find(root))


@pytest.mark.parametrize("text", ["", CONTRACT.replace('Api("tides"', 'Api("tide"')])
def test_a_contract_must_declare_its_own_api(root: Path, text: str) -> None:
    write(root, "contracts/tides/operations.py", text)

    with pytest.raises(ContractProblem, match="must declare one Api, named 'tides'"):
        tides(Workspace.find(root))


def test_scenarios_come_in_the_order_of_their_lines(root: Path) -> None:
    workspace = Workspace.find(root)

    assert [scenario.name for scenario in workspace.scenarios(tides(workspace))] == [
        "the tide is told",
        "another tide is told",
    ]


def test_a_scenario_that_is_imported_elsewhere_counts_once(root: Path) -> None:
    write(root, "consumers/other/scenarios.py", "from consumers.sea_watch.scenarios import told\n")
    workspace = Workspace.find(root)

    assert len(workspace.scenarios(tides(workspace))) == 2


def test_two_scenarios_of_one_name_are_refused(root: Path) -> None:
    write(root, "consumers/other/scenarios.py", SCENARIOS)
    workspace = Workspace.find(root)

    with pytest.raises(ContractProblem, match=r"sea_watch/scenarios\.py:4.*declared twice"):
        workspace.scenarios(tides(workspace))


def test_an_unknown_scenario_names_the_nearest(root: Path) -> None:
    workspace = Workspace.find(root)

    with pytest.raises(UnknownName, match="did you mean 'the tide is told'"):
        workspace.scenario(tides(workspace), "the tide was told")


def test_a_scenario_is_found_by_name(root: Path) -> None:
    workspace = Workspace.find(root)

    assert workspace.scenario(tides(workspace), "the tide is told").consumer == "sea-watch"


def test_a_provider_is_opened_with_its_options(root: Path) -> None:
    workspace = Workspace.find(root)

    assert workspace.provider(tides(workspace), ProviderOptions(strangers=True)).version == "tides True"


def test_without_a_provider_the_error_says_what_to_do(root: Path) -> None:
    (root / "providers/tides/provider.py").unlink()
    workspace = Workspace.find(root)

    with pytest.raises(ContractProblem, match="--url"):
        workspace.provider(tides(workspace), ProviderOptions())


def test_a_provider_without_create_is_refused(root: Path) -> None:
    write(root, "providers/tides/provider.py", "")
    workspace = Workspace.find(root)

    with pytest.raises(ContractProblem, match=r"no create\(options\)"):
        workspace.provider(tides(workspace), ProviderOptions())


def test_pacts_call_the_consumer_as_the_settings_do(root: Path) -> None:
    write(root, "pyproject.toml", "[tool.troth.consumers]\nsea_watch = 'coast-guard'\n")
    workspace = Workspace.find(root)

    assert workspace.consumer_name(workspace.scenario(tides(workspace), "the tide is told")) == "coast-guard"


def test_files_have_their_places(root: Path) -> None:
    workspace = Workspace.find(root)
    api = tides(workspace)
    cassette = workspace.cassette_path(workspace.scenario(api, "the tide is told"))

    assert workspace.relative(cassette) == "cassettes/tides/the_tide_is_told.yaml"
    assert workspace.relative(workspace.pact_path(api, "app")) == "contracts/tides/pacts/app-tides.json"
    assert workspace.relative(workspace.state_folder) == ".troth"
    assert workspace.relative(Path("/elsewhere/x")) == "/elsewhere/x"


@pytest.mark.parametrize(
    ("name", "file"),
    [("A correct program, accepted!", "a_correct_program_accepted"), ("429: slow — down", "429_slow_down")],
)
def test_a_scenarios_name_makes_a_file_name(name: str, file: str) -> None:
    assert slug(name) == file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool]\ntroth = "x"\n', "tool.troth is no table"),
        ("[tool.troth.max_age]\ntides = -1\n", "max_age.tides: Input should be greater than or equal to 0"),
        ('[tool.troth.consumers]\nweb = "../../web"\n', "consumers.web: String should match pattern"),
        ("x = " + "[" * 5000 + "]" * 5000 + "\n", "it is nested too deeply"),
    ],
)
def test_settings_of_the_wrong_kind_are_an_error(root: Path, text: str, said: str) -> None:
    (root / "pyproject.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BrokenFile, match=re.escape(said)):
        Workspace.find(root)


@pytest.mark.parametrize("table", ["max_age]\ntide = 90", "live.tide]\nrate = 1"])
def test_settings_of_an_api_that_is_not_there_are_an_error(root: Path, table: str) -> None:
    (root / "pyproject.toml").write_text(f"[tool.troth.{table}\n", encoding="utf-8")

    with pytest.raises(UnknownName, match=r"named 'tide'; did you mean 'tides'"):
        Workspace.find(root)


def test_a_tool_that_is_no_table_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('tool = "troth"\n', encoding="utf-8")

    with pytest.raises(NoWorkspace):
        Workspace.find(tmp_path)


def test_a_module_that_ends_python_does_not_end_the_run(root: Path) -> None:
    write(root, "consumers/web/scenarios.py", "raise SystemExit(0)\n")
    workspace = Workspace.find(root)

    with pytest.raises(ContractProblem, match="does not import: SystemExit: 0"):
        workspace.scenarios(workspace.api("tides"))


def test_scenarios_are_refused_where_python_drops_asserts(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.find(root)
    api = workspace.api("tides")
    monkeypatch.setattr(sys, "flags", SimpleNamespace(optimize=1))

    with pytest.raises(UsageProblem, match="PYTHONOPTIMIZE"):
        workspace.scenarios(api)


@pytest.mark.parametrize("name", ["!!!", "x" * 201])
def test_a_name_that_no_file_can_have_is_an_error(root: Path, name: str) -> None:
    write(root, "consumers/sea_watch/scenarios.py", SCENARIOS.replace("another tide is told", name))
    workspace = Workspace.find(root)

    with pytest.raises(ContractProblem, match="cannot name a file"):
        workspace.scenarios(workspace.api("tides"))
