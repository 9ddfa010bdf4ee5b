"""Programs that call the kernel's larger doors. The arguments are harmless: what counts is who refuses.

`reach` (see prelude.py) takes any answer but "not permitted" or "no such call" for a way in.
"""

from reckon.interpreter.attacks.attack import CRASHED, FAILED, REFUSED, Attack

_CALLS = ("seccomp",)


def _call(name: str, call: str, *arguments: str) -> Attack:
    return Attack(f"kernel.{name}", f"reach({', '.join((repr(call), *arguments))})", FAILED, _CALLS)


KERNEL = (
    _call("trace_a_process", "ptrace", "16", "VICTIM", "0", "0"),
    _call("trace_its_parent", "ptrace", "16", "ZYGOTE", "0", "0"),
    _call("read_other_memory", "process_vm_readv", "VICTIM", "0", "0", "0", "0", "0"),
    _call("write_other_memory", "process_vm_writev", "VICTIM", "0", "0", "0", "0", "0"),
    _call("compare_processes", "kcmp", "os.getpid()", "VICTIM", "0", "3", "3"),
    _call("advise_other_memory", "process_madvise", "-1", "0", "0", "0", "0"),
    _call("move_other_pages", "move_pages", "VICTIM", "0", "0", "0", "0", "0"),
    _call("page_faults", "userfaultfd", "0"),
    _call("kernel_programs", "bpf", "0", "0", "0"),
    _call("performance_counters", "perf_event_open", "0", "0", "-1", "-1", "0"),
    _call("ring_of_calls", "io_uring_setup", "1", "0"),
    _call("keyring_add", "add_key", "0", "0", "0", "0", "0"),
    _call("keyring_read", "keyctl", "0", "-3", "0"),
    _call("namespaces_of_files", "unshare", "0x20000"),
    _call("namespaces_of_network", "unshare", "0x40000000"),
    _call("mount", "mount", "0", "0", "0", "0", "0"),
    _call("mount_by_descriptor", "fsopen", "0", "0"),
    _call("copy_of_a_mount", "open_tree", "-1", "0", "0"),
    _call("unmount", "umount2", "0", "0"),
    _call("new_root", "pivot_root", "0", "0"),
    _call("changed_root", "chroot", "0"),
    _call("personality", "personality", "0x0040000"),
    _call("another_kernel", "kexec_load", "0", "0", "0", "0"),
    _call("module", "init_module", "0", "0", "0"),
    _call("module_removed", "delete_module", "0", "0"),
    _call("clock", "clock_settime", "99", "0"),
    _call("reboot", "reboot", "0", "0", "0", "0"),
    _call("swap", "swapon", "0", "0"),
    _call("accounting", "acct", "1"),
    _call("host_name", "sethostname", "0", "-1"),
    _call("kernel_log", "syslog", "10", "0", "0"),
    _call("quota", "quotactl", "0", "0", "0", "0"),
    _call("file_handles", "name_to_handle_at", "-1", "0", "0", "0", "0"),
    _call("watch_all_files", "fanotify_init", "0", "0"),
    _call("secret_memory", "memfd_secret", "0"),
    _call("message_queue", "mq_open", "0", "0", "0", "0"),
    _call("shared_memory", "shmget", "KEY", "4096", "0o1666"),
    _call("semaphores", "semget", "KEY", "1", "0o1666"),
    _call("messages", "msgget", "KEY", "0o1666"),
    Attack(
        "kernel.ports",
        """
        if os.uname().machine != "x86_64": raise PermissionError(1, "no ports here")
        reach("ioperm", 0x80, 1, 1)
        """,
        FAILED,
        _CALLS,
    ),
    Attack(
        "kernel.descriptor_table",
        """
        if os.uname().machine != "x86_64": raise PermissionError(1, "none here")
        reach("modify_ldt", 0, 0, 0)
        """,
        FAILED,
        _CALLS,
    ),
    Attack("kernel.types_into_the_terminal", "reach('ioctl', 0, 0x5412, 0)", FAILED, _CALLS),
    Attack(
        "kernel.types_with_high_bits",
        "reach('ioctl', 0, 0x5412 | 1 << 32, 0)",
        FAILED,
        _CALLS,
    ),
    Attack(
        "kernel.calls_of_32_bits",
        """
        if os.uname().machine != "x86_64": os.kill(os.getpid(), 31)
        import mmap
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(bytes.fromhex("5331c0b81400000031dbcd805bc3"))  # getpid, which is call 20 there
        entry = ctypes.addressof(ctypes.c_char.from_buffer(page))
        ctypes.CFUNCTYPE(ctypes.c_int)(entry)()
        escaped("the other table of calls is open")
        """,
        CRASHED,
        _CALLS,
    ),
    Attack(
        "kernel.calls_of_x32",
        """
        if os.uname().machine != "x86_64": raise PermissionError(1, "none here")
        libc.syscall.restype = ctypes.c_long
        if libc.syscall(ctypes.c_long(0x40000000 | 39)) > 0: escaped("the x32 table is open")
        fail()
        """,
        FAILED,
        _CALLS,
    ),
    Attack(
        "kernel.reads_the_log_device",
        "os.open('/dev/kmsg', os.O_RDONLY); escaped('opened')",
        REFUSED,
        ("landlock files",),
    ),
)
