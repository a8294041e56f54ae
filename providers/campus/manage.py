"""Django's commands for campus: ``python providers/campus/manage.py …``, from any folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
ROOT = HOME.parent.parent


def main() -> None:
    """The apps are top-level packages beside this file; consumers and contracts stand in the root."""
    sys.path[:0] = [str(HOME), str(ROOT)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
