"""Programs of our own that try to get out of a session, and the host's look at what came of each.

    attack.py     what an attack is, and the categories
    cpu.py …      the attacks, a file for each category
    prelude.py    what an attacker is told and has at hand
    bait.py       what it may reach for: each tells when it was touched
    census.py     what must not be left on the host
    runner.py     run them
    mechanism.py  what stopped one
    tables.py     what is claimed where, for docs/security.md

Each is harmless where the jail holds, bounded where it does not, and reaches for the bait alone.
"""

from reckon.errors import UsageError
from reckon.interpreter.attacks.attack import CATEGORIES, Attack
from reckon.interpreter.attacks.breakout import BREAKOUT
from reckon.interpreter.attacks.connected import CONNECTED
from reckon.interpreter.attacks.cpu import CPU
from reckon.interpreter.attacks.descriptors import DESCRIPTORS
from reckon.interpreter.attacks.disk import DISK
from reckon.interpreter.attacks.escape import ESCAPE
from reckon.interpreter.attacks.harness import HARNESS
from reckon.interpreter.attacks.information import INFORMATION
from reckon.interpreter.attacks.kernel import KERNEL
from reckon.interpreter.attacks.memory import MEMORY
from reckon.interpreter.attacks.network import NETWORK
from reckon.interpreter.attacks.output import OUTPUT
from reckon.interpreter.attacks.privilege import PRIVILEGE
from reckon.interpreter.attacks.processes import PROCESSES
from reckon.interpreter.attacks.reflected import REFLECTED
from reckon.interpreter.attacks.runner import Outcome, run_attacks, target
from reckon.interpreter.attacks.theft import THEFT

__all__ = ["ATTACKS", "CATEGORIES", "Attack", "Outcome", "chosen", "run_attacks", "target"]

ATTACKS: tuple[Attack, ...] = (
    *CPU, *MEMORY, *DISK, *ESCAPE, *PRIVILEGE, *REFLECTED, *BREAKOUT, *THEFT,
    *PROCESSES, *DESCRIPTORS, *OUTPUT, *HARNESS, *INFORMATION, *NETWORK,
    *CONNECTED, *KERNEL,
)  # fmt: skip


def chosen(name: str) -> tuple[Attack, ...]:
    """All ("all"), those of a category, or the one with that id. Raises UsageError for another name."""
    found = tuple(attack for attack in ATTACKS if name in ("all", attack.category, attack.id))
    if not found:
        raise UsageError(f"no attack {name!r}: wanted an id or one of {', '.join(CATEGORIES)}")
    return found
