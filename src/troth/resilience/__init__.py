"""The table of operations and faults: each use of an API under each fault, beside what its consumer promises.

``declared`` finds the promises, ``uses`` what drives each operation, ``stage`` runs one use with one fault,
``cell`` says whether a promise was kept, ``table`` runs them all.
"""

from troth.resilience.declared import Declared, declared, silent_consumers
from troth.resilience.table import Choice, Table, run_table

__all__ = ["Choice", "Declared", "Table", "declared", "run_table", "silent_consumers"]
