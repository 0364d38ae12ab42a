"""Strangers who have no key: what they can make the server keep, and what becomes of it when they take all its files."""

import contextlib
import re
import selectors
import socket
import struct
import time

import pytest

from harness import Server, SqliteStore, wait_until
from programme import Programme

FILES = 120  # more than a server needs for itself
MESSAGE = 4 << 20


@pytest.fixture
def store():
    with SqliteStore() as made:
        yield made


def connect(server):
    stranger = socket.create_connection((server.host, server.port), timeout=5)
    stranger.setblocking(False)
    return stranger


# ---- files ------------------------------------------------------------------------------------------------


def test_a_server_whose_files_were_used_up_ends_and_can_be_started_again(store):
    """gRPC never accepts again after it met the limit: only a new process helps, and a supervisor starts one."""
    with Server(store, under=["prlimit", f"--nofile={FILES}:{FILES}", "--"]) as server:
        client = server.client()
        programme = Programme(client)
        member = programme.member()
        with contextlib.ExitStack() as strangers:
            for _ in range(FILES):
                with contextlib.suppress(OSError):
                    strangers.enter_context(connect(server))
            # Who is connected is served meanwhile.
            programme.earn(member, 5)
            assert server.process.wait(60) == 1, server.log_tail()
            assert server.logged("takes no connections any more") and server.logged(f"limit of open files ({FILES})")
        server.restart()
        assert programme.accounts(member) == (5, 0, 0, 0)


def test_a_server_that_is_only_busy_goes_on(store):
    """Many connections that come and go, and calls all the time: it hears itself all the same."""
    with Server(store) as server:
        programme = Programme(server.client())
        members = [programme.member() for _ in range(4)]
        until = time.monotonic() + 12  # three looks
        while time.monotonic() < until:
            with contextlib.ExitStack() as strangers:
                for _ in range(50):
                    strangers.enter_context(connect(server))
                for member in members:
                    programme.earn(member, 1)
        assert server.process.poll() is None
        assert not server.logged("did not answer at its own address"), server.log_tail()


# ---- memory -----------------------------------------------------------------------------------------------


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name, value):
    return bytes([0, len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


HEADERS = b"".join(literal(name, value) for name, value in (
    (":method", "POST"), (":scheme", "http"), (":path", "/fairpoint.v1.PointsService/EarnPoints"), (":authority", "x"),
    ("te", "trailers"), ("content-type", "application/grpc")))


class HalfSender:
    """Says that a message of 4 MiB comes, and sends as much of it as it may, but for the last byte."""

    def __init__(self, server):
        self.socket = connect(server)
        self.received = b""
        self.window = {0: 65535, 1: 65535}
        self.left = 5 + MESSAGE - 1
        self.out = (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 4, 1, HEADERS))
        self.prefix = b"\0" + struct.pack(">I", MESSAGE)

    def read(self):
        """False when the server hung up."""
        with contextlib.suppress(BlockingIOError):
            data = self.socket.recv(65536)
            if not data:
                return False
            self.received += data
        while len(self.received) >= 9:
            size = int.from_bytes(self.received[:3], "big")
            if len(self.received) < 9 + size:
                break
            kind, flags, stream = self.received[3], self.received[4], int.from_bytes(self.received[5:9], "big")
            payload, self.received = self.received[9:9 + size], self.received[9 + size:]
            if kind == 4 and not flags & 1:
                for identifier, value in struct.iter_unpack(">HI", payload):
                    if identifier == 4:  # of streams that are to come, and of ours
                        self.window[1] += value - 65535
                self.out += frame(4, 1, 0, b"")
            elif kind == 6 and not flags & 1:
                self.out += frame(6, 1, 0, payload)
            elif kind == 8 and stream in self.window:
                self.window[stream] += int.from_bytes(payload, "big")
            elif kind in (3, 7):
                return False
        return True

    def write(self):
        room = min(self.window.values())
        while room > 0 and self.left > 0 and len(self.out) < 1 << 16:
            count = min(room, self.left, 16384)
            data, self.prefix = (self.prefix + b"x" * count)[:count], b""
            self.out += frame(0, 0, 1, data)
            self.left -= count
            room -= count
            for stream in self.window:
                self.window[stream] -= count
        if self.out:
            with contextlib.suppress(BlockingIOError):
                self.out = self.out[self.socket.send(self.out):]


def memory_mb(server, name):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return int(re.search(rf"{name}:\s+(\d+) kB", status.read()).group(1)) / 1000


def test_half_sent_messages_of_strangers_fill_no_memory(store):
    """200 connections with 4 MiB each would be 800 MB: a message is read only once its caller is known."""
    with Server(store) as server:
        programme = Programme(server.client())
        member = programme.member()
        strangers = [HalfSender(server) for _ in range(200)]
        with contextlib.ExitStack() as sockets, selectors.DefaultSelector() as selector:
            for one in strangers:
                sockets.enter_context(one.socket)
                selector.register(one.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, one)
            until = time.monotonic() + 15
            while time.monotonic() < until and selector.get_map() and any(one.left for one in strangers):
                for key, _ in selector.select(1):
                    try:
                        goes_on = key.data.read()
                        key.data.write()
                    except OSError:
                        goes_on = False
                    if not goes_on:
                        selector.unregister(key.fileobj)
            sent = sum(5 + MESSAGE - 1 - one.left for one in strangers)
            assert sent > 10e6, "all sent what they were let"
            assert memory_mb(server, "VmHWM") < 150
        # They are gone: everybody else is served, as if nothing had been.
        wait_until(lambda: programme.earn(member, 5), "an earning")
        assert server.process.poll() is None and not server.logged("did not answer at its own address"), server.log_tail()
