#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""stack_service: a Stack for tests in another language; test/page/system.mjs is the other side.

    stack_service.py '{"policy_values": {"window_days": 700}, "due": 3}'

Starts the system and says {"ready": true} or {"ready": false, "error": text}. Then each line of
standard input is a call of one of the functions below, answered by a line when it is done:

    {"id": 7, "call": "insert", "args": [2, "aisha-khan"]}
    {"id": 7, "result": ...}    or    {"id": 7, "error": text}

Calls are carried out one after the other, but for those that wait for somebody else: they stand
aside. The end of the input, "stop" and SIGTERM end the system.
"""
import json
import signal
import sys
import threading
import time
import traceback

from card_tools import command_name
from stack import Stack, reader_of
from tamper import Tamper
from tap import Failed, equal, tells

# What Stack has under the same name, with arguments and results that JSON can carry.
FORWARDED = {"control", "control_ignoring", "dump", "empty", "fault", "insert", "job", "log_ends", "login", "pull",
             "refused", "release", "restart_server", "start_server", "store", "store_write", "tidy",
             "token"}
# They wait for an event that another call brings about. No program of the system may be started by
# them: it would end with the thread.
ASIDE = {"cli", "hold_wait", "reported", "wait_fault", "wait_stall"}


class Service:
    """The functions that the other side may call, besides those of FORWARDED."""

    def __init__(self, stack):
        self.stack, self.holds, self.traces, self.agents = stack, [], [], 1

    # ---- the agent ----

    def desk(self):
        return self.stack.agent.desk()

    def page(self, agent=0):
        """Where the page is, with a token that is good once."""
        status, answer = self.stack.agents[agent].request("POST", "/v1/desk/page", {})
        equal(status, 200, f"the address of the page: {answer}")
        return answer

    def reported(self, reader, present):
        """When the agent reported that reader 1 or 2 has a card, or none: seconds since 1970."""
        for desk in self.stack.agent.desk_events():
            if reader_of(desk, reader)["present"] is present:
                return time.time()
        raise Failed("the agent ended")

    def request(self, method, path, body=None, agent=0):
        return self.stack.agents[agent].request(method, path, body)

    def new_agent(self, name, program=None):
        """The number of one more agent, of another build perhaps."""
        self.agents += 1
        self.stack.new_agent(f"{name}-{self.agents}", program)
        return len(self.stack.agents) - 1

    def end_agent(self, agent=0):
        return self.stack.agents[agent].program.end()

    def start_agent(self):
        self.stack.agent.start()

    def cli(self, args, options=None):
        code, out, err = self.stack.cli(*args, **(options or {}))
        return {"code": code, "out": out, "err": err}

    def pause(self, name, stopped):
        """The process stands still, or goes on."""
        self.stack.kill(name, signal.SIGSTOP if stopped else signal.SIGCONT)

    # ---- cards ----

    def put(self, reader, person):
        """A card comes; nobody waits until it is seen."""
        self.stack.control(f"insert {reader} {self.stack.card_file(person)}")

    def take(self, reader):
        self.stack.control(f"pull {reader}")

    def tamper(self, person, steps):
        """The card in no reader: [["default_puk"], ["tear", "5fc105"]], the calls of tamper.py."""
        with Tamper(self.stack, person) as card:
            for name, *arguments in steps:
                getattr(card, name)(*arguments)

    def stranger(self, name, serial):
        """The card of another organisation."""
        self.stack.found_other(self.stack.card_file(name), serial)

    def tries(self, person):
        """How many tries of the passcode that card has left."""
        line = next(x for x in self.stack.dump(person).splitlines() if x.startswith("pin "))
        return int(line.split()[2])

    def wait_fault(self, reader):
        self.stack.wait_fault(reader)

    def wait_stall(self, reader):
        self.stack.wait_stall(reader)

    def trace(self, reader):
        """From now on it is noted what the card in that reader is told."""
        self.traces.append(self.stack.trace(reader).__enter__())
        return len(self.traces) - 1

    def traced(self, number):
        """The names of the commands so far."""
        return [command_name(one.command) for one in self.traces[number].exchanges()]

    # ---- server and line ----

    def stop_server(self):
        return self.stack.programs["server"].end()

    def kill(self, name):
        self.stack.kill(name)

    def drop_line(self):
        self.stack.proxy.drop()

    def line_mark(self):
        return len(self.stack.proxy.requests)

    def line(self, mark=0):
        """What went to the server since then."""
        return [{"method": r.method, "path": r.path, "status": r.status}
                for r in self.stack.proxy.requests[mark:]]

    def line_holding(self, text, mark=0):
        """The requests that carried this secret, in either direction."""
        return [r.path for r in self.stack.proxy.requests[mark:]
                if any(tells(data, text) for data in (r.path, r.body or b"", r.answer or b""))]

    def hold(self, method, path, when="before", nth=1):
        self.holds.append(self.stack.proxy.hold(method, path, when, nth))
        return len(self.holds) - 1

    def hold_wait(self, number):
        self.holds[number].wait()

    def hold_release(self, number):
        self.holds[number].release()

    def hold_cut(self, number):
        self.holds[number].cut()

    # ---- what was kept ----

    def audit(self):
        """All entries of the audit, which must verify."""
        result = self.stack.audit_verify()
        equal(result.code, 0, f"audit verify: {result}")
        text = (self.stack.base / "audit.jsonl").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def logs_holding(self, text):
        return [log.name for log in self.stack.base.glob("*.log")
                if tells(log.read_text(errors="replace"), text)]

    def folder(self):
        return str(self.stack.base)


class Talk:
    """One line in, one line out."""

    def __init__(self, stack):
        self.stack, self.service, self.lock = stack, Service(stack), threading.Lock()

    def say(self, message):
        with self.lock:
            print(json.dumps(message), flush=True)

    def function(self, name):
        if name in FORWARDED:
            return getattr(self.stack, name)
        found = None if name.startswith("_") else getattr(self.service, name, None)
        if not callable(found):
            raise Failed(f"there is no call named {name!r}")
        return found

    def answer(self, request):
        try:
            result = self.function(request["call"])(*request.get("args", []))
            self.say({"id": request["id"], "result": result})
        except Exception as error:  # whatever it was, the other side hears of it
            expected = isinstance(error, (Failed, TimeoutError))
            text = str(error) if expected else traceback.format_exc()
            self.say({"id": request["id"], "error": f"{request['call']}: {text}"})

    def serve(self):
        """Until the end of the input, or "stop": the request for it, else None."""
        for line in sys.stdin:
            request = json.loads(line)
            if request["call"] == "stop":
                return request
            if request["call"] in ASIDE:
                threading.Thread(target=self.answer, args=(request,), daemon=True).start()
            else:
                self.answer(request)
        return None


def start(talk):
    """True when all is up."""
    try:
        talk.stack.start()
        talk.say({"ready": True})
        return True
    except Exception as error:  # the other side prints it
        talk.say({"ready": False, "error": f"{error}\n{talk.stack.log_ends()}"})
        return False


def stop(talk, request):
    try:
        talk.stack.stop()
        answer = {"result": None}
    except Failed as problem:
        answer = {"error": str(problem)}
    if request is not None:
        talk.say({"id": request["id"], **answer})
    return "error" in answer


def main():
    options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    talk, request, failed = Talk(Stack(**options)), None, True
    try:
        if start(talk):
            request = talk.serve()
    finally:
        failed = stop(talk, request)
    sys.exit(failed)


if __name__ == "__main__":
    main()
