"""What becomes of a user's function before the judge runs it. The programs are run here, as Python."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.services.wrapping import FUNCTION, CannotWrap, function_name, wrap
from troth.jsontext import Json

ECHO = "def solve(*args, **kwargs):\n    return [list(args), kwargs]"
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


def ran(source: str, stdin: str) -> str:
    """What a program prints."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr("sys.stdin", io.StringIO(stdin))
        exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def called_with(stdin: str) -> Json:
    """Positional and keyword arguments of the function for an input."""
    found: Json = json.loads(ran(wrap(ECHO, "python", "solve"), stdin))
    return found


def printed(result: str) -> str:
    """What a program prints for the result of this expression."""
    return ran(wrap(f"def solve(_):\n    return {result}", "python", "solve"), "0")


@pytest.mark.parametrize(
    ("stdin", "call"),
    [
        ("[1, 2]", [[1, 2], {}]),
        ("[[1, 2]]", [[[1, 2]], {}]),
        ("[]", [[], {}]),
        ('{"a": 1, "b": [2]}', [[], {"a": 1, "b": [2]}]),
        ("7", [[7], {}]),
        ('"a, b"', [["a, b"], {}]),
        ("null", [[None], {}]),
        ("true\n", [[True], {}]),
        ("a, b", [["a", "b"], {}]),
        ("a,b\n", [["a,b"], {}]),
        ("hello", [["hello"], {}]),
    ],
)
@pytest.mark.case("A008")
def test_an_input_becomes_arguments(stdin: str, call: Json) -> None:
    assert called_with(stdin) == call


@given(values=st.lists(SCALARS))
@pytest.mark.case("A008")
def test_any_list_becomes_positional_arguments(values: list[Json]) -> None:
    assert called_with(json.dumps(values)) == [values, {}]


@given(values=st.dictionaries(NAMES, SCALARS))
@pytest.mark.case("A008")
def test_any_object_becomes_keyword_arguments(values: dict[str, Json]) -> None:
    assert called_with(json.dumps(values)) == [[], values]


@pytest.mark.parametrize("stdin", ["", "\n", "  \n "])
@pytest.mark.case("A008")
def test_without_input_a_program_ends_well_and_prints_nothing(stdin: str) -> None:
    with pytest.raises(SystemExit) as caught:
        ran(wrap(ECHO, "python", "solve"), stdin)

    assert caught.value.code == 0


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("[1, 'é']", '[1, "é"]'),
        ("(1, 2)", "[1, 2]"),
        ("{'a': None}", '{"a": null}'),
        ("True", "true"),
        ("None", "null"),
        ("3", "3"),
        ("1.5", "1.5"),
        ("'a \"word\"'", 'a "word"'),
    ],
)
@pytest.mark.case("A008")
def test_a_result_is_printed_as_json_where_text_would_be_pythons_own(result: str, text: str) -> None:
    assert printed(result) == f"{text}\n"


@given(
    code=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
    .map(str.strip)
    .filter(bool)
)
@pytest.mark.case("A008")
def test_the_stripped_code_stands_at_the_top_once(code: str) -> None:
    marked = f"# {code} end"

    source = wrap(f"\n  {marked} \n", "python", "solve")

    assert source.startswith(f"{marked}\n")
    assert source.count(marked) == 1


def test_a_function_of_another_name_is_called() -> None:
    source = wrap("def add(a, b):\n    return a + b", "python", " add ")

    assert ran(source, "[1, 2]") == "3\n"


def test_code_may_begin_with_imports_from_the_future() -> None:
    code = "from __future__ import annotations\n\ndef solve(a: Unknown) -> int:\n    return a"

    assert ran(wrap(code, "python", "solve"), "4") == "4\n"


def test_code_may_use_the_names_of_the_template_for_itself() -> None:
    code = "json = sys = text = given = 'mine'\n\ndef solve(a):\n    return json + sys + text + given"

    assert ran(wrap(code, "python", "solve"), "1") == "mine" * 4 + "\n"


@pytest.mark.parametrize("language", ["java", "c", "cobol"])
def test_only_python_has_a_template(language: str) -> None:
    with pytest.raises(CannotWrap, match=language):
        wrap("int main() {}", language, "solve")


@pytest.mark.parametrize(
    "names",
    [
        None,
        {},
        {"java": "add"},
        {"python": ""},
        {"python": "  "},
        {"python": None},
        {"python": 7},
        [],
        "solve",
    ],
    ids=repr,
)
@pytest.mark.case("A013")
def test_without_a_name_the_function_is_solve(names: object) -> None:
    assert function_name(names, "python") == FUNCTION


@pytest.mark.case("A013")
def test_a_problem_names_its_function_by_language() -> None:
    assert function_name({"python": " add ", "java": "sum"}, "python") == "add"


@pytest.mark.parametrize("name", ["a b", "1a", "print(1) or solve", "class", "a.b", "a\nb"])
def test_what_is_no_name_of_a_function_is_not_put_into_a_program(name: str) -> None:
    with pytest.raises(CannotWrap, match="solution_name"):
        function_name({"python": name}, "python")
