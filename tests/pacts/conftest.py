"""The weather team's recorded workspace, and its provider with a break in it."""

from __future__ import annotations

from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_recorded as weather_recorded
