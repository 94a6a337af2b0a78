// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobLine, Problem } from "../src/desk/types.ts";
import { calendarOf } from "../src/model/calendar.ts";
import { lockOf, opens } from "../src/model/lock.ts";
import { offerOf } from "../src/model/offer.ts";
import { checkCurrent, checkNew } from "../src/model/passcode.ts";
import { shareDone, stepsOf } from "../src/model/steps.ts";
import { contactOf, Failures, reportOf } from "../src/model/trouble.ts";
import { validityOf } from "../src/model/validity.ts";
import { en } from "../src/text/en.ts";
import { day, grouped, moment, sentence } from "../src/text/text.ts";
import { cure, DAY, identify, NOW, receipt, service } from "./sample.ts";

const certificate = (from: number, until: number) =>
    ({ purpose: "authentication" as const, serial: "1", not_before: from, not_after: until });

test("validity: the window opens to the second, and the end is expired", () => {
    const until = NOW + 90 * DAY;
    const at = (now: number) => validityOf([certificate(NOW - 640 * DAY, until)], now, 90)!;
    assert.equal(at(NOW - 1).state, "good");
    assert.equal(at(NOW).state, "due");
    assert.equal(at(until - 1).state, "due");
    assert.equal(at(until).state, "expired");
    assert.equal(at(until).days_left, 0);
});

test("validity: of two certificates the one that ends first counts; none is none", () => {
    const late = certificate(NOW - DAY, NOW + 700 * DAY), early = certificate(NOW - DAY, NOW + 20 * DAY);
    assert.equal(validityOf([late, early], NOW, 90)!.until, early.not_after);
    assert.equal(validityOf([], NOW, 90), null);
});

test("validity: marks stay on the bar, whatever the dates", () => {
    const v = validityOf([certificate(NOW + DAY, NOW + DAY)], NOW, 3650)!;
    for (const mark of [v.now, v.opens]) {
        assert.ok(mark >= 0 && mark <= 1);
    }
});

test("offer: what the server says cures the card is offered, whatever else is possible", () => {
    assert.equal(offerOf(identify()).primary?.service, "renew");
    const both = [service("renew", true), service("repair", true)];
    const wrong = offerOf(identify({ cure: cure("repair", true), services: both }));
    assert.deepEqual([wrong.primary?.service, wrong.refused], ["repair", null]);
});

test("offer: what is needed and not possible is told, not offered", () => {
    const refused = identify({ cure: cure("renew", false), services: [service("renew", false), service("repair", true)] });
    assert.equal(offerOf(refused).primary, null);
    assert.equal(offerOf(refused).refused?.service, "renew");
});

test("offer: a cure that is no service offers none, and a service without a form is not offered", () => {
    const none = { primary: null, refused: null };
    assert.deepEqual(offerOf(identify({ cure: { means: "replace", text: "" } })), none);
    assert.deepEqual(offerOf(identify({ cure: { means: "nothing", text: "" } })), none);
    assert.equal(offerOf(identify({ cure: cure("unlock", true), services: [service("unlock", true)] })).primary, null);
});

const step = (name: string, state: "running" | "done" = "done", ms = 5): JobLine => ({ event: "step", step: name, text: "", state, ms });

test("steps: a request belongs to where the job is", () => {
    const lines = [step("check_card"), step("sign_statement"), step("ask_server"), step("make_signing_key"), step("make_authentication_key"), step("ask_server", "running")];
    const states = Object.fromEntries(stepsOf("renew", false, lines).map((s) => [s.row, s.state]));
    assert.deepEqual(states, { check: "done", sign: "done", keys: "done", certify: "running", write: "waiting", test: "waiting" });
});

test("steps: a failure marks the step that was running, and none after it", () => {
    const problem = { name: "CARD_REMOVED" } as Problem;
    const steps = stepsOf("renew", false, [step("check_card"), step("make_signing_key", "running"), { event: "fault", problem }]);
    assert.deepEqual(steps.filter((s) => s.state === "failed").map((s) => s.row), ["keys"]);
    assert.ok(!steps.some((s) => s.state === "running"));
    assert.ok(shareDone(steps) < 1);
});

test("steps: what broke off on the card is what failed, not the request that tells of it", () => {
    const problem = { name: "CARD_REMOVED" } as Problem;
    const broken: JobLine = { event: "step", step: "make_signing_key", text: "", state: "failed", ms: 3 };
    const asked: JobLine = { event: "step", step: "ask_server", text: "", state: "failed", ms: 3 };
    const steps = stepsOf("renew", false, [step("check_card"), broken, asked, { event: "fault", problem }]);
    assert.deepEqual(steps.map((s) => s.state), ["done", "done", "failed", "waiting", "waiting", "waiting"]);
});

test("steps: a result is all of it, and only a result is", () => {
    const result: JobLine = { event: "result", service: "repair", job: "j", receipt, wall_ms: 1, card_ms: 1 };
    const lines = [step("check_card"), step("lock")];
    assert.equal(shareDone(stepsOf("repair", true, [...lines, result])), 1);
    assert.ok(shareDone(stepsOf("repair", true, lines)) < 1);
});

test("passcode: the form of an old one and of a new one", () => {
    const rule = { passcode_min: 6, passcode_max: 8 };
    assert.deepEqual(["", "123", "12ab", "123456789"].map(checkCurrent), ["empty", "length", null, "length"]);
    assert.equal(checkNew("12345", "12345", rule), "length");
    assert.equal(checkNew("12345a", "12345a", rule), "digits");
    assert.equal(checkNew("246813", "246814", rule), "differ");
    assert.deepEqual(["123456", "87654321", "0000000"].map((text) => checkNew(text, text, rule)), ["weak", "weak", "weak"]);
    assert.deepEqual(["246813", "112233", "123457", "135791"].map((text) => checkNew(text, text, rule)), [null, null, null, null]);
});

test("trouble: the site's IT at once, the RA desk at the second failure", () => {
    const contacts = { ra_desk: "RA", site_it: "IT" };
    const problem = (actor: Problem["actor"]) => ({ actor }) as Problem;
    assert.equal(contactOf(problem("site_it"), 1, contacts), "IT");
    assert.equal(contactOf(problem("operator"), 1, contacts), null);
    assert.equal(contactOf(problem("operator"), 2, contacts), "RA");
    assert.equal(contactOf(problem("operator"), 2, { ra_desk: "", site_it: "" }), null);
});

test("trouble: failures are counted for each card, and a success forgets them", () => {
    const failures = new Failures();
    failures.add("renew 1");
    assert.equal(failures.add("renew 1"), 2);
    assert.equal(failures.count("renew 2"), 0);
    failures.clear("renew 1");
    assert.equal(failures.count("renew 1"), 0);
});

test("trouble: the report names error, step and card, and has no empty rows", () => {
    const problem = { code: "CW-311", name: "CARD_REMOVED", cause: "the card was removed", card: "safe_finish_later" } as Problem;
    const text = reportOf(problem, {
        at: new Date(NOW * 1000), service: "renew", step: "keys", card: "serial 1", job: "", workstation: "desk-7", origin: "https://ra", version: "1", failures: 2,
    });
    assert.match(text, /^error: CW-311 CARD_REMOVED$/m);
    assert.match(text, /^time: 2026-11-22T10:42:00.000Z$/m);
    assert.doesNotMatch(text, /^job:|^detail:|undefined/m);
});

test("calendar: an all-day entry that folds, escapes, and names nobody", () => {
    const text = calendarOf(receipt, { summary: "Renew, now; \\ or later", description: `${"ä".repeat(60)}\nend` });
    assert.match(text, /DTSTART;VALUE=DATE:20280823\r\nDTEND;VALUE=DATE:20280824\r\n/);
    assert.match(text, /SUMMARY:Renew\\, now\\; \\\\ or later\r\n/);
    assert.ok(text.split("\r\n").every((line) => new TextEncoder().encode(line).length <= 75));
    assert.doesNotMatch(text, /Khan|Aisha|900000000066/);
    assert.ok(text.endsWith("END:VCALENDAR\r\n"));
});

test("lock: the same card within the time; not another card, not later, not where policy says 0", () => {
    const lock = lockOf("10000002", { id: "p", role_name: "RA Agent", org: "ZW1" }, 15, 1000)!;
    assert.ok(opens(lock, "10000002", 1000 + 15 * 60000 - 1));
    assert.ok(!opens(lock, "10000002", 1000 + 15 * 60000));
    assert.ok(!opens(lock, "10000003", 1001));
    assert.ok(!opens(lock, undefined, 1001));
    assert.equal(lockOf("10000002", { id: "p", role_name: "", org: "" }, 0, 1000), null);
    assert.equal(lockOf(undefined, { id: "p", role_name: "", org: "" }, 15, 1000), null);
});

test("text: dates and times as the NHS writes them", () => {
    const at = (h: number, m: number) => new Date(2026, 10, 22, h, m).getTime() / 1000;
    assert.equal(day(at(0, 0)), "22 November 2026");
    assert.equal(moment(at(17, 0)), "22 November 2026 5pm");
    assert.equal(moment(at(0, 5)), "22 November 2026 12:05am");
    assert.equal(en.time(new Date(2026, 10, 22, 12, 30)), "12:30pm");
});

test("text: numbers in groups of four, sentences with one full stop", () => {
    assert.equal(grouped("900000000066"), "9000 0000 0066");
    assert.equal(grouped("10000006"), "10000006");
    assert.equal(sentence("the card is locked"), "The card is locked.");
    assert.equal(sentence("Done."), "Done.");
    assert.equal(sentence(""), "");
});
