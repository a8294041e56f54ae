"""Ways in which a network or a provider misbehaves, each in process and on a real socket.

``catalogue`` names them, ``plan`` says which call is struck, ``answers`` makes the answers that a
provider might give, ``inprocess`` fails as ``requests`` would, ``wire`` misbehaves on a connection.
"""
