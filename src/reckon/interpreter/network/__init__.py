"""Connections of programs, where some are asked for: the host checks each, and makes it itself.

    allowlist.py      which places, as they were asked for      gate.py    answers one zygote's notifications
    notifications.py  the kernel's part: seccomp's listener     names.py   what the allowed names stand for
    dns.py            the few forms of a DNS message            refused.py what each session was refused

A session's own sockets stay as closed as they are without: its `socket` and `connect` stop in the kernel, and
wait for the host. The host makes the socket, in its own network, and hands it in; it reads the address that
is to be reached from the program's memory once, checks it, and connects the program's socket through a
duplicate. So what was checked is what is reached, whatever the program writes over it meanwhile, and the
network namespace, Landlock and the filter go on refusing whatever does not come this way.
"""
