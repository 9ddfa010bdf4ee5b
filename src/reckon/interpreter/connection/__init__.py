"""The interpreter over a wire: its verbs as lines of JSON, whatever carries the lines.

messages.py    the protocol, plain data, versioned      links.py      how a wire is opened: socket, command
server.py      serves sessions to one client            containers.py a server in a container, and its wire
listening.py   accepts clients on a socket              lines.py      whole messages from a stream of bytes
client.py      RemoteInterpreter, RemoteSession         calls.py      requests and their replies, on one wire
__main__.py    python -m reckon.interpreter.connection
"""
