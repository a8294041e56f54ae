"""The album team's workspace, whose pictures are uploaded as forms."""

from tests.support.albums import album_recorded as album_recorded
from tests.support.albums import album_team as album_team
from tests.support.workspaces import own_modules as own_modules
