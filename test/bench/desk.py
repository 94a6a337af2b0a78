#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""desk: what a renewal costs at one desk, beside the same APDUs played straight through PC/SC.

Called by ./bench desk, which see. In each round a card that is due is renewed by the whole system;
then a copy of the card as it was before gets the very same physical APDUs from cardwright-play,
in the same readers, with the same randomness, so that each answer is the same too. Both are
measured from the outside: the product from the job's request to its result (the proxy that counts
requests included), the player from its first connection to its last.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from stack import BUILD, PASSCODE, LocalConnection, Stack, parse_pcscd, reader_of  # noqa: E402
from tap import Failed, expect  # noqa: E402

READERS = (1, 2)  # the operator's card, the holder's
MINIMUM = {"extended": 13, "short": 21}
TARGETS = {"ratio": 1.10, "details_ms": 300, "server_memory_kib": 50 * 1024, "server_start_ms": 500,
           "round_trips_identify": 1, "round_trips_job": 3}


class Desk(Stack):
    """The stack of the end-to-end tests; the cards get slow only when all is up."""

    def __init__(self, timing, due):
        super().__init__(due=due)
        self.card_timing = timing

    def start(self):
        super().start()
        for reader in READERS:
            self.control(f"timing {reader} {self.card_timing}")

    def server_start_ms(self):
        """From the start of the process to its first answer over HTTPS."""
        self.programs["server"].end()
        started = time.monotonic()
        self.start_server()
        status = self.https("GET", "/v1/health")[0]
        expect(status == 200, f"health: {status}")
        return (time.monotonic() - started) * 1000

    def server_memory_kib(self):
        for line in Path(f"/proc/{self.programs['server'].pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise Failed("no VmRSS")

    def insert_ready(self, path):
        """A card into reader 2; the state of the desk once the details are there."""
        self.control(f"insert 2 {path}")
        return self.agent.wait_desk(
            lambda desk: (desk["card"] or {}).get("state") in ("ready", "failed"), "the details")

    def renew(self):
        """(milliseconds, the events) of one job, as whoever asked for it sees it."""
        connection = LocalConnection(self.agent.socket)
        body = json.dumps({"service": "renew", "passcode": PASSCODE})
        connection.connect()
        try:
            started = time.monotonic()
            connection.request("POST", "/v1/desk/jobs", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            events = []
            while not events or events[-1]["event"] not in ("result", "fault"):
                events.append(json.loads(answer.readline()))
            took_ms = (time.monotonic() - started) * 1000
        finally:
            connection.close()
        expect(events[-1]["event"] == "result", f"the renewal failed: {events[-1]}")
        return took_ms, events


# ---- one round ----

def trace_of(path):
    """What one card got and answered: [(command, answer)]."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("> "):
            found.append([bytes.fromhex(line[2:]), b""])
        elif line.startswith("< ") and found:
            found[-1][1] = bytes.fromhex(line[2:])
    return [tuple(pair) for pair in found]


def script_of(seen, traces):
    """[(reader, exchange)]: what pcscd saw, in its order, each given to the card that had it."""
    left = {reader: list(trace) for reader, trace in traces.items()}
    lines = []
    for exchange in seen:
        reader = next((r for r in reversed(READERS)
                       if left[r] and left[r][0] == tuple(exchange)), None)
        expect(reader is not None, f"no card had {exchange.command.hex()}")
        left[reader].pop(0)
        lines.append((reader, exchange))
    expect(not any(left.values()), "a card had what pcscd did not see")
    return lines


def script_text(lines):
    """The holder's transaction from beginning to end, the operator's inside it."""
    text, open_readers = [], []
    for reader, exchange in lines:
        if reader in open_readers and reader != open_readers[-1]:
            text.append(f"@ reset {open_readers.pop()}")
        elif reader not in open_readers:
            text.append(f"@ open {reader}")
            open_readers.append(reader)
        text += ["> " + exchange.command.hex(), "< " + exchange.answer.hex()]
    return "\n".join(text + [f"@ reset {reader}" for reader in reversed(open_readers)] + [""])


def played(desk, script, traces, names):
    """The player's figures for a script; the cards draw what they drew before."""
    for reader in READERS:
        desk.control(f"entropy {reader} {traces[reader]}")
    path = desk.base / "script"
    path.write_text(script)
    out = desk.run_program([str(BUILD / "src/bench/cardwright-play"), str(path), *names]).out
    for reader in READERS:
        desk.control(f"entropy {reader} system")
    return json.loads(out)


def counted(lines):
    """Physical APDUs to the holder's card, and commands: chains and GET RESPONSE folded."""
    own = [exchange.command for reader, exchange in lines if reader == READERS[1]]
    return {"apdus": len(own), "apdus_operator": len(lines) - len(own),
            "commands": sum(1 for c in own if not c[0] & 0x10 and c[1] != 0xC0),
            "bytes_to_card": sum(map(len, own)),
            "bytes_from_card": sum(len(e.answer) for r, e in lines if r == READERS[1])}


def step_ms(events, name):
    return sum(e["ms"] for e in events if e.get("step") == name and e["state"] == "done")


def one_round(desk, person):
    traces = {reader: desk.base / f"trace-{person}-{reader}" for reader in READERS}
    before = desk.base / f"{person}-before.card"
    shutil.copy(desk.card_file(person), before)
    with desk.proxy.watch() as identify:
        state = desk.insert_ready(desk.card_file(person))
    expect(state["card"]["state"] == "ready", f"{person}: {state['card']}")
    names = [reader_of(state, reader)["name"] for reader in READERS]
    for reader in READERS:
        desk.control(f"trace {reader} on {traces[reader]}")
    mark = desk.apdus_mark()
    with desk.proxy.watch() as job:
        wall_ms, events = desk.renew()
    for reader in READERS:
        desk.control(f"trace {reader} off")
    lines = script_of(desk.apdus(mark), {r: trace_of(traces[r]) for r in READERS})
    desk.pull(2)
    desk.insert_ready(before)
    straight = played(desk, script_text(lines), traces, names)
    desk.pull(2)
    expect(straight["apdus"] == len(lines), f"played {straight['apdus']} of {len(lines)}")
    result = events[-1]
    own = counted(lines)
    expect(own["apdus"] == result["apdus"] and own["apdus_operator"] == result["apdus_operator"],
           f"the program counted {result}, pcscd {own}")
    return own | {
        "wall_ms": wall_ms, "played_ms": straight["wall_us"] / 1000,
        "answers_different": straight["different"], "details_ms": state["card"]["details_ms"],
        "card_ms": result["card_ms"], "sign_ms": step_ms(events, "sign_statement"),
        "asked_ms": step_ms(events, "ask_server"),
        "server_ms": sum(r.server_ms for r in job if r.path.startswith("/v1/jobs")),
        "connections": len({r.connection for r in job if r.path.startswith("/v1/jobs")}),
        "round_trips_identify": sum(r.path == "/v1/cards/identify" for r in identify + job),
        "round_trips_job": sum(r.path.startswith("/v1/jobs") for r in job)}


# ---- the result ----

def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                  if line.startswith("model name")), platform.machine())
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "date": time.strftime("%Y-%m-%d", time.gmtime())}


def summary(desk, rounds):
    def middle(name):
        return statistics.median(one[name] for one in rounds)
    names = ["wall_ms", "played_ms", "card_ms", "sign_ms", "asked_ms", "server_ms", "details_ms",
             "apdus", "apdus_operator", "commands", "bytes_to_card", "bytes_from_card",
             "round_trips_identify", "round_trips_job", "connections"]
    found = {name: round(middle(name), 2) for name in names}
    found["ratio"] = round(middle("wall_ms") / middle("played_ms"), 3)
    found["ratio_worst"] = round(max(one["wall_ms"] / one["played_ms"] for one in rounds), 3)
    found["details_ms_worst"] = max(one["details_ms"] for one in rounds)
    found["answers_different"] = sum(one["answers_different"] for one in rounds)
    found["server_memory_kib"] = desk.server_memory_kib()
    return found


def table(found, targets):
    """(what, measured, the limit or "", met or None)."""
    def row(what, name, text):
        limit = targets.get(name)
        met = None if limit is None else found[name] <= limit
        return what, text.format(**found), "" if limit is None else f"at most {limit}", met
    return [
        row("renewal, request to result", "wall_ms", "{wall_ms:.0f} ms"),
        row("the same APDUs, straight PC/SC", "played_ms", "{played_ms:.0f} ms"),
        row("ratio of the medians", "ratio", "{ratio:.3f} (worst round {ratio_worst:.3f})"),
        row("  the holder's card", "card_ms", "{card_ms:.0f} ms"),
        row("  the operator's card signs", "sign_ms", "{sign_ms:.0f} ms"),
        row("  three requests to the server", "asked_ms",
            "{asked_ms:.0f} ms; the server itself {server_ms:.0f}"),
        row("answers unlike those of the renewal", "answers_different", "{answers_different}"),
        row("details after the reader's report", "details_ms",
            "{details_ms:.0f} ms (worst {details_ms_worst:.0f})"),
        row("round trips: identify", "round_trips_identify", "{round_trips_identify:.0f}"),
        row("round trips: job", "round_trips_job",
            "{round_trips_job:.0f} on {connections:.0f} connection"),
        row("commands; the minimum is 13", "commands", "{commands:.0f}"),
        row("APDUs; the minimum is 13, or 21 short", "apdus", "{apdus:.0f}"),
        row("APDUs to the operator's card", "apdus_operator", "{apdus_operator:.0f}"),
        row("bytes to and from the holder's card", "bytes_to_card",
            "{bytes_to_card:.0f}, {bytes_from_card:.0f}"),
        row("server: memory", "server_memory_kib", "{server_memory_kib} KiB"),
        row("server: start to first answer", "server_start_ms", "{server_start_ms:.0f} ms"),
    ]


def targets_of(options):
    """Beside a card that takes no time only network and disk are left: no ratio is aimed at."""
    return {name: limit for name, limit in TARGETS.items()
            if name != "ratio" or options.timing == "card"}


def show(found, options):
    print(f"{options.rounds} rounds, interleaved; timing of the cards: {options.timing}")
    for what, measured, target, met in table(found, targets_of(options)):
        verdict = "" if met is None else "met" if met else "MISSED"
        print(f"  {what:<38} {measured:<30} {target:<16} {verdict}".rstrip())


def main():
    parser = argparse.ArgumentParser(prog="./bench desk")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--timing", choices=("none", "card"), default="card")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.rounds < 5:
        parser.error("5 rounds at least")
    with Desk(options.timing, options.rounds) as desk:
        server_start_ms = desk.server_start_ms()
        desk.login("tom-adeyemi")
        rounds = [one_round(desk, f"due-{n:03d}") for n in range(1, options.rounds + 1)]
        found = summary(desk, rounds) | {"server_start_ms": round(server_start_ms, 1)}
    if options.json:
        print(json.dumps({"timing": options.timing, "machine": machine(), "minimum": MINIMUM,
                          "targets": targets_of(options), "median": found, "rounds": rounds},
                         indent=1))
    else:
        show(found, options)


if __name__ == "__main__":
    try:
        main()
    except Failed as problem:
        sys.exit(f"bench: {problem}")
