"""What the plugin does once it knows that it is in a workspace."""

from __future__ import annotations

import pytest

from troth.errors import TrothError
from troth.pytest_plugin import fixtures
from troth.pytest_plugin.summary import Summary
from troth.workspace import Workspace


def activate(config: pytest.Config) -> None:
    """Find the workspace, let its folders be imported, register its fixtures."""
    try:
        workspace = Workspace.find(config.rootpath)
        names = workspace.api_names
    except TrothError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[fixtures.WORKSPACE] = workspace
    config.pluginmanager.register(fixtures, "troth-fixtures")
    config.pluginmanager.register(fixtures.of_apis(names), "troth-api-fixtures")
    config.pluginmanager.register(Summary(), fixtures.SUMMARY)
