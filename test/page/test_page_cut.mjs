// SPDX-License-Identifier: Apache-2.0
// test_page_cut: a smartcard is taken out in the middle of a job. The page says that it is safe and
// what to do, and the work goes on when the card is back.

import { run } from "./desk.mjs";
import { PASSCODE } from "./system.mjs";
import { contains, equal, expect } from "./tap.mjs";
import { toForm } from "./ways.mjs";

const ALWAYS_DUE = { life_days: 3660, window_days: 3659 };
const TOM = ["Adeyemi", "900000000025"];
const AISHA = ["Aisha", "Khan", "900000000066"];
const OPEN_JOBS = "SELECT count(*) FROM job WHERE result IS NULL";
const CURRENT = "SELECT serial FROM certificate WHERE state = 'current' AND card_id IN " +
  "(SELECT id FROM card WHERE person_uuid = ?)";
const UNDECIDED = "SELECT count(*) FROM certificate WHERE state = 'pending'";

// {name of a command: which APDU of a renewal it is}, from a renewal that goes well.
const places = new Map();

async function learnPlaces(desk) {
  if (places.size > 0) return;
  await toForm(desk);
  const trace = await desk.system.trace(2);
  await desk.tab.enter();
  await desk.tab.screen("result");
  const names = await desk.system.traced(trace);
  names.forEach((name, index) => places.has(name) || places.set(name, index + 1));
  await desk.system.pull(2);
}

function cut(fault, command, changed) {
  return async (desk) => {
    const { system } = desk;
    const tab = await desk.logIn("tom-adeyemi");
    await learnPlaces(desk);
    const before = await system.store(CURRENT, AISHA[2]);
    await toForm(desk);
    await system.fault(2, `${fault} ${places.get(command)}`);
    await tab.enter();
    await system.waitFault(2);
    await tab.screen("failure");
    await saysItIsSafe(tab, changed);
    await system.controlIgnoring("pull 2");
    await comesBack(desk, changed);
    await isWhole(desk, before);
  };
}

async function saysItIsSafe(tab, changed) {
  contains(await tab.text(), "The smartcard was taken out", "the title");
  const safe = await tab.part("safe");
  contains(safe, "The smartcard is safe", "what is said of the card");
  contains(safe, changed ? "goes on where it stopped" : "safe", "what is said of the work");
  contains(await tab.value("todo"), "nsert", "what to do");
  equal(await tab.page.locator("[data-action=again]").count(), 0, "a retry without the card");
}

// The same card again: the form, at once; the passcode; the end.
async function comesBack(desk) {
  const { tab, system } = desk;
  await system.put(2, "aisha-khan");
  await tab.screen("form-renew");
  await tab.part("resumes");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
}

async function isWhole(desk, before) {
  const { system } = desk;
  const after = await system.store(CURRENT, AISHA[2]);
  equal(after.length, 2, "current certificates");
  const old = new Set(before.flat());
  expect(after.flat().every((serial) => !old.has(serial)), "an old certificate is current");
  equal(await system.store(OPEN_JOBS), [[0]], "open jobs");
  equal(await system.store(UNDECIDED), [[0]], "certificates of unknown fate");
  equal(await system.tries("aisha-khan"), 3, "tries left");
  const tested = await system.cli(["test", "--json"], { passcode: PASSCODE });
  equal(tested.code, 0, `the test of the card: ${tested.out}`);
}

// Another card than the one that was taken out: it is shown, and the other's work waits.
async function anotherInstead(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await learnPlaces(desk);
  await toForm(desk);
  await system.fault(2, `cut-after ${places.get("GENERATE 9C")}`);
  await tab.enter();
  await system.waitFault(2);
  await tab.screen("failure");
  await system.controlIgnoring("pull 2");
  await desk.bring("kate-wood");
  equal(await tab.value("name"), "Ms Kate Wood", "whose card is shown");
  equal(await tab.page.locator("[data-finding=unfinished]").count(), 0, "work that goes on");
  await system.pull(2);
  await desk.bring("aisha-khan");
  contains(await tab.part("diagnosis"), "it goes on where it stopped", "what is said of her card");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
  equal(await system.store(OPEN_JOBS), [[0]], "open jobs");
}

async function ownPulledInJob(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await learnPlaces(desk);
  await toForm(desk);
  await system.fault(2, `stall ${places.get("GENERATE 9C")}`);
  await tab.enter();
  await system.waitStall(2);
  await tab.screen("progress");
  await system.pull(1);
  await system.release(2);
  await tab.screen("login");
  await tab.holdsNothingOf(...TOM, ...AISHA, PASSCODE);
  await system.controlIgnoring("pull 2");
  await desk.logIn("tom-adeyemi");
  await desk.bring("aisha-khan");
  contains(await tab.part("diagnosis"), "it goes on where it stopped", "what is said of the card");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
  equal(await system.store(OPEN_JOBS), [[0]], "open jobs");
}

async function whileItWorks(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await learnPlaces(desk);
  await toForm(desk);
  await system.fault(2, `stall ${places.get("GENERATE 9A")}`);
  await tab.enter();
  await system.waitStall(2);
  await tab.screen("progress");
  await tab.page.locator("[data-step=keys][data-state=running]").waitFor();
  equal(await tab.page.locator("[data-step=check]").getAttribute("data-state"), "done", "before");
  equal(await tab.page.locator("[data-step=test]").getAttribute("data-state"), "waiting", "after");
  equal(await tab.page.locator("nav button").count(), 0, "menus, while a card is written");
  await tab.goBack();
  equal(await tab.screenName(), "progress", "the screen after going back");
  await system.release(2);
  await tab.screen("result");
}

await run({
  "steps are shown as they are, and nothing leads away from them": whileItWorks,
  "pulled before the first key: safe, and goes on": cut("cut-before", "GENERATE 9C", false),
  "pulled after the first key, its answer lost: safe, and goes on":
    cut("cut-after", "GENERATE 9C", true),
  "pulled between the keys: safe, and goes on": cut("cut-before", "GENERATE 9A", true),
  "pulled in the middle of a certificate: safe, and goes on": cut("tear", "PUT", true),
  "pulled when a certificate was written: safe, and goes on": cut("cut-after", "PUT", true),
  "another card instead of the one that was pulled is shown, and the work waits": anotherInstead,
  "own card pulled during a job: logged out, and the work waits": ownPulledInJob,
}, { policy_values: ALWAYS_DUE });
