// SPDX-License-Identifier: Apache-2.0
// test_page_short: the short way. The card is inserted; Enter, the holder's passcode, Enter; the
// next card.

import { run } from "./desk.mjs";
import { NEW_PASSCODE, PASSCODE } from "./system.mjs";
import { absent, contains, equal, expect } from "./tap.mjs";

const CERTIFICATES =
  "SELECT state, count(*) FROM certificate WHERE card_id IN " +
  "(SELECT id FROM card WHERE person_uuid = ?) GROUP BY state ORDER BY state";
const AISHA = "900000000066";
const CHECKER = { role: /ID Checker/ };

// What a person did, from the screen before until now.
const renewalByHand = (digits) => ({ clicks: 0, pastes: 0, enters: 2, digits, others: [] });

async function renew(desk, passcode = PASSCODE) {
  const { tab } = desk;
  await tab.focus("[data-action=primary]");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", passcode);
  await tab.enter();
  await tab.screen("result");
}

async function fromHomeToRenewed(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.forgetDone();
  await desk.bring("aisha-khan");
  equal(await tab.value("name"), "Dr Aisha Khan", "whose card it is");
  equal((await tab.value("uuid")).replace(/\s/g, ""), AISHA, "the UUID");
  contains(await tab.value("organisation"), "Wellside Hospitals", "the organisation");
  await tab.page.locator("img").first().waitFor();
  await renew(desk);
  equal(await tab.done(), renewalByHand(6), "clicks and keys");
  const states = await desk.system.store(CERTIFICATES, AISHA);
  equal(states, [["current", 2], ["superseded", 2]], "her certificates");
  equal(await desk.system.tries("aisha-khan"), 3, "tries left on her card");
}

async function theNext(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  const receipts = new Set();
  for (const person of ["due-001", "due-002", "due-003"]) {
    await tab.forgetDone();
    await desk.bring(person);
    await renew(desk);
    equal(await tab.done(), renewalByHand(6), `clicks and keys for ${person}`);
    receipts.add(await tab.value("receipt"));
    await desk.system.pull(2);
    await tab.screen("result"); // the receipt stays until the next card
  }
  equal(receipts.size, 3, "receipts");
}

async function logInAlone(desk) {
  const tab = await desk.open();
  await desk.system.insert(1, "tom-adeyemi");
  await tab.screen("login");
  await tab.forgetDone();
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("home");
  const wanted = { clicks: 0, pastes: 0, enters: 1, digits: 6, others: [] };
  equal(await tab.done(), wanted, "clicks and keys");
  contains(await tab.part("account"), "RA Agent", "the role");
}

async function lastRole(desk) {
  await desk.logIn("priya-nair", CHECKER);
  await desk.tab.click("logout");
  await desk.system.pull(1);
  await desk.system.insert(1, "priya-nair");
  await desk.tab.screen("login");
  await desk.tab.fill("passcode", PASSCODE);
  await desk.tab.enter();
  await desk.tab.screen("profile");
  const chosen = desk.tab.page.locator('label[for="profile-0"], label[for="profile-1"]');
  equal(await chosen.count(), 2, "roles");
  const checked = desk.tab.page.getByLabel(/ID Checker/);
  expect(await checked.isChecked(), "the role that was used last is not preselected");
  await desk.tab.focus("input[type=radio]");
  await desk.tab.enter();
  await desk.tab.screen("home");
  contains(await desk.tab.part("account"), "ID Checker", "the role of the session");
}

async function repairExpired(desk) {
  const tab = await desk.logIn("priya-nair", CHECKER);
  await desk.bring("ben-carter");
  await tab.forgetDone();
  await tab.focus("[data-action=primary]");
  await tab.enter();
  await tab.screen("form-repair");
  await repairForm(tab);
  equal(await tab.done(), {
    clicks: 0, pastes: 0, enters: 2, digits: 12, others: ["ArrowDown", "Tab", "Tab", "Tab"],
  }, "clicks and keys");
  const begun = (await desk.system.audit()).filter((entry) => entry.event === "statement");
  equal(begun.at(-1).detail, "Passport or driving licence seen", "what the audit holds");
  const tested = await desk.system.cli(["test", "--json"], { passcode: NEW_PASSCODE });
  equal(tested.code, 0, "the card with the new passcode");
}

// How identity was checked by the arrow key, then the two fields by Tab.
async function repairForm(tab) {
  await tab.focus("input[name=identity]");
  await tab.press("ArrowDown");
  await tab.press("Tab");
  await tab.fill("passcode", NEW_PASSCODE);
  await tab.press("Tab"); // show
  await tab.press("Tab");
  await tab.fill("again", NEW_PASSCODE);
  await tab.enter();
  await tab.screen("result");
}

async function nothingLeaves(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  const mark = await desk.system.lineMark();
  await desk.bring("finn-gallagher");
  await renew(desk);
  expect((await desk.system.line(mark)).length >= 4, "the line was not seen");
  equal(await desk.system.lineHolding(PASSCODE), [], "requests to the server with a passcode");
  equal(await desk.system.logsHolding(PASSCODE), [], "logs with a passcode");
  absent(await tab.document(), PASSCODE, "the document afterwards");
  const stored = await tab.page.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
  absent(stored, PASSCODE, "what the browser keeps");
  absent(stored, "Gallagher", "what the browser keeps");
  equal(await desk.context.cookies(), [], "cookies");
}

async function whatBecomesOfTheOld(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  for (const [person, words] of [["isla-novak", "For some seconds the old certificates no longer"],
                                 ["kate-wood", "The old certificates work until the new ones"]]) {
    await desk.bring(person);
    await tab.focus("[data-action=primary]");
    await tab.enter();
    await tab.screen("form-renew");
    contains(await tab.page.locator(".cw-window").innerText(), words, `said of the card of ${person}`);
    await tab.click("cancel");
    await tab.screen("card");
    await desk.system.pull(2);
    await tab.screen("manage");
  }
}

// Half a second, by the page's own clock, however long the card was being read before.
async function impatient(desk) {
  const tab = await desk.open({ stopped: true });
  await desk.logIn("tom-adeyemi");
  const hold = await desk.system.hold("POST", "^/v1/cards/identify$");
  await desk.system.put(2, "kate-wood");
  await tab.screen("reading");
  await tab.pass(600);
  await desk.system.holdWait(hold);
  await desk.system.holdRelease(hold);
  await tab.screen("card");
  await tab.focus("[data-action=primary]");
  await tab.pass(400);
  await tab.press("Enter");
  await tab.press("Space");
  equal(await tab.screenName(), "card", "the screen after an Enter that came too early");
  await tab.pass(100);
  await tab.press("Enter");
  await tab.screen("form-renew");
}

await run({
  "from home to renewed takes no click, two Enters and one passcode": fromHomeToRenewed,
  "the next card is served by inserting it, and so is the one after": theNext,
  "with one role the log-in is a passcode and Enter": logInAlone,
  "of several roles the one that was used last is preselected": lastRole,
  "an expired card is repaired from the keyboard, and the audit holds how identity was checked":
    repairExpired,
  "no passcode reaches the server, a log, the document or what the browser keeps": nothingLeaves,
  "before the work it is said how long the old certificates are good for": whatBecomesOfTheOld,
  "an Enter that was meant for the screen before begins nothing": impatient,
}, { due: 3 });
