"""What stopped an attack, from what was seen of it.

Where several would have refused (file modes and Landlock, say) the one that the claim rests on is named.
"""

import errno
import re

from reckon.interpreter.attacks.attack import Attack
from reckon.interpreter.isolation import Isolation
from reckon.interpreter.limits import Limits
from reckon.values import Execution

_OF_FEATURE = {
    "network allow-list": "allow-list",
    "landlock files": "landlock",
    "landlock tcp": "landlock",
    "landlock scope": "landlock",
    "resource limits": "rlimit",
    "process limit": "rlimit",
    "network namespace": "namespace",
    "mount namespace": "namespace",
    "ipc namespace": "namespace",
    "host name": "namespace",
    "read-only view": "namespace",
    "memory of a session": "control group",
    "size of the directory": "watchdog",
}
_LIMITS = {errno.EMFILE, errno.EFBIG, errno.EAGAIN, errno.ENOMEM, errno.ENFILE}
_BY_STATUS = {"timeout": "timeout", "output": "output limit"}
_SAMPLED = re.compile("processes; killed|working directory holds")
_ERRNO = re.compile(r"\[Errno (\d+)\]")


def mechanism(attack: Attack, execution: Execution, tiers: Isolation, limits: Limits) -> str:
    """Of a contained run: "landlock", "seccomp", "rlimit", "timeout", …, "language error", "own process"."""
    if execution.status in _BY_STATUS:
        return _BY_STATUS[execution.status]
    if execution.status == "memory" and execution.error is not None:
        return "rlimit"
    if execution.status == "memory":
        return "control group" if "memory of a session" in tiers else "watchdog"
    if _SAMPLED.search(execution.note):
        return "watchdog"
    if execution.status == "crashed":
        return _of_a_crash(attack, execution)
    if attack.by:
        return attack.by
    if _number(execution) == errno.ENOENT:
        return "not there"
    features = [feature for feature in attack.needs if feature in tiers]
    if features:
        return _OF_FEATURE.get(features[0], features[0])
    return _of_an_error(execution)


def _of_a_crash(attack: Attack, execution: Execution) -> str:
    if "tampered" in execution.note:
        return "frame check"
    if "SIGSYS" in execution.note:
        return "seccomp"
    return attack.by or "own process"


def _of_an_error(execution: Execution) -> str:
    if execution.error is None:
        return "own process"
    number = _number(execution)
    if number in _LIMITS:
        return "rlimit"
    if number in (errno.EPERM, errno.EACCES):
        return "file owners and capabilities"
    return "language error"


def _number(execution: Execution) -> int:
    """The kernel's error, 0 where there was none."""
    found = _ERRNO.search(execution.error.message) if execution.error is not None else None
    return int(found[1]) if found else 0
