"""The door in front of a server: while it is shut, whoever knocks is refused."""

import socket
from contextlib import suppress
from threading import Thread

from tests.ports import free_port


class Door:
    """Passes connections on to a port of this machine. It starts shut."""

    def __init__(self, leads_to: int) -> None:
        self.port = free_port()
        self._leads_to = leads_to
        self._listener: socket.socket | None = None
        self._ends: list[socket.socket] = []

    def open(self) -> None:
        """Let callers in."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            Thread(target=self._welcome, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuse callers, and cut off those inside."""
        if self._listener is not None:
            _hang_up(self._listener)
            self._listener.close()
            self._listener = None
        while self._ends:
            _hang_up(self._ends.pop())

    def _welcome(self, listener: socket.socket) -> None:
        with suppress(OSError):  # shut
            while True:
                Thread(target=self._pass_on, args=(listener.accept()[0],), daemon=True).start()

    def _pass_on(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(("127.0.0.1", self._leads_to)) as inside:
            self._ends += [caller, inside]
            answers = Thread(target=_pour, args=(inside, caller), daemon=True)
            answers.start()
            _pour(caller, inside)
            answers.join()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # one of the two has hung up
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
