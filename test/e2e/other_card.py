# SPDX-License-Identifier: Apache-2.0
"""A card that is played by somebody else's program, in one of the virtual readers.

    with Stack(card_program="some-card {port}") as stack:
        card = stack.other_card
        card.insert(2)                        until the agent has read it
        card.cut("before", 7)                 before the 7th command from now on reaches the card
        card.cut("after", 7)                  the card carries it out, and its answer is lost
        card.exchanges()                      since the insertion
        card.fresh()                          another one, factory-fresh, in no reader
        card.pull()

The program connects to 127.0.0.1:PORT as it would to vpcd (frames: 16-bit length, then that many
bytes; one byte is control) and lives as long as its card: in and out of readers is done here, by a
process that stands between it and vpcd, in the readers' network namespace, beside ours
(`beside_cards`). Out of a reader means without power.
"""
import json
import os
import shlex
import socket
import struct
import subprocess
import sys
import threading

from tap import expect

POWER_OFF, ATR, CONTROL_LEN = b"\x00", b"\x04", 1
PORTS = {1: 35963, 2: 35964}
WAIT_S = 60


class OtherCard:
    def __init__(self, stack):
        self.stack, self.reader = stack, None
        self.path = str(stack.base / "other.sock")

    def _ask(self, **request):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(WAIT_S)
            one.connect(self.path)
            one.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(one.makefile("r").readline())
        expect("error" not in answer, f"{request}: {answer}")
        return answer

    def insert(self, reader, agent=None):
        from stack import card_is_read  # here: stack.py uses this file too
        self.reader = reader
        self._ask(do="insert", reader=reader)
        return (agent or self.stack.agent).wait_desk(lambda desk: card_is_read(desk, reader),
                                                     "the other card is read")

    def out(self):
        self._ask(do="pull")
        self.reader = None

    def pull(self, agent=None):
        from stack import reader_of
        reader = self.reader
        self.out()
        return (agent or self.stack.agent).wait_desk(
            lambda desk: reader_of(desk, reader)["present"] is False, "the other card is out")

    def fresh(self):
        """From now on it is another one, as its maker delivers it."""
        self._ask(do="fresh")
        self.reader = None

    def cut(self, side, number):
        self._ask(do="cut", side=side, number=number)

    def exchanges(self):
        from stack import Exchange
        return [Exchange(bytes.fromhex(command), bytes.fromhex(answer))
                for command, answer in self._ask(do="trace")["exchanges"]]


def beside_cards(control, program, command):
    """The command line that starts `command` and, beside it, this relay for `program`."""
    return [sys.executable, __file__, control, program, *command]


# ---- the process in between ----


def take(connection, n):
    data = b""
    while len(data) < n:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(n - len(data))
        if not part:
            raise ConnectionError("closed")
        data += part
    return data


def take_frame(connection):
    return take(connection, struct.unpack(">H", take(connection, 2))[0])


def give_frame(connection, body):
    connection.sendall(struct.pack(">H", len(body)) + body)


class Relay:
    """One card; `reader` is the connection to vpcd while it is in a reader."""

    def __init__(self, program):
        self.program = program
        self._start()

    def _start(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            line = self.program.replace("{port}", str(listener.getsockname()[1]))
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *shlex.split(line)],
                                            stdin=subprocess.DEVNULL, stdout=sys.stderr)
            listener.settimeout(WAIT_S)
            self.card = listener.accept()[0]
        self.card.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader, self.pump, self.planned, self.seen = None, None, None, []

    def insert(self, reader):
        self.pull()
        self.planned, self.seen = None, []
        self.reader = socket.create_connection(("127.0.0.1", PORTS[reader]))
        self.reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pump = threading.Thread(target=self._carry, daemon=True)
        self.pump.start()
        return {}

    def pull(self):
        if self.reader is not None:
            try:
                self.reader.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is out already: cut, or vpcd has gone
            self.pump.join()
            self.reader.close()
            self.reader = None
        return {}

    def fresh(self):
        """Another card of the same make: the program again, from its beginning."""
        self.pull()
        self.card.close()
        self.process.kill()
        self.process.wait()
        self._start()
        return {}

    def cut(self, side, number):
        self.planned = (side, len(self.seen) + number)
        return {}

    def trace(self):
        return {"exchanges": [(command.hex(), answer.hex()) for command, answer in self.seen]}

    def _carry(self):
        """Until the card is out, cut or pulled."""
        try:
            while True:
                body = take_frame(self.reader)
                if len(body) == CONTROL_LEN:
                    self._control(body)
                elif not self._command(body):
                    break
        except OSError:
            pass  # the reader's end is closed: pulled
        give_frame(self.card, POWER_OFF)
        self.reader.close()

    def _control(self, body):
        give_frame(self.card, body)
        if body == ATR:
            give_frame(self.reader, take_frame(self.card))

    def _command(self, command):
        """False: the card was cut off at this one."""
        number = len(self.seen) + 1
        if self.planned == ("before", number):
            return False
        give_frame(self.card, command)
        answer = take_frame(self.card)
        self.seen.append((command, answer))
        if self.planned == ("after", number):
            return False
        give_frame(self.reader, answer)
        return True


def serve(control, relay):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(control)
        listener.listen()
        print("ready", flush=True)
        while True:
            one = listener.accept()[0]
            with one, one.makefile("r") as lines:
                request = json.loads(lines.readline())
                try:
                    answer = getattr(relay, request.pop("do"))(**request)
                except OSError as error:
                    answer = {"error": str(error)}
                one.sendall(json.dumps(answer).encode() + b"\n")


def main(control, program, *command):
    if not command:
        serve(control, Relay(program))
    # It starts this file once more, waits until that one listens, and becomes the command.
    relay = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", sys.executable, __file__, control,
                              program], stdout=subprocess.PIPE)
    if relay.stdout.readline():
        os.execvp(command[0], command)
    sys.exit("the other card did not start")


if __name__ == "__main__":
    main(*sys.argv[1:])
