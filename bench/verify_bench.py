"""What verification costs: troth (proxy, judge, states, replay) beside Pact's own Verifier as shipped.

    .venv/bin/python -m bench.verify_bench [--rounds 3] [--json]

Both replay the same pact of a small weather service, of 14 and of 500 interactions, in the same process
and on the same machine. The bare Verifier gets the states from ``/_troth/state``, as ours does from the
proxy. A ratio of 1.0 is as fast as the bare Verifier; ``growth`` is the cost of one interaction of 500
over that of one of 14.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEATHER = ROOT / "tests" / "support" / "weather"
SIZES = (14, 500)
MANY = """

def _one(number: int) -> Scenario:
    def forecast(server: Server) -> None:
        with WeatherClient(server.url, key=server.token) as client:
            days = client.forecast("Paris").days
        assert len(days) == 2

    return weather.scenario(f"forecast number {number}", given="it rains in Paris")(forecast)


def _pair(number: int) -> Scenario:
    def alert(server: Server) -> None:
        with WeatherClient(server.url, key=server.token) as client:
            made = client.set_alert("Paris", above=30, email=EMAIL)
            read = client.alert(made.id)
        assert read == made

    return weather.scenario(f"alert number {number}", writes=True)(alert)


globals().update({f"one_{n}": _one(n) for n in range(SINGLES)})
globals().update({f"pair_{n}": _pair(n) for n in range(PAIRS)})
"""


@dataclass(frozen=True)
class Figure:
    """Medians, in milliseconds an interaction."""

    interactions: int
    bare_ms: float
    troth_ms: float
    ratio: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = [measured(size, options.rounds) for size in SIZES]
    growth = figures[-1].troth_ms / figures[0].troth_ms
    if options.json:
        print(json.dumps({"figures": [asdict(each) for each in figures], "growth": round(growth, 2)}))
        return
    print("interactions   bare Verifier   troth verify   ratio")
    for each in figures:
        print(f"{each.interactions:12} {each.bare_ms:12.2f} ms {each.troth_ms:11.2f} ms {each.ratio:7.2f}")
    print(f"growth of troth's cost an interaction, {SIZES[0]} to {SIZES[-1]}: {growth:.2f}")


def measured(size: int, rounds: int) -> Figure:
    """One pact of ``size`` interactions, a third of them with an earlier step to replay."""
    with tempfile.TemporaryDirectory() as folder:
        root = _workspace(Path(folder) / "weather-team", size)
        _forget()
        return _figure(root, size, rounds)


def _workspace(root: Path, size: int) -> Path:
    shutil.copytree(WEATHER, root, ignore=shutil.ignore_patterns("__pycache__"))
    scenarios = root / "consumers" / "weather" / "scenarios.py"
    head = scenarios.read_text(encoding="utf-8").partition("@weather.scenario")[0]
    head = head.replace("import Server", "import Scenario, Server")
    pairs = size // 3
    body = MANY.replace("SINGLES", str(size - 2 * pairs)).replace("PAIRS", str(pairs))
    scenarios.write_text(head + body, encoding="utf-8")
    return root


def _forget() -> None:
    """Two workspaces share the names of their packages."""
    for name in [n for n in sys.modules if n.partition(".")[0] in ("contracts", "consumers", "providers")]:
        del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if not entry.endswith("weather-team")]


def _figure(root: Path, size: int, rounds: int) -> Figure:
    from troth.pacts.verify import verify
    from troth.serve.run import ServeOptions, serve_provider
    from troth.target import open_fake
    from troth.workspace import Workspace

    _recorded(root)
    workspace = Workspace.find(root)
    api = workspace.api("weather")
    pact = next((root / "contracts" / "weather" / "pacts").glob("*.json"))
    with (
        open_fake(workspace, api) as target,
        serve_provider(workspace, api, ServeOptions(states=True)) as serving,
    ):

        def ours() -> None:
            result = verify(workspace, api, target)
            assert result.counts.matched == size, result.findings[:1]

        def bare() -> None:
            assert _bare(pact, serving.url, serving.states_token) == size

        bare_times, our_times = _alternating(bare, ours, rounds)
    bare_ms, troth_ms = (1000 * statistics.median(times) / size for times in (bare_times, our_times))
    return Figure(size, round(bare_ms, 2), round(troth_ms, 2), round(troth_ms / bare_ms, 2))


def _recorded(root: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-m", "troth", "record", "weather", "--yes"]
    subprocess.run(command, cwd=root, env=clean, check=True, stdout=subprocess.DEVNULL)


def _bare(pact: Path, url: str, token: str) -> int:
    from pact import Verifier

    from troth.loopback import direct_loopback
    from troth.pacts.engine import silent_output

    verifier = Verifier("weather", host="127.0.0.1")
    verifier.add_transport(url=url).add_source(pact)
    verifier.state_handler(f"{url}/_troth/state?token={token}", body=True)
    with direct_loopback(), silent_output():
        verifier.verify()
    return sum(1 for each in verifier.results["interactionResults"] if each["result"] == "OK")


def _alternating(
    first: Callable[[], None], second: Callable[[], None], rounds: int
) -> tuple[list[float], list[float]]:
    first()
    second()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for times, run in zip(taken, (first, second), strict=True):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    return taken


if __name__ == "__main__":
    main()
