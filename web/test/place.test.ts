// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { afterCard, goesOn, mayManage, type Place, type Run } from "../src/model/place.ts";
import { card, desk, identify, person, receipt, service, userCard } from "./sample.ts";

const home: Place = { at: "home" };
const run = (more: Partial<Run> = {}): Run => ({
    request: { service: "renew" }, identity: "serial 10000006", person, lines: [], started_ms: 1, ...more,
});
const inserted = desk({ card: userCard({ state: "reading", identify: undefined }) });

test("place: a card that comes shows itself on home, while waiting, and after a result", () => {
    for (const place of [home, { at: "manage" } as Place]) {
        assert.equal(afterCard(place, desk(), inserted, null).at, "manage");
    }
    assert.equal(afterCard({ at: "run" }, desk(), inserted, run({ ended_ms: 5, receipt })).at, "manage");
    assert.equal(afterCard({ at: "run" }, desk(), inserted, null).at, "manage");
});

test("place: a card that was pulled while it was read again is not taken for another one", () => {
    const waits = run({ waiting: true, ended_ms: 5 });
    const place: Place = { at: "run" };
    const failed = (identity: string) => desk({ card: userCard({ state: "failed", identity, identify: undefined }) });
    assert.equal(afterCard(place, desk(), failed(""), waits), place);
    assert.equal(afterCard(place, desk(), failed("serial 10000007"), waits).at, "manage");
});

test("place: a card that comes disturbs nobody who is doing something else", () => {
    for (const place of [{ at: "find" }, { at: "help", topic: "renew" }, { at: "jobs" }] as Place[]) {
        assert.equal(afterCard(place, desk(), inserted, null), place);
    }
    const running: Place = { at: "run" };
    assert.equal(afterCard(running, desk(), inserted, run()), running);
});

test("place: the same card with news of it moves nothing", () => {
    const ready = desk({ card: userCard() });
    const before = desk({ card: userCard({ state: "reading" }) });
    assert.equal(afterCard(home, before, ready, null), home);
});

test("place: a card that leaves takes its details and forms with it", () => {
    const before = desk({ card: userCard() });
    for (const place of [{ at: "services" }, { at: "form", service: "renew" }, { at: "test" }] as Place[]) {
        assert.deepEqual(afterCard(place, before, desk(), null), { at: "manage" });
    }
    const shown: Place = { at: "run" };
    assert.equal(afterCard(shown, before, desk(), run({ ended_ms: 5, receipt })), shown);
});

test("place: only the card that was chosen opens the form", () => {
    const place: Place = { at: "bring", wanted: { person, card, service: "renew" } };
    const other = userCard({ identify: identify({ card: { ...card, id: "c2" } }) });
    assert.equal(afterCard(place, desk(), desk({ card: other }), null), place);
    assert.deepEqual(afterCard(place, desk(), desk({ card: userCard() }), null), { at: "form", service: "renew" });
    assert.equal(afterCard(place, desk(), desk({ card: userCard({ state: "asking" }) }), null), place);
});

test("place: an interrupted job goes on when its own card is back, and known", () => {
    const waiting = run({ ended_ms: 5, waiting: true });
    const at: Place = { at: "run" };
    assert.deepEqual(afterCard(at, desk(), desk({ card: userCard() }), waiting), { at: "form", service: "renew", resumes: true });
    assert.equal(afterCard(at, desk(), inserted, waiting), at);
    assert.ok(!goesOn(waiting, userCard({ identify: identify({ services: [service("renew", false)] }) })));
});

test("place: another card than the interrupted one is shown for what it is", () => {
    const waiting = run({ ended_ms: 5, waiting: true });
    const other = userCard({ identity: "serial 99", insertion: "bb" });
    assert.deepEqual(afterCard({ at: "run" }, inserted, desk({ card: other }), waiting), { at: "manage" });
});

test("place: without the tab a card does not show itself", () => {
    const session = { ...desk().session!, rights: [{ right: "manage_tab", available: false, reasons: [] }] };
    const without = desk({ session, card: userCard({ state: "reading" }) });
    assert.equal(mayManage(without), false);
    assert.equal(afterCard(home, desk({ session }), without, null), home);
});
