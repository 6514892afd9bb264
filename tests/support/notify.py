"""A service manager's side of sd_notify(3), for the tests."""

import os
import socket
import time


class NotifySocket:
    """What a daemon with NOTIFY_SOCKET=path tells. Nothing is read until somebody asks, as with a manager that is busy."""

    def __init__(self, path, abstract=False):
        self.path = f"@soothe-test-{os.getpid()}" if abstract else path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.path[1:] if abstract else str(path))
        self.socket.setblocking(False)

    def read(self):
        """All lines that came since the last call."""
        lines = []
        try:
            while True:
                lines += self.socket.recv(65536).decode().splitlines()
        except BlockingIOError:
            return lines

    def wait_for(self, start, seconds=60.0):
        """All lines until, and with, one that begins so."""
        limit = time.monotonic() + seconds
        lines = []
        while not any(line.startswith(start) for line in lines):
            if time.monotonic() > limit:
                raise AssertionError(f"not within {seconds} s: {start}; only {lines}")
            lines += self.read()
            time.sleep(0.02)
        return lines

    def close(self):
        self.socket.close()
