"""seccomp-bpf: system calls that a calculating program does not need fail with EPERM.

A list of refusals, not of permissions: the scientific stack may use whatever the kernel adds, while calls
with a record of kernel holes, calls that reach other processes and every socket but a pair are closed.

Where connections are asked for, `socket` (of IP) and `connect` are not refused but handed to the host, see
network/; and what else of a socket could reach another place than the host has checked is refused: data that
is sent with the opening of a connection, options but the usual ones, and questions about the host's network.
"""

import ctypes
import errno
import struct

from reckon.interpreter.syscalls import MACHINE, prctl, syscall

_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _KILL, _FAIL, _HAND_OVER = 0x7FFF0000, 0x80000000, 0x00050000, 0x7FC00000
_FILTER, _NEW_LISTENER = 1, 8
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN, _MASK = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
_NUMBER, _ARCHITECTURE, _ARGUMENT_0, _ARGUMENT_1, _ARGUMENT_2, _ARGUMENT_3 = 0, 4, 16, 24, 32, 40
_X32 = 0x40000000
_NEW_NAMESPACES = 0x7E020000  # mount, cgroup, uts, ipc, user, pid and network
_PUSH_INPUT = 0x5412  # TIOCSTI: types into the terminal of whoever started us
_AF_INET, _AF_INET6, _FAST_OPEN, _OF_SOCKETS = 2, 10, 0x20000000, 0x8900
_AF_UNIX, _DATAGRAM = 1, 2  # the bit that SOCK_DGRAM and SOCK_RAW have, SOCK_STREAM and SOCK_SEQPACKET do not

# name: (x86-64, aarch64); -1 where the architecture has none.
_REFUSED = {
    # reaching into other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "move_pages": (279, 239), "migrate_pages": (256, 238),
    # large attack surface
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "modify_ldt": (154, -1), "memfd_secret": (447, 447), "personality": (135, 92),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    "quotactl": (179, 60), "quotactl_fd": (443, 443),
    # the machine
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "sethostname": (170, 161), "setdomainname": (171, 162), "syslog": (103, 116),
    "vhangup": (153, 58), "iopl": (172, -1), "ioperm": (173, -1),
    # memory and messages that outlive a process or hide from its limits
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190),
    "semop": (65, 193), "semtimedop": (220, 192), "semctl": (66, 191), "msgget": (68, 186),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180),
    "mq_unlink": (241, 181), "memfd_create": (319, 279),
    # changes to files that Landlock does not see: a watch tells names, an attribute needs no open file
    "inotify_init": (253, -1), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    # the network: socketpair stays, for asyncio and subprocesses
    "socket": (41, 198), "bind": (49, 200), "connect": (42, 203), "listen": (50, 201),
}  # fmt: skip
_CLONE, _CLONE3, _IOCTL, _KILL_CALL, _SOCKETPAIR = {
    "x86_64": (56, 435, 16, 62, 53),
    "aarch64": (220, 435, 29, 129, 199),
}.get(MACHINE, (-1, -1, -1, -1, -1))


# Calls that name a process, a group or a user, in these arguments; 0 is the caller.
_OF_OTHERS = {
    (302, 261): (_ARGUMENT_0,),  # prlimit64
    (141, 140): (_ARGUMENT_0, _ARGUMENT_1),  # setpriority
    (251, 30): (_ARGUMENT_0,),  # ioprio_set, which counts its kinds from 1: none is left
    (142, 118): (_ARGUMENT_0,),  # sched_setparam
    (144, 119): (_ARGUMENT_0,),  # sched_setscheduler
    (203, 122): (_ARGUMENT_0,),  # sched_setaffinity
    (314, 274): (_ARGUMENT_0,),  # sched_setattr
}
_COLUMN = 1 if MACHINE == "aarch64" else 0
SOCKET, CONNECT = _REFUSED["socket"][_COLUMN], _REFUSED["connect"][_COLUMN]
_SECCOMP, _SET_OPTION = (317, 277)[_COLUMN], (54, 208)[_COLUMN]
# Calls that send, and where their flags are: sendto, sendmsg, sendmmsg.
_SEND = {(44, 206): _ARGUMENT_3, (46, 211): _ARGUMENT_2, (307, 269): _ARGUMENT_3}
# The options of a socket that a program may set, by level: none that routes, binds or attaches anything.
_OPTIONS = {
    1: (2, 6, 7, 8, 9, 10, 13, 20, 21, 66, 67),  # SOL_SOCKET: reuse, broadcast, buffers, alive, linger, times
    6: (1, 2, 3, 4, 5, 6, 12, 18, 25),  # TCP: no delay, segments, cork, keeping alive, quick acks, timeout
    0: (1, 2),  # IP: type of service, time to live
    41: (16, 26, 67),  # IPv6: hops, itself alone, traffic class
}


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


_REFUSE, _ALLOWED = _step(_RETURN, _FAIL | errno.EPERM), _step(_RETURN, _ALLOW)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def available() -> bool:
    """Whether this kernel takes filters, on an architecture whose numbers are known here."""
    if MACHINE not in _AUDIT:
        return False
    try:
        # A null program: EFAULT from a kernel that has filters, EINVAL from one that has none.
        prctl(_SET_SECCOMP, _MODE_FILTER, 0)
    except OSError as error:
        return error.errno == errno.EFAULT
    return False


def restrict() -> None:
    """Install the filter, for good, here and in all children. Needs no_new_privs. Raises OSError."""
    _install(_instructions(hands_over=False))


def restrict_and_listen() -> int:
    """The same, with `socket` and `connect` handed over to whoever holds the descriptor that comes back.

    Raises OSError where the kernel cannot (5.0), or a filter of ours that does the same is there already.
    """
    program = _program(_instructions(hands_over=True))
    return syscall(_SECCOMP, _FILTER, _NEW_LISTENER, ctypes.addressof(program))


def restrict_to_itself() -> None:
    """One more filter, for a session that shares its user with others: limits, priorities and processors are
    its own to change, and nobody else's. Raises OSError.
    """
    steps = [_step(_LOAD, _NUMBER)]
    for numbers, arguments in _OF_OTHERS.items():
        steps += _argument_block(numbers[_COLUMN], *((place, _AT_LEAST, 1) for place in arguments))
    _install([*steps, _ALLOWED])


def _program(steps: list[bytes]) -> _Program:
    return _Program(len(steps), b"".join(steps))


def _install(steps: list[bytes]) -> None:
    program = _program(steps)
    prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(program))


def _argument_block(call: int, *tests: tuple[int, int, int]) -> list[bytes]:
    """Refuse `call` where a test (argument, comparison, operand) holds, else allow it."""
    steps = [_step(_EQUAL, call, 0, 3 * len(tests) + 1)]
    for argument, test, operand in tests:
        steps += [_step(_LOAD, argument), _step(test, operand, 0, 1), _REFUSE]
    return [*steps, _ALLOWED]


def _instructions(*, hands_over: bool) -> list[bytes]:
    """The filter. Blocks that look at an argument end in a return, so each is skipped as a whole."""
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, _AUDIT[MACHINE], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _X32, 0, 1),
        _REFUSE,
    ]
    # clone3 keeps its flags in memory, where a filter cannot look: as if absent, libc falls back to clone.
    steps += [_step(_EQUAL, _CLONE3, 0, 1), _step(_RETURN, _FAIL | errno.ENOSYS)]
    if hands_over:
        steps += _connections()
    for call, *tests in (
        (_CLONE, (_ARGUMENT_0, _ANY_BIT, _NEW_NAMESPACES)),
        (_IOCTL, (_ARGUMENT_1, _EQUAL, _PUSH_INPUT)),
        (_KILL_CALL, (_ARGUMENT_0, _EQUAL, 0xFFFFFFFF)),  # kill(-1): everyone that may be signalled
        # A pair of datagram sockets can still send to any name in the file system: the system's log, say.
        (_SOCKETPAIR, (_ARGUMENT_0, _AT_LEAST, _AF_UNIX + 1), (_ARGUMENT_1, _ANY_BIT, _DATAGRAM)),
    ):
        steps += _argument_block(call, *tests)
    for numbers in _REFUSED.values():
        if numbers[_COLUMN] >= 0:
            steps += [_step(_EQUAL, numbers[_COLUMN], 0, 1), _REFUSE]
    return [*steps, _ALLOWED]


def _connections() -> list[bytes]:
    """What is handed over, and what of a socket is refused besides: see above."""
    hand_over = _step(_RETURN, _HAND_OVER)
    steps = [_step(_EQUAL, CONNECT, 0, 1), hand_over]
    steps += [_step(_EQUAL, SOCKET, 0, 5), _step(_LOAD, _ARGUMENT_0)]
    steps += [_step(_EQUAL, _AF_INET, 1, 0), _step(_EQUAL, _AF_INET6, 0, 1), hand_over, _REFUSE]
    # A listener of the program's own would be asked in the place of the host's, were that ever closed.
    steps += _argument_block(_SECCOMP, (_ARGUMENT_1, _ANY_BIT, _NEW_LISTENER))
    for numbers, flags in _SEND.items():
        steps += _argument_block(numbers[_COLUMN], (flags, _ANY_BIT, _FAST_OPEN))
    # Questions about the host's network (SIOC…), and typing into a terminal, as without connections.
    asked = [_step(_LOAD, _ARGUMENT_1), _step(_EQUAL, _PUSH_INPUT, 0, 1), _REFUSE, _step(_MASK, 0xFF00)]
    asked += [_step(_EQUAL, _OF_SOCKETS, 0, 1), _REFUSE, _ALLOWED]
    steps += [_step(_EQUAL, _IOCTL, 0, len(asked)), *asked]
    options: list[bytes] = []
    for level, names in _OPTIONS.items():
        known = [_step(_LOAD, _ARGUMENT_2)]
        for name in names:
            known += [_step(_EQUAL, name, 0, 1), _ALLOWED]
        options += [_step(_LOAD, _ARGUMENT_1), _step(_EQUAL, level, 0, len(known) + 1), *known, _REFUSE]
    return [*steps, _step(_EQUAL, _SET_OPTION, 0, len(options) + 1), *options, _REFUSE]
