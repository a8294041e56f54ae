"""A client of Pachca.

client = PachcaClient("https://api.pachca.com/api/shared/v1", os.environ["PACHCA_TOKEN"])
message = client.send(chat_id, "The build is green")
client.reply_in_thread(message.id, "And deployed")
"""

from __future__ import annotations

from consumers.pachca.chats import Chats
from consumers.pachca.events import Events
from consumers.pachca.messages import Messages
from consumers.pachca.people import People
from consumers.pachca.uploads import Uploads

URL = "https://api.pachca.com/api/shared/v1"


class PachcaClient(Messages, Chats, People, Uploads, Events):
    """Talks to Pachca over one session, as a bot or a person; a client a thread.

    See ``Caller`` for what it can be told. Every method raises the errors of ``consumers.pachca.errors``;
    one that lists is an iterator, and raises them while it runs.
    """
