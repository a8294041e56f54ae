"""Workspaces to record in and to check."""

from __future__ import annotations

from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_recorded as weather_recorded
from tests.support.workspaces import weather_team as weather_team
