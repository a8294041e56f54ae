"""A service of notes to fuzz."""

from __future__ import annotations

from tests.fuzz.stage import notes_files as notes_files
from tests.fuzz.stage import notes_team as notes_team
from tests.support.workspaces import own_modules as own_modules
