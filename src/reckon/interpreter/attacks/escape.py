"""Programs that want files outside their session: to read, to change, to run."""

from reckon.interpreter.attacks.attack import FAILED, NO_TIER, SURVIVED, Attack

_FILES = ("landlock files",)
_OWNED = ("own user", "read-only view")

ESCAPE = (
    Attack("escape.reads", "show(open(CANARY).read())", needs=_FILES),
    Attack("escape.writes", "open(CANARY, 'w').write('x'); escaped('written')", needs=_FILES),
    Attack("escape.appends", "open(CANARY, 'a').write('x'); escaped('appended')", needs=_FILES),
    Attack("escape.truncates", "os.truncate(CANARY, 0); escaped('emptied')", needs=_FILES),
    Attack("escape.removes", "os.unlink(CANARY); escaped('removed')", needs=_FILES),
    Attack("escape.renames", "os.rename(CANARY, CANARY + MARK); escaped('renamed')", FAILED, needs=_FILES),
    Attack("escape.takes_away", "os.rename(CANARY, 'mine'); show(open('mine').read())", FAILED, needs=_FILES),
    Attack("escape.makes_a_file", "open(CANARY_FOLDER + '/' + MARK, 'w'); escaped('made')", needs=_FILES),
    Attack("escape.makes_a_folder", "os.mkdir(CANARY_FOLDER + '/' + MARK); escaped('made')", needs=_FILES),
    Attack("escape.lists", "os.listdir(CANARY_FOLDER); escaped('listed')", needs=_FILES),
    Attack("escape.lists_the_root", "os.listdir('/'); escaped('listed')", needs=_FILES),
    Attack("escape.hard_link", "os.link(CANARY, 'mine'); show(open('mine').read())", FAILED, needs=_FILES),
    Attack("escape.soft_link", "os.symlink(CANARY, 'mine'); show(open('mine').read())", needs=_FILES),
    Attack("escape.linked_folder", "os.symlink('/', 'r'); show(open('r' + CANARY).read())", needs=_FILES),
    Attack("escape.dots", "show(open('../' * 12 + CANARY.lstrip('/')).read())", FAILED, needs=_FILES),
    Attack("escape.another_root", "show(open('/proc/self/root' + CANARY).read())", FAILED, needs=_FILES),
    Attack(
        "escape.root_of_the_host", "show(open(f'/proc/{HOST}/root' + CANARY).read())", FAILED, needs=_FILES
    ),
    Attack(
        "escape.root_of_the_parent",
        "show(open(f'/proc/{ZYGOTE}/root' + CANARY).read())",
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.changed_directory",
        "os.chdir(CANARY_FOLDER); show(open(os.path.basename(CANARY)).read())",
        needs=_FILES,
    ),
    Attack(
        "escape.path_descriptor",
        """
        fd = os.open(CANARY, os.O_PATH)
        show(open(f"/proc/self/fd/{fd}").read())
        """,
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.exchanges",
        """
        open("mine", "w").write("x")
        call("renameat2", -100, b"mine", -100, CANARY.encode(), 2)
        escaped("exchanged")
        """,
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.another_program_reads",
        "import subprocess\nshow(subprocess.check_output(['cat', CANARY]).decode())",
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.spawned_with_the_file",
        """
        action = [(os.POSIX_SPAWN_OPEN, 0, CANARY, os.O_RDONLY, 0)]
        pid = os.posix_spawn("/bin/cat", ["cat"], {}, file_actions=action)
        if os.waitpid(pid, 0)[1]: raise PermissionError(13, "refused")
        """,
        needs=_FILES,
    ),
    Attack("escape.executes", "os.execv(CANARY_PROGRAM, ['x'])", needs=_FILES),
    Attack(
        "escape.executes_by_the_loader",
        """
        import glob, subprocess
        for loader in glob.glob("/lib64/ld-linux*") + glob.glob("/lib/ld-linux*"):
            subprocess.run([loader, CANARY_PROGRAM], check=True)
            escaped("executed")
        raise PermissionError(13, "no loader")
        """,
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.database",
        """
        import sqlite3
        sqlite3.connect(CANARY_FOLDER + "/" + MARK).execute("create table t (x)")
        escaped("made")
        """,
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.python_itself",
        """
        import site
        none_of(
            lambda: open(os.__file__, "a"),
            lambda: open(os.path.join(os.path.dirname(os.__file__), MARK + ".pth"), "w"),
            lambda: os.rename(os.__file__, os.__file__ + MARK),
            lambda: open(os.path.join(os.path.dirname(os.__file__), "__pycache__", MARK + ".pyc"), "w"),
        )
        """,
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.files_of_another_session", "show(open(PEER_FOLDER + '/secret').read())", FAILED, needs=_FILES
    ),
    Attack(
        "escape.writes_to_another_session",
        "open(PEER_FOLDER + '/planted', 'w'); escaped('planted')",
        FAILED,
        needs=_FILES,
    ),
    Attack("escape.folder_of_all_sessions", "os.listdir(BASE); escaped('listed')", needs=_FILES),
    Attack(
        "escape.memory_of_the_host",
        "open(f'/proc/{HOST}/mem', 'rb'); escaped('opened')",
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.memory_of_the_parent",
        "open(f'/proc/{ZYGOTE}/mem', 'r+b'); escaped('opened')",
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.memory_of_another_session",
        "open(f'/proc/{PEER}/mem', 'rb'); escaped('opened')",
        FAILED,
        needs=_FILES,
    ),
    Attack(
        "escape.descriptors_of_the_host",
        "os.open(f'/proc/{HOST}/fd/1', os.O_WRONLY); escaped('opened')",
        FAILED,
        needs=_FILES,
    ),
    Attack("escape.mode", "os.chmod(CANARY, 0); escaped('closed')", FAILED, needs=_OWNED),
    Attack(
        "escape.mode_of_a_folder", "os.chmod(CANARY_FOLDER, 0o700); escaped('closed')", FAILED, needs=_OWNED
    ),
    Attack("escape.owner", "os.chown(CANARY, -1, os.getgid()); escaped('given')", FAILED, needs=_OWNED),
    Attack("escape.times", "os.utime(CANARY, (1, 1)); escaped('dated')", FAILED, needs=_OWNED),
    Attack(
        "escape.attributes",
        "os.setxattr(CANARY, 'user.x', b'x'); escaped('marked')",
        FAILED,
        needs=("seccomp", *_OWNED),
    ),
    Attack(
        "escape.mode_of_python",
        """
        fd = os.open(os.__file__, os.O_RDONLY)
        if os.fstat(fd).st_uid != os.getuid(): raise PermissionError(1, "not ours to change")
        os.fchmod(fd, os.fstat(fd).st_mode & 0o7777)
        escaped("the mode of Python's own files is ours to change")
        """,
        FAILED,
        needs=_OWNED,
    ),
    Attack(
        "escape.watches",
        """
        fd = call("inotify_init1", 0)
        call("inotify_add_watch", fd, CANARY_FOLDER.encode(), 0xFFF)
        escaped("told of every name in it")
        """,
        FAILED,
        needs=("seccomp",),
    ),
    Attack("escape.asks_whether_it_exists", "os.stat(CANARY); escaped('it exists')", FAILED, needs=NO_TIER),
    Attack(
        "escape.poisons_later_sessions",
        """
        for name in ("os", "json", "sitecustomize", "usercustomize", "reckon", "numpy"):
            open(name + ".py", "w").write("raise SystemExit('poisoned')")
        """,
        SURVIVED,
        by="end of the session",
    ),
)
