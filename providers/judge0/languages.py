"""The languages that this machine can run, under the ids and names that Judge0 gives them.

The names carry the versions of Judge0's own compilers, since clients look languages up by name and
id; what really runs is the toolchain of this machine, as ``compile_cmd`` and ``run_cmd`` say.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SANDBOX_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where programs are looked for. The sandbox shows no other folder with programs."""

PYTHON, C, CPP, BASH, JAVASCRIPT, JAVA, MULTI_FILE = 71, 50, 54, 46, 63, 62, 89

_JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=2"
"""Keeps a JVM within the threads and memory of a submission on a machine of any size."""
_JAVAC = " ".join(f"-J{option}" for option in _JVM.split())

_OTHER_NAMES = {"python3": (f"python3.{sys.version_info.minor}",)}
"""What a tool may be called beside its name: a machine may have Python under its version alone."""

Which = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Language:
    """One language. ``compile_cmd`` holds ``%s`` where the compiler options go."""

    id: int
    name: str
    source_file: str | None
    compile_cmd: str | None
    run_cmd: str | None
    is_archived: bool = False

    @property
    def is_project(self) -> bool:
        """A multi-file program: it brings its own compile and run scripts."""
        return self.id == MULTI_FILE


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How a language is compiled and run; ``{tool}`` stands for the absolute path of that tool."""

    id: int
    name: str
    key: str
    """What the language is called where its toolchain is missing."""
    tools: tuple[str, ...]
    source_file: str | None
    compile_cmd: str | None
    run_cmd: str | None

    def located(self, paths: Mapping[str, str]) -> Language:
        return Language(
            id=self.id,
            name=self.name,
            source_file=self.source_file,
            compile_cmd=_filled(self.compile_cmd, paths),
            run_cmd=_filled(self.run_cmd, paths),
        )


def _filled(command: str | None, paths: Mapping[str, str]) -> str | None:
    if command is None:
        return None
    for tool, path in paths.items():
        command = command.replace("{" + tool + "}", path)
    return command


TOOLCHAINS = (
    Toolchain(BASH, "Bash (5.0.0)", "bash", ("bash",), "script.sh", None, "{bash} script.sh"),
    Toolchain(C, "C (GCC 9.2.0)", "c", ("gcc",), "main.c", "{gcc} %s main.c", "./a.out"),
    Toolchain(CPP, "C++ (GCC 9.2.0)", "c++", ("g++",), "main.cpp", "{g++} %s main.cpp", "./a.out"),
    Toolchain(
        JAVA,
        "Java (OpenJDK 13.0.1)",
        "java",
        ("javac", "java"),
        "Main.java",
        f"{{javac}} {_JAVAC} %s Main.java",
        f"{{java}} {_JVM} Main",
    ),
    Toolchain(
        JAVASCRIPT,
        "JavaScript (Node.js 12.14.0)",
        "javascript",
        ("node",),
        "script.js",
        None,
        "{node} script.js",
    ),
    Toolchain(MULTI_FILE, "Multi-file program", "multi-file", ("bash",), None, None, None),
    Toolchain(PYTHON, "Python (3.8.1)", "python", ("python3",), "script.py", None, "{python3} script.py"),
)


def which(tool: str) -> str | None:
    """Absolute path of a program that the sandbox can see, if there is one."""
    names = (tool, *_OTHER_NAMES.get(tool, ()))
    return next((path for name in names if (path := shutil.which(name, path=SANDBOX_PATH))), None)


def detect(find: Which = which) -> tuple[dict[int, Language], dict[str, str]]:
    """The languages that run here by id, and for each that does not, by key, the reason."""
    languages: dict[int, Language] = {}
    unavailable: dict[str, str] = {}
    for toolchain in TOOLCHAINS:
        paths = {tool: path for tool in toolchain.tools if (path := find(tool)) is not None}
        missing = [tool for tool in toolchain.tools if tool not in paths]
        if missing:
            unavailable[toolchain.key] = f"not installed in {SANDBOX_PATH}: {', '.join(missing)}"
        else:
            languages[toolchain.id] = toolchain.located(paths)
    return languages, unavailable
