"""The host's part of a fork: have one process fork itself, and take the child as a session's process."""

import secrets
from collections.abc import Mapping

from reckon.errors import SessionLost, UsageError
from reckon.interpreter.limits import Limits
from reckon.interpreter.nursery import Nursery
from reckon.interpreter.process import Ends, Process
from reckon.values import JSON

_FORK_S = 60.0


async def fork_into(
    parent: Process,
    child: Process,
    ends: Ends,
    *,
    nursery: Nursery,
    limits: Limits,
    request: Mapping[str, JSON],
) -> None:
    """Fill `child`, which listens at `ends`, by a fork of `parent`.

    The child holds still until the zygote knows it: see `worker._become`.
    """
    token = secrets.token_hex(8)
    try:
        nursery.check_forkable(parent.pid)
        reply = await parent.ask({**request, "token": token}, _FORK_S, ends.theirs, patient=True)
    finally:
        ends.close_theirs()
    pid = reply.get("pid") if reply is not None and reply.get("token") == token else None
    if reply is not None and "refused" in reply:
        raise UsageError(f"the session could not fork: {reply['refused']}; close some of its forks")
    if not isinstance(pid, int):
        raise SessionLost("the session ended while it forked")
    child.attach(*await nursery.adopt(pid, limits))
    await child.tell({"go": True})
    if await child.answer() is None:
        if words := child.last_words():
            raise UsageError(f"the session's files could not be copied: {words}")
        raise SessionLost("the fork ended before it began")
