"""Ports of this machine."""

import socket


def free_port() -> int:
    """A port on which no program listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
