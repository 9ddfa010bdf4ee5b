"""Programs that want more rights than they were given."""

from reckon.interpreter.attacks.attack import FAILED, REFUSED, SURVIVED, Attack

_FILES = ("landlock files",)
_NONE = "no capabilities"

PRIVILEGE = (
    Attack("privilege.root_user", "os.getuid() == 0 or os.setuid(0)\nescaped('root')", FAILED, by=_NONE),
    Attack("privilege.root_user_by_three", "os.setresuid(-1, 0, -1)\nescaped('root')", FAILED, by=_NONE),
    Attack("privilege.root_group", "os.setgid(0)\nescaped('group of root')", FAILED, by=_NONE),
    Attack("privilege.groups", "os.setgroups([0, 4, 27])\nescaped('groups')", by=_NONE),
    Attack(
        "privilege.capabilities",
        """
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        call("capset", ctypes.addressof(header), ctypes.addressof((ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)))
        escaped("every capability")
        """,
        by=_NONE,
    ),
    Attack("privilege.ambient_capability", "call('prctl', 47, 2, 21, 0, 0); escaped('ambient')", by=_NONE),
    Attack(
        "privilege.may_gain_again",
        """
        libc.prctl(38, 0, 0, 0, 0)
        if libc.prctl(39, 0, 0, 0, 0) != 1: escaped("no_new_privs is off")
        """,
        SURVIVED,
        ("no new privileges",),
    ),
    Attack(
        "privilege.setuid_program",
        """
        import subprocess
        none_of(*[
            lambda c=c: subprocess.run([*c, "id"], check=True, stdin=-3, stdout=-3, stderr=-3, timeout=2)
            for c in (["sudo", "-n"], ["su", "root", "-c"], ["pkexec"], ["newgrp", "root"])
        ])
        """,
        FAILED,
        ("no new privileges",),
    ),
    Attack(
        "privilege.own_setuid_program",
        """
        import shutil, subprocess
        shutil.copyfile("/bin/id", "i")
        fd = os.open("i", os.O_RDONLY)
        os.fchmod(fd, 0o6755)
        out = subprocess.run(["./i", "-u"], capture_output=True, text=True).stdout.strip()
        if out == "0": escaped("ran as root")
        """,
        ("ok", "error", "denied"),
        by="no new privileges",
    ),
    Attack("privilege.user_namespace", "reach('unshare', 0x10000000)", FAILED, ("seccomp",)),
    Attack(
        "privilege.namespace_by_clone", "reach('clone', 0x10000000 | 17, 0, 0, 0, 0)", FAILED, ("seccomp",)
    ),
    Attack("privilege.namespace_by_clone3", "reach('clone3', 0, 0)", FAILED, ("seccomp",)),
    Attack("privilege.keeps_capabilities", "call('prctl', 28, 1 << 4, 0, 0, 0); escaped('kept')", by=_NONE),
    Attack(
        "privilege.filter_off",
        """
        if libc.prctl(22, 0, 0, 0, 0) == 0: escaped("no filter any more")
        call("unshare", 0x10000000)
        """,
        REFUSED,
        ("seccomp",),
    ),
    Attack(
        "privilege.accounts",
        """
        none_of(*[lambda f=f: open(f, "a") for f in (
            "/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/sudoers.d/x", "/etc/crontab", "/etc/cron.d/x",
            "/etc/ld.so.preload", "/root/.ssh/authorized_keys", "/etc/pam.d/su", "/etc/profile")])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "privilege.landlock_undone",
        """
        # A fresh domain that allows everything is one more layer, never one less.
        attributes = (ctypes.c_uint64 * 1)(1)
        ruleset = call("landlock_create_ruleset", ctypes.addressof(attributes), 8, 0)
        libc.prctl(38, 1, 0, 0, 0)
        call("landlock_restrict_self", ruleset, 0)
        show(open(CANARY).read())
        """,
        FAILED,
        _FILES,
    ),
)
