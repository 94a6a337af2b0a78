# SPDX-License-Identifier: Apache-2.0
"""endurance: desks at work, programs that die meanwhile, and what was acknowledged.

    desks = Desks(stack)                     three operators, each with cards of their own
    with desks:                              work until the end of the block
        desks.wait(3)                        three requests more have left
        stack.kill("server")
    desks.check()                            nothing that was acknowledged is lost

Each desk logs in, renews its cards again and again (the policy says that all are always due), and
takes up what was cut. It goes past agent and proxy (client.py). Acknowledged is what an answer with
200 said: a session, a receipt with its certificates. What was asked and not answered may have
happened or not.
"""
import http.client
import json
import os
import random
import threading
import time

import card
import client
from stack import PASSCODE, RELEASE, SERVER_UID
from tap import equal, expect
from test_signer_boundary import Line

OPERATORS = (("tom-adeyemi", "RA Agent"), ("priya-nair", "Sponsor"), ("hannah-lewis", None))
CARDS_EACH = 2
ALWAYS_DUE = {"life_days": 3660, "window_days": 3659}
WAIT_S = 60
LOST = (OSError, http.client.HTTPException)  # a TLS error is an OSError


class CountingServer(client.Server):
    """Tells the desks of each request that leaves."""

    def __init__(self, desks, *args):
        super().__init__(*args)
        self.desks = desks

    def _send(self, method, path, body, headers):
        self.desks.count_request()
        return super()._send(method, path, body, headers)


class Desk(threading.Thread):
    def __init__(self, desks, operator, role, cards):
        super().__init__(daemon=True)
        stack = desks.stack
        self.desks, self.operator, self.role, self.cards = desks, operator, role, cards
        self.server = CountingServer(desks, f"https://127.0.0.1:{stack.port}",
                                     str(stack.directory / "agent/server-ca.pem"),
                                     stack.server_port)
        self.session, self.trouble = None, None

    def run(self):
        try:
            while not self.desks.over.is_set():
                for one in self.cards:
                    self.serve(one)
            self.finish()
        except Exception as error:  # told by the check
            self.trouble = error
        finally:
            self.server.close()

    def serve(self, one):
        """One renewal, or a try that a death cut short; then the next card, when all are up again."""
        try:
            if self.session is None:
                self.log_in()
            self.renew(one)
        except client.Refused as refused:
            self.desks.refusals[refused.name] = self.desks.refusals.get(refused.name, 0) + 1
            self.session = None if refused.code == 401 else self.session
            expect(refused.problem.get("remedy"), f"a refusal without a remedy: {refused}")
        except LOST:
            self.server.close()
        one.reset()
        self.operator.reset()
        self.desks.up.wait(WAIT_S)

    def finish(self):
        """All programs are up: what was cut is finished at the first try."""
        self.log_in()
        for one in self.cards:
            self.renew(one)

    def log_in(self):
        report = card.read_report(self.operator)
        self.session = client.log_in(self.server, self.operator, report, PASSCODE, self.role)
        self.desks.sessions.append(self.session.id)

    def renew(self, one):
        report = card.read_report(one)
        answer = self.session.identify(report)
        job = client.Job(self.session, one, report, answer, "renew",
                         client.Secrets(PASSCODE, PASSCODE))
        receipt = job.run()
        self.desks.receipts.append((one.path, receipt))


class Desks:
    def __init__(self, stack):
        """The stack has `due` cards for every desk: Stack(due=6, policy_values=ALWAYS_DUE)."""
        self.stack, self.rack = stack, card.Rack(str(RELEASE), str(stack.base))
        self.operators = [(self.rack.insert(str(stack.card_file(name))), role)
                          for name, role in OPERATORS]
        self.cards = [self.rack.insert(str(stack.card_file(f"due-{number:03d}")))
                      for number in range(1, 1 + CARDS_EACH * len(OPERATORS))]
        self.over, self.up = threading.Event(), threading.Event()
        self.receipts, self.sessions, self.refusals = [], [], {}
        self.requests, self.changed = 0, threading.Condition()
        self.desks = []
        self.forget_checks()

    def __enter__(self):
        self.over.clear()
        self.up.set()
        self.desks = [Desk(self, operator, role, self.cards[n * CARDS_EACH:(n + 1) * CARDS_EACH])
                      for n, (operator, role) in enumerate(self.operators)]
        for desk in self.desks:
            desk.start()
        return self

    def __exit__(self, kind, *_):
        self.over.set()
        self.up.set()
        for desk in self.desks:
            desk.join(WAIT_S)
        if kind is None:
            for desk in self.desks:
                expect(not desk.is_alive(), "a desk did not come to its end")
                if desk.trouble is not None:
                    raise desk.trouble

    def close(self):
        self.rack.close()

    def count_request(self):
        with self.changed:
            self.requests += 1
            self.changed.notify_all()

    def wait(self, count):
        """Until so many requests more have left."""
        with self.changed:
            wanted = self.requests + count
            expect(self.changed.wait_for(lambda: self.requests >= wanted, WAIT_S),
                   f"no {count} requests within {WAIT_S} s: {[desk.trouble for desk in self.desks]}")

    # ---- what was acknowledged ----

    def acknowledged(self):
        return len(self.receipts) + len(self.sessions)

    def forget_checks(self):
        """The next check looks at everything anew."""
        self.checked, self.audit_end, self.committed = 0, 0, set()

    def check(self):
        """Each receipt and each session stands in data base and audit; what was looked at before is
        not looked at again."""
        stack, receipts = self.stack, list(self.receipts)
        for path, receipt in receipts[self.checked:]:
            job = receipt["job"]
            equal(stack.store("SELECT result FROM job WHERE id = ?", job), [("committed",)],
                  f"the job of a receipt for {os.path.basename(path)}")
            for one in receipt["certificates"]:
                found = stack.store("SELECT job_id, state FROM certificate WHERE serial = ?",
                                    one["serial"])
                expect(found and found[0][0] == job and
                       found[0][1] in ("current", "superseded", "revoked"),
                       f"certificate {one['serial']} of a receipt: {found}")
        self.checked = len(receipts)
        self.check_audit(receipts)

    def check_audit(self, receipts):
        for sequence, line in self.stack.store(
                "SELECT sequence, line FROM audit_entry WHERE sequence > ? ORDER BY sequence",
                self.audit_end):
            equal(sequence, self.audit_end + 1, "the number of an entry")
            self.audit_end, entry = sequence, json.loads(line)
            if entry["event"] == "job_committed":
                self.committed.add(entry["job"])
        missing = [receipt["job"] for _, receipt in receipts if receipt["job"] not in self.committed]
        equal(missing, [], "receipts without an entry in the audit")
        kept = {row[0] for row in self.stack.store("SELECT id FROM session")}
        equal([one for one in self.sessions if one not in kept], [], "sessions that are not kept")

    def check_signer(self, line):
        """The signer knows every certificate that the data base got from it, and the same one."""
        for key_hash, der in self.stack.store(
                "SELECT public_key_hash, der FROM certificate WHERE job_id IS NOT NULL"):
            answer = line.ask(kind="issued_certificate", key_hash=key_hash.hex())
            equal((answer["status"], answer.get("der")), ("OK", der.hex()), "a certificate")
        head = line.ask(kind="status")
        newest = self.stack.store("SELECT max(sequence) FROM audit_checkpoint")[0][0]
        expect(head["sequence"] >= newest, f"the signer has forgotten what it signed: {head}")

    def check_cards(self):
        """Each card carries the pair that is current, and one of each only."""
        for one in self.cards:
            report = card.read_report(one)
            prints = {client.fingerprint(report, name).hex()
                      for name in ("certificate_9a", "certificate_9c")}
            kept = {row[0].hex() for row in self.stack.store(
                "SELECT fingerprint FROM certificate WHERE state = 'current' AND card_id = "
                "(SELECT card_id FROM certificate WHERE fingerprint = ?)",
                client.fingerprint(report, "certificate_9a"))}
            equal(prints, kept, f"the pair on {os.path.basename(one.path)}, and the current one")


# ---- deaths ----


class Deaths:
    """Kills a program at moments that nobody chose, and measures how long it is away."""

    def __init__(self, stack, seed=None):
        self.stack = stack
        self.seed = seed or int.from_bytes(os.urandom(4), "big")
        self.random = random.Random(self.seed)
        self.times = {"server": [], "signer": []}
        print(f"# seed {self.seed}", flush=True)

    def kill(self, desks, name):
        """At a random request of the desks; back up, the first answer taken, nothing lost."""
        desks.wait(self.random.randint(1, 12))
        desks.up.clear()
        self.stack.kill(name)
        started = time.monotonic()
        if name == "server":
            self.stack.start_server()
            status = self.stack.https("GET", "/v1/health")[0]
            equal(status, 200, "the first answer of the server")
        else:
            self.stack.start_signer()
            equal(line_of(self.stack).ask(kind="status")["status"], "OK", "the signer's first answer")
        self.times[name].append(time.monotonic() - started)
        desks.up.set()

    def tell(self, desks):
        for name, times in self.times.items():
            if times:
                print(f"# {name}: killed {len(times)} times; back within {max(times) * 1000:.0f} ms "
                      f"at most, {sum(times) / len(times) * 1000:.0f} ms on average", flush=True)
        print(f"# acknowledged: {len(desks.receipts)} renewals, {len(desks.sessions)} log-ins; lost: 0; "
              f"refused meanwhile: {desks.refusals}", flush=True)


def line_of(stack):
    """The signer's socket; opened again after a death."""
    if not hasattr(stack, "endurance_line"):
        stack.endurance_line = Line(stack, SERVER_UID)
    line = stack.endurance_line
    line.ask(kind="status")  # "closed" after a death: the next one connects anew
    return line


def killed_at_random(stack, name, times, deaths, desks):
    """The case of both test files."""
    with desks:
        for _ in range(times):
            deaths.kill(desks, name)
            desks.check()
    desks.check()
    equal(stack.audit_verify().code, 0, "audit verify")
    desks.check_signer(line_of(stack))
    desks.check_cards()
    equal(stack.store("PRAGMA integrity_check"), [("ok",)], "the data base's own check")
