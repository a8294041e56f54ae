"""The files and commands that a Markdown page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^\*\*([\w./-]+)\*\*\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, with the output that it promises; ``...`` stands for any lines."""

    command: str
    output: str

    def pattern(self) -> re.Pattern[str]:
        """Matches what the command may print."""
        lines = [
            r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in self.output.splitlines()
        ]
        return re.compile("".join(lines))


def page(name: str) -> str:
    """The text of a page, by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return [body for found, body in _BLOCK.findall(text) if found == language]


def files(text: str) -> dict[str, str]:
    """The files that a page shows: a bold path above a block."""
    return dict(_FILE.findall(text))


def session(text: str, name: str) -> list[Shown]:
    """The commands of the block that is marked ``<!-- run: name -->``, with their outputs."""
    marked = text.split(f"<!-- run: {name} -->\n", 1)[1]
    block = _BLOCK.search(marked)
    assert block is not None
    joined = block[2].replace("\\\n", " ")
    return [_shown(part) for part in re.split(r"^\$ ", joined, flags=re.MULTILINE)[1:]]


def _shown(part: str) -> Shown:
    command, _, output = part.partition("\n")
    return Shown(command, output)
