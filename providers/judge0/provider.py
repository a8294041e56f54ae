"""The Judge0 fake as a provider: behaves as release 1.13.1, the latest one.

That release takes ``base64_encoded`` as false unless it is said (later development versions take it as
true), runs ``wait=true`` in the request itself, and has no ``started_at``, ``queued_at``,
``updated_at`` and host columns. /statistics and /isolate are left out.
"""

from __future__ import annotations

import platform
import shutil

from providers.judge0.app import build_app
from providers.judge0.information import VERSION
from providers.judge0.languages import PYTHON, detect
from providers.judge0.sandbox.detect import Unusable, close_sandbox, open_sandbox
from providers.judge0.sandbox.execute import Sandbox
from providers.judge0.service import Service
from providers.judge0.states import states
from providers.judge0.tokens import Tokens
from troth.errors import CouldNotCheck, ProviderRefused
from troth.provider import Provider, ProviderOptions


def create(options: ProviderOptions) -> Provider:
    """Start the fake's workers.

    Raises:
        ProviderRefused: programs of strangers could not be isolated on this machine.
        CouldNotCheck: no program can be run on this machine at all, or none in Python.
    """
    if platform.system() != "Linux":
        raise CouldNotCheck(
            f"the judge0 fake runs programs on Linux only, and this is {platform.system()}",
            hint="Run it in a Linux container or virtual machine.",
        )
    languages, unavailable = detect()
    if PYTHON not in languages:
        raise CouldNotCheck(
            f"the judge0 fake cannot run programs in Python on this machine: {unavailable['python']}",
            hint="Install Python there (apt-get install python3); scenarios count on it.",
        )
    sandbox, problem = _sandbox(options)
    service = Service(sandbox, languages, callback_hosts=options.callback_hosts)
    tokens = Tokens()

    def close() -> None:
        service.close()
        close_sandbox(sandbox)

    return Provider(
        app=build_app(service, tokens),
        version=f"judge0-fake {VERSION}",
        reset=service.reset,
        states=states(service),
        close=close,
        credentials={"valid": tokens.authentication, "authorization": tokens.authorization},
        notes=_notes(sandbox, problem),
        unavailable=unavailable,
    )


def _sandbox(options: ProviderOptions) -> tuple[Sandbox, str | None]:
    """The sandbox, and why it does not isolate when it does not."""
    if options.unsafe_no_sandbox:
        return _without_isolation("it was switched off"), "it was switched off"
    try:
        return open_sandbox(isolated=True), None
    except Unusable as unusable:
        if options.strangers or options.generated:
            raise ProviderRefused(
                f"judge0 runs programs of others, and they cannot be isolated here: {unusable}",
                hint=f"{_remedy()}, or type --unsafe-no-sandbox to run them with the rights of this user.",
            ) from unusable
        return _without_isolation(str(unusable)), str(unusable)


def _remedy() -> str:
    if shutil.which("bwrap") is None:
        return "Install bubblewrap (apt-get install bubblewrap)"
    return "Let this user make namespaces (user namespaces may be switched off, or forbidden in a container)"


def _without_isolation(why: str) -> Sandbox:
    try:
        return open_sandbox(isolated=False)
    except Unusable as unusable:
        raise CouldNotCheck(
            f"judge0 cannot run programs on this machine: {unusable} (isolation: {why})",
            hint="The fake needs Linux with bash.",
        ) from unusable


def _notes(sandbox: Sandbox, problem: str | None) -> tuple[str, ...]:
    isolation = sandbox.isolation.describe()
    held = (
        f"memory and processes held by {sandbox.hierarchy.describe()}"
        if sandbox.hierarchy is not None
        else "memory and processes held by watching the process tree (no writable control group)"
    )
    return (isolation if problem is None else f"{isolation} ({problem})", held)
