"""Finding control groups of either version, on trees made up for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.judge0.sandbox.cgroups import Group, Hierarchy, detect


def mount(folder: Path, kind: str, options: str, root: str = "/") -> str:
    return f"35 31 0:32 {root} {folder} rw,relatime - {kind} {kind} rw,{options}"


def unified(folder: Path, *controllers: str) -> Path:
    """A group of version 2 whose children get these controllers."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup.subtree_control").write_text(" ".join(controllers))
    return folder


@pytest.fixture
def existing_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordinary folders do not empty themselves: removal is that of a control group here."""

    def remove(group: Group) -> None:
        for folder in set(group.folders.values()):
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    monkeypatch.setattr(Group, "remove", remove)


@pytest.mark.usefixtures("existing_files")
def test_version_1_takes_the_own_group_of_each_controller(tmp_path: Path) -> None:
    (tmp_path / "memory/own").mkdir(parents=True)
    (tmp_path / "pids").mkdir()
    mounts = "\n".join(mount(tmp_path / name, "cgroup", name) for name in ("memory", "pids"))

    hierarchy = detect(mountinfo=mounts, membership="9:memory:/own\n8:pids:/\n0::/")

    assert hierarchy == Hierarchy(1, {"memory": tmp_path / "memory/own", "pids": tmp_path / "pids"})


@pytest.mark.usefixtures("existing_files")
def test_version_1_seen_from_a_container_starts_at_its_own_root(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()

    hierarchy = detect(
        mountinfo=mount(tmp_path / "memory", "cgroup", "memory", root="/docker/abc"),
        membership="9:memory:/docker/abc",
    )

    assert hierarchy == Hierarchy(1, {"memory": tmp_path / "memory"})


@pytest.mark.usefixtures("existing_files")
def test_version_2_takes_the_own_group_where_it_may_have_children(tmp_path: Path) -> None:
    own = unified(tmp_path / "own", "cpu", "memory", "pids")

    hierarchy = detect(mountinfo=mount(tmp_path, "cgroup2", "nsdelegate"), membership="0::/own")

    assert hierarchy == Hierarchy(2, {"memory": own, "pids": own})


@pytest.mark.usefixtures("existing_files")
def test_version_2_goes_beside_the_own_group_otherwise(tmp_path: Path) -> None:
    unified(tmp_path / "slice/own")
    parent = unified(tmp_path / "slice", "memory", "pids")

    hierarchy = detect(mountinfo=mount(tmp_path, "cgroup2", "nsdelegate"), membership="0::/slice/own")

    assert hierarchy == Hierarchy(2, {"memory": parent, "pids": parent})


@pytest.mark.parametrize(
    ("mounts", "membership"),
    [
        ("", ""),
        ("35 31 0:32 / /nowhere rw - cgroup cgroup rw,memory", "9:memory:/"),
        ("35 31 0:32 / /nowhere rw - cgroup2 cgroup2 rw", "0::/x"),
        ("35 31 0:32 / /nowhere rw - cgroup2 cgroup2 rw", ""),
    ],
)
def test_without_writable_memory_accounting_there_is_none(mounts: str, membership: str) -> None:
    assert detect(mountinfo=mounts, membership=membership) is None


def test_limits_of_version_2_go_into_its_files(tmp_path: Path) -> None:
    (tmp_path / "memory.swap.max").touch()
    group = Group(2, {"memory": tmp_path, "pids": tmp_path})

    group.limit(memory=100, processes=5)

    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert written == {"memory.max": "102400", "memory.swap.max": "0", "pids.max": "6"}


def test_figures_of_version_2_come_from_its_files(tmp_path: Path) -> None:
    (tmp_path / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (tmp_path / "memory.peak").write_text("204800\n")

    group = Group(2, {"memory": tmp_path, "pids": tmp_path})

    assert (group.cpu(), group.memory_peak()) == (1.5, 200)


def test_kernel_without_a_peak_is_known(tmp_path: Path) -> None:
    assert Group(2, {"memory": tmp_path}).memory_peak() is None
