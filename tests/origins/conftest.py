"""The album team's workspace."""

from tests.support.albums import album_recorded as album_recorded
from tests.support.albums import album_team as album_team
from tests.support.workspaces import own_modules as own_modules
