"""``python -m troth`` is ``troth``."""

from __future__ import annotations

import sys

from troth.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
