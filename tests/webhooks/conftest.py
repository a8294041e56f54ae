"""The bell team's workspace."""

from tests.support.bells import bell_recorded as bell_recorded
from tests.support.bells import bell_team as bell_team
from tests.support.workspaces import own_modules as own_modules
