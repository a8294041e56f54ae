"""Commands that show a failure again when they are pasted into bash, one a line, in order."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from troth.fuzz.asked import STEP, Asked
from troth.states import STATE_PATH, TOKEN_HEADER

PORT = 8123
TOKEN = "fuzz"
"""What the state endpoint of the served provider asks for: it is open to this machine alone."""
_TRIES = "--retry 30 --retry-delay 1 --retry-connrefused"
"""The server needs a moment."""
_STEP = r"\{\{step(?P<step>\d+):(?P<place>[^{}]+)\}\}"
_ROLE = r"\{\{secret:(?P<role>[\w.-]+?)\}\}"
_IN_TEXT = re.compile(f"{_STEP}|{_ROLE}")
_IN_BODY = re.compile(f'"{_STEP}"|{_ROLE}')
"""A number stands in a body without the quotes of its placeholder."""
_HIGHEST = 0x7F


def commands(api: str, given: str, requests: Sequence[Asked]) -> str:
    """For a failure of the workspace's own provider: it is served, set in its state, and asked."""
    url = f"http://127.0.0.1:{PORT}"
    state = json.dumps({"state": given}, ensure_ascii=False)
    lines = [
        f"troth serve {api} --port {PORT} --states --states-token {TOKEN} &",
        f"curl -s {_TRIES} {url}{STATE_PATH} -H '{TOKEN_HEADER}: {TOKEN}' "
        f"-H 'Content-Type: application/json' --data-raw {shlex.quote(state)}",
        *_requests(url, requests, {}),
        "kill $!",
    ]
    return "\n".join(lines)


def commands_at(url: str, requests: Sequence[Asked], variables: Mapping[str, str]) -> str:
    """For a failure of a service at ``url``. ``variables`` are those of the environment, by role."""
    return "\n".join(_requests(url.rstrip("/"), requests, variables))


def _requests(url: str, requests: Sequence[Asked], variables: Mapping[str, str]) -> Iterator[str]:
    needed = {step for one in requests for step, _ in one.steps}
    known: set[_Taken] = set()
    for step, one in enumerate(requests, 1):
        for taken in _takes(one):
            if taken not in known:
                yield f"{taken.variable}=$({taken.command})"
        known |= set(_takes(one))
        last = step == len(requests)
        text = _Command(url, variables).of(one, show="-si" if last or step in needed else "-s")
        yield f"ANSWER{step}=$({text})" if step in needed else text


@dataclass(frozen=True, slots=True)
class _Taken:
    """A value of an earlier answer, in a variable of the shell; ``json``: as a document has it."""

    step: int
    place: str
    json: bool

    @property
    def variable(self) -> str:
        name = re.sub(r"\W+", "_", self.place).strip("_").upper()
        return f"STEP{self.step}_{name}{'_JSON' if self.json else ''}"

    @property
    def command(self) -> str:
        """Reads the value out of an answer with its headers, by what everybody has who has troth."""
        return f'printf %s "$ANSWER{self.step}" | tr -d "\\r" | python3 -c {shlex.quote(self._program())}'

    def _program(self) -> str:
        if self.place.startswith("header "):
            name = self.place.removeprefix("header ")
            return (
                "import email, sys; head = sys.stdin.read().partition('\\n')[2]; "
                f"print(email.message_from_string(head)[{name!r}].rstrip('/').rpartition('/')[2])"
            )
        parts = re.findall(r"\.(\w+)|\[(\d+)\]", self.place)
        keys = "".join(f"[{key!r}]" if key else f"[{index}]" for key, index in parts)
        value = f"json.loads(sys.stdin.read().partition('\\n\\n')[2]){keys}"
        return f"import json, sys; print({f'json.dumps({value})' if self.json else value})"


def _takes(one: Asked) -> tuple[_Taken, ...]:
    plain = (one.target, *(value for _, value in one.headers))
    found = [_Taken(int(n), place, json=False) for text in plain for n, place in STEP.findall(text)]
    found += [_Taken(int(n), place, json=True) for n, place in STEP.findall(one.body.decode("latin-1"))]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Command:
    url: str
    variables: Mapping[str, str]
    """Of the environment, by role."""

    def of(self, one: Asked, *, show: str) -> str:
        method = ["--head"] if one.method == "HEAD" else [] if self._is_plain(one) else ["-X", one.method]
        words = [self.quoted(self.url + one.target)]
        words += [word for name, value in one.headers for word in ("-H", self._header(name, value))]
        if one.body and not any(name.lower() == "content-type" for name, _ in one.headers):
            words += ["-H", "'Content-Type:'"]
        before, data = self._data(one.body)
        return " ".join([f"{before}curl", show, *_path_options(one.target), *method, *words, *data])

    @staticmethod
    def _is_plain(one: Asked) -> bool:
        """Whether curl takes this method by itself."""
        return one.method == ("POST" if one.body else "GET")

    def _header(self, name: str, value: str) -> str:
        return self.quoted(f"{name}: {value}" if value.strip() else f"{name};", "latin-1")

    def _data(self, body: bytes) -> tuple[str, list[str]]:
        """What comes before the command, and its options: no argument of a program can hold a NUL."""
        if not body:
            return "", []
        if b"\0" in body:
            return f"printf {_printf(body)} | ", ["--data-binary", "@-"]
        return "", ["--data-raw", self.quoted(body.decode("utf-8", "surrogateescape"), of_body=True)]

    def quoted(self, text: str, encoding: str = "utf-8", *, of_body: bool = False) -> str:
        """A word of bash. Placeholders are variables of the shell, where they are known."""
        word, end = "", 0
        for found in (_IN_BODY if of_body else _IN_TEXT).finditer(text):
            variable = self._variable(found, json=of_body)
            if variable:
                word += self._plain(text[end : found.start()], encoding) + f'"${variable}"'
                end = found.end()
        return word + self._plain(text[end:], encoding) or "''"

    def _variable(self, found: re.Match[str], *, json: bool) -> str:
        if found["role"] is not None:
            return self.variables.get(found["role"], "")
        return _Taken(int(found["step"]), found["place"], json).variable

    @staticmethod
    def _plain(text: str, encoding: str) -> str:
        data = text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
        return quoted(data) if data else ""


def _path_options(target: str) -> list[str]:
    path = target.partition("?")[0]
    options = ["--path-as-is"] if re.search(r"/\.{1,2}(/|$)", path) else []
    return options + (["-g"] if re.search(r"[\[\]{}]", STEP.sub("", target)) else [])


def quoted(data: bytes) -> str:
    """Bytes as one word of bash.

    Raises:
        ValueError: there is a NUL, which no word can hold.
    """
    if b"\0" in data:
        raise ValueError("no argument of a program can hold a NUL")
    text = data.decode("latin-1")
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    if _is_text(data):
        return shlex.quote(data.decode("utf-8"))
    return f"$'{''.join(map(_escaped, data))}'"


def _is_text(data: bytes) -> bool:
    """Whether a person can paste it as it is."""
    try:
        return data.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character in "\\'":
        return f"\\{character}"
    return character if character.isprintable() and byte < _HIGHEST else f"\\x{byte:02x}"


def _printf(data: bytes) -> str:
    """A format of ``printf`` that writes the bytes."""
    plain = set(range(0x20, _HIGHEST)) - set(b"%\\'")
    return "'" + "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in data) + "'"
