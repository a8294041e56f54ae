"""Archives of additional files, friendly and hostile."""

from __future__ import annotations

import base64
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.judge0.archive import unpack
from tests.providers.judge0.stage import Judge, status_id

MULTI_FILE, BASH = 89, 46
ACCEPTED, COMPILATION_ERROR, NZEC = 3, 6, 11


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def archive(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for info, data in entries:
            file.writestr(info, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def encoded(**files: str) -> str:
    """Files by name, ``__`` for a dot."""
    entries = ((entry(name.replace("__", ".")), text.encode()) for name, text in files.items())
    return base64.b64encode(archive(*entries)).decode()


@pytest.mark.parametrize("suffix", ["", "__sh"])
def test_project_is_compiled_and_run_by_its_own_scripts(judge: Judge, suffix: str) -> None:
    files = encoded(**{f"compile{suffix}": "cp text.in out", f"run{suffix}": "cat out", "text__in": "hi"})

    submission = judge.run(None, MULTI_FILE, additional_files=files)

    assert (status_id(submission), submission["stdout"]) == (ACCEPTED, "hi")
    assert submission["source_code"] is None
    assert base64.b64decode(str(submission["additional_files"])) == base64.b64decode(files)


def test_project_that_does_not_compile(judge: Judge) -> None:
    submission = judge.run(None, MULTI_FILE, additional_files=encoded(compile="echo no; exit 1", run="true"))

    assert (status_id(submission), submission["compile_output"]) == (COMPILATION_ERROR, "no\n")


@pytest.mark.parametrize("compilation", ["sleep 30", "while :; do :; done"])
def test_slow_compilation_ends_with_its_own_text(
    judge: Judge, enter: Callable[..., object], compilation: str
) -> None:
    enter("compilation is limited to one second")

    submission = judge.run(None, MULTI_FILE, additional_files=encoded(compile=compilation, run="true"))

    assert status_id(submission) == COMPILATION_ERROR
    assert submission["compile_output"] == "Compilation time limit exceeded."


def test_project_without_a_run_script_is_nzec(judge: Judge) -> None:
    submission = judge.run(None, MULTI_FILE, additional_files=encoded(other="x"))

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 127)


def test_files_lie_beside_the_program_and_do_not_replace_it(judge: Judge) -> None:
    files = encoded(script__sh="echo replaced", data="42")

    submission = judge.bash("cat data; echo >> data", additional_files=files)

    assert (status_id(submission), submission["stdout"]) == (ACCEPTED, "42")


def test_what_is_no_archive_is_ignored(judge: Judge) -> None:
    submission = judge.bash("ls", additional_files="bm8gemlw")

    assert (status_id(submission), submission["stdout"]) == (ACCEPTED, "run.sh\nscript.sh\n")


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil", "..\\evil", ".."])
def test_entry_that_leads_outside_is_left_out(tmp_path: Path, name: str) -> None:
    box = tmp_path / "box"
    box.mkdir()

    left_out = unpack(archive((entry(name), b"x"), (entry("good"), b"y")), box, max_kilobytes=100)

    assert left_out == [name]
    assert [path.name for path in tmp_path.rglob("*")] == ["box", "good"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_left_out(tmp_path: Path, kind: int) -> None:
    left_out = unpack(archive((entry("link", kind | 0o777), b"/etc/passwd")), tmp_path, max_kilobytes=100)

    assert left_out == ["link"]
    assert list(tmp_path.iterdir()) == []


def test_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    zeros = b"\0" * 50_000
    bomb = archive(*((entry(f"f{number}"), zeros) for number in range(10)))

    left_out = unpack(bomb, tmp_path, max_kilobytes=100)

    assert left_out == [f"f{number}" for number in range(2, 10)]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 100 * 1024


def test_archive_of_very_many_entries_stops(tmp_path: Path) -> None:
    left_out = unpack(
        archive(*((entry(f"f{number}"), b"") for number in range(1_100))), tmp_path, max_kilobytes=9
    )

    assert len(left_out) == 100


def test_entry_that_lies_about_its_size_is_left_out(tmp_path: Path) -> None:
    honest = archive((entry("f"), b"x" * 1000))
    lying = honest.replace((1000).to_bytes(4, "little"), (9).to_bytes(4, "little"))

    left_out = unpack(lying, tmp_path, max_kilobytes=100)

    assert left_out == ["f"]


@pytest.mark.parametrize(
    "names",
    [("a", "a/b"), ("a/b", "a"), ("a" * 300,)],
    ids=["file first", "folder first", "long"],
)
def test_entries_that_do_not_fit_together_are_no_crash(tmp_path: Path, names: tuple[str, ...]) -> None:
    unpack(archive(*((entry(name), b"x") for name in names)), tmp_path, max_kilobytes=100)

    assert len(list(tmp_path.iterdir())) <= 1


def test_programs_may_be_executable(tmp_path: Path) -> None:
    unpack(archive((entry("tool", stat.S_IFREG | 0o755), b"x")), tmp_path, max_kilobytes=100)

    assert (tmp_path / "tool").stat().st_mode & 0o777 == 0o755


@pytest.mark.needs("bwrap")
def test_script_that_a_compilation_left_as_a_link_is_not_written_through(
    judge: Judge, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    files = encoded(compile=f"ln -s {target} run.sh; ln -s {target} run", run="echo never")

    judge.run(None, MULTI_FILE, additional_files=files)

    assert target.read_text() == "untouched"
