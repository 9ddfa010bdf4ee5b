"""What stands above every attack: the attacker is told all (process ids, paths, ports) and has helpers.

escaped(what)        says that it got through; the host looks for these words
show(text)           what was read: it got through if the secret is in it
none_of(*attempts)   each should fail with an OSError; the last of them is raised
call(name, …)        the kernel's call by name; OSError where it fails
reach(name, …)       the same, where any other answer than a refusal means that the kernel listened
"""

from collections.abc import Mapping

# name: (x86-64, aarch64); -1 where the architecture has none.
_CALLS = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "capset": (126, 91), "chroot": (161, 51),
    "clock_settime": (227, 112), "clone": (56, 220), "clone3": (435, 435), "delete_module": (176, 106),
    "fanotify_init": (300, 262), "fsopen": (430, 430), "init_module": (175, 105),
    "inotify_add_watch": (254, 27), "inotify_init1": (294, 26), "io_uring_setup": (425, 425),
    "ioctl": (16, 29), "ioperm": (173, -1), "ioprio_set": (251, 30), "kcmp": (312, 272),
    "kexec_load": (246, 104), "keyctl": (250, 219), "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446), "memfd_secret": (447, 447), "mlockall": (151, 230),
    "modify_ldt": (154, -1), "mount": (165, 40), "move_pages": (279, 239), "mq_open": (240, 180),
    "msgget": (68, 186), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "perf_event_open": (298, 241), "personality": (135, 92),
    "pidfd_getfd": (438, 438), "pivot_root": (155, 41), "prctl": (157, 167), "process_madvise": (440, 440),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ptrace": (101, 117),
    "quotactl": (179, 60), "reboot": (169, 142), "renameat2": (316, 276), "seccomp": (317, 277),
    "semget": (64, 190), "sendmmsg": (307, 269), "sethostname": (170, 161), "setns": (308, 268),
    "shmget": (29, 194), "socketpair": (53, 199), "swapon": (167, 224), "sysinfo": (99, 179),
    "syslog": (103, 116), "tgkill": (234, 131), "umount2": (166, 39), "unshare": (272, 97),
    "userfaultfd": (323, 282),
}  # fmt: skip

_HELPERS = """
import ctypes, errno, hashlib, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def escaped(what):
    os.write(1, f"{MARK} escaped: {what}\\n".encode())

def show(text):
    os.write(1, text.encode("utf-8", "replace"))

def fail():
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))

def call(name, *arguments):
    sent = [ctypes.c_char_p(a) if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    result = libc.syscall(ctypes.c_long(CALLS[name]), *sent)
    return fail() if result == -1 else result

def reach(name, *arguments):
    try:
        call(name, *arguments)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise
        escaped(f"{name} was listened to: {error.strerror}")
    else:
        escaped(f"{name} was done")

def none_of(*attempts):
    refusal = None
    for number, attempt in enumerate(attempts):
        try:
            got = attempt()
        except OSError as error:
            refusal = error if refusal is None or not isinstance(refusal, PermissionError) else refusal
        except Exception as error:
            if not type(error).__module__.startswith(("subprocess", "sqlite3")):
                raise
            refusal = refusal or PermissionError(errno.EACCES, f"refused by the other program: {error}")
        else:
            escaped(f"attempt {number}: {got!r:.60}")
    if refusal is not None:
        raise refusal

def sha(text):
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

def texts(thing):
    found = (*thing, *thing.values()) if isinstance(thing, dict) else thing
    return [one for one in found if type(one) is str]
"""


def prelude(told: Mapping[str, object]) -> str:
    """The text to run before an attack; `told` are the names and values that it may use."""
    names = "".join(f"{name} = {value!r}\n" for name, value in told.items())
    calls = (
        f"CALLS = {{n: c[__import__('os').uname().machine == 'aarch64'] for n, c in {_CALLS!r}.items()}}\n"
    )
    return names + calls + _HELPERS
