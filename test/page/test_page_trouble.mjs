// SPDX-License-Identifier: Apache-2.0
// test_page_trouble: passcodes that are wrong, a server or an agent that is gone, second tabs, and
// whom to call.

import { createServer } from "node:http";
import { run } from "./desk.mjs";
import { Tab } from "./tab.mjs";
import { NEW_PASSCODE, PASSCODE, WRONG_PASSCODE } from "./system.mjs";
import { absent, contains, equal, expect } from "./tap.mjs";
import { toCard, toForm } from "./ways.mjs";

const POLICY = { life_days: 3660, window_days: 3659, lock_minutes: 0 };
const AISHA = ["Aisha", "Khan", "900000000066"];
const OPEN_JOBS = "SELECT count(*) FROM job WHERE result IS NULL";
const NO_LINE = /ERR_(CONNECTION|EMPTY|INCOMPLETE|SOCKET)/;
const RA_DESK = "RA desk, extension 4711";
const SITE_IT = "IT desk, extension 4000";

// ---- passcodes ----

async function wrong(tab, words) {
  await tab.fill("passcode", WRONG_PASSCODE);
  await tab.enter();
  await tab.has(words);
  await tab.focus("#passcode");
  const value = await tab.page.locator("#passcode").inputValue();
  equal(value, "", "the field after a refusal");
}

async function holdersLastTry(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  const mark = await system.lineMark();
  await desk.bring("finn-gallagher");
  await tab.enter();
  await tab.screen("form-renew");
  await wrong(tab, "That was not the passcode: 2 tries are left");
  equal(await tab.page.locator("[data-part=contact]").count(), 0, "contacts at the first failure");
  await wrong(tab, "That was not the passcode: 1 try is left");
  contains(await tab.part("contact"), RA_DESK, "whom to call at the second failure");
  await withoutConsent(desk, "finn-gallagher");
  await tab.clickOn('label[for="last-try"]');
  await tab.page.locator("#passcode").click();
  await tab.type(PASSCODE);
  await tab.enter();
  await tab.screen("result");
  equal(await system.tries("finn-gallagher"), 3, "tries left");
  equal(await system.lineHolding(WRONG_PASSCODE, mark), [], "the wrong passcode on the line");
}

async function toRepair(desk, person) {
  const { tab } = desk;
  await desk.bring(person);
  await tab.enter();
  await tab.screen("form-repair");
  await tab.clickOn('label:has-text("Photograph compared")');
}

async function setPasscode({ tab }, passcode) {
  for (const id of ["passcode", "again"]) await tab.page.locator(`#${id}`).fill(passcode);
  await tab.focus("#again");
  await tab.enter();
}

// A card that has rules of its own for passcodes: it keeps the old one, and asks for another.
async function refusedByCard(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await toRepair(desk, "ben-carter");
  const trace = await system.trace(2);
  await setPasscode(desk, NEW_PASSCODE);
  await tab.screen("result");
  const place = (await system.traced(trace)).indexOf("RESET RETRY 80") + 1;
  await system.pull(2);
  await toRepair(desk, "jack-brown");
  await system.fault(2, `refuse ${place} 6985`);
  await setPasscode(desk, "190284");
  await tab.screen("failure");
  contains(await tab.text(), "CW-307", "the failure");
  contains(await tab.part("safe"), "The smartcard is safe", "what is said of the card");
  await tab.enter();
  await tab.screen("form-repair");
  await setPasscode(desk, NEW_PASSCODE);
  await tab.screen("result");
  equal(await system.store(OPEN_JOBS), [[0]], "open jobs");
  const tested = await system.cli(["test", "--json"], { passcode: NEW_PASSCODE });
  equal(tested.code, 0, `the test of the card: ${tested.out}`);
}

// The last try is used only when the box is ticked.
async function withoutConsent({ tab, system }, person) {
  const trace = await system.trace(2);
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.has("Only one try is left");
  const sent = (await system.traced(trace)).filter((name) => /RESET|CHANGE|PROVE/.test(name));
  equal(sent, [], "commands with a passcode");
  equal(await system.tries(person), 1, "tries left");
}

async function ownLastTry(desk) {
  const { system } = desk;
  const tab = await desk.open();
  await system.insert(1, "george-evans");
  await wrong(tab, "That was not the passcode: 2 tries are left");
  await wrong(tab, "That was not the passcode: 1 try is left");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.has("Only one try is left");
  equal(await system.tries("george-evans"), 1, "tries left");
  await tab.clickOn('label[for="last-try"]');
  await tab.page.locator("#passcode").click();
  await tab.type(PASSCODE);
  await tab.enter();
  await tab.screen("home");
}

async function blockedCard(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("isla-novak");
  await tab.enter();
  await tab.screen("form-renew");
  await wrong(tab, "2 tries are left");
  await wrong(tab, "1 try is left");
  await tab.clickOn('label[for="last-try"]');
  await tab.page.locator("#passcode").click();
  await tab.type(WRONG_PASSCODE);
  await tab.enter();
  await tab.screen("failure");
  contains(await tab.value("why"), "blocked", "why");
  equal(await system.tries("isla-novak"), 0, "tries left");
  equal(await system.store(OPEN_JOBS), [[0]], "open jobs");
  await tab.click("look");
  await tab.screen("card");
  await tab.page.locator("[data-diagnosis=locked]").waitFor();
}

// ---- the server ----

async function serverDown(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await system.stopServer();
  await system.put(2, "kate-wood");
  const fault = await tab.part("fault");
  contains(fault, SITE_IT, "whom to call, at once");
  equal(await tab.page.locator("[data-problem=SERVER_UNREACHABLE]").count(), 1, "the problem");
  await system.startServer();
  await tab.enter();
  await tab.page.locator("[data-value=name]").waitFor();
  equal(await tab.value("name"), "Ms Kate Wood", "whose card it is");
}

async function serverDownAtLogin(desk) {
  const { system } = desk;
  const tab = await desk.open();
  await system.insert(1, "tom-adeyemi");
  await system.stopServer();
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  contains(await tab.part("contact"), SITE_IT, "whom to call, at once");
  equal(await system.tries("tom-adeyemi"), 3, "tries left");
  await system.startServer();
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("home");
}

async function serverKilledInJob(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await toForm(desk);
  const hold = await system.hold("POST", "^/v1/jobs/[0-9a-f]{32}/steps$", "after");
  await tab.enter();
  await system.holdWait(hold);
  await system.kill("server");
  await system.holdCut(hold);
  await tab.has("The server does not answer. It is asked again");
  equal(await tab.screenName(), "progress", "the screen");
  await system.startServer();
  await tab.screen("result");
  equal(await system.store(OPEN_JOBS), [[0]], "open jobs");
}

// ---- failures, and whom to call ----

async function cutTwice(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await toForm(desk);
  await failOnce(desk);
  equal(await tab.page.locator("[data-part=contact]").count(), 0, "contacts at the first failure");
  await system.put(2, "aisha-khan");
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await failOnce(desk);
  contains(await tab.part("contact"), RA_DESK, "whom to call at the second failure");
  await checkReport(await tab.page.locator("#report").inputValue(), tab);
  await system.put(2, "aisha-khan");
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
}

async function failOnce({ tab, system }) {
  await system.fault(2, "cut-before 5");
  await tab.enter();
  await system.waitFault(2);
  await tab.screen("failure");
  await system.controlIgnoring("pull 2");
}

async function checkReport(report, tab) {
  for (const part of ["error: CW-", "service: renew", "failures: 2", "workstation: desk-1",
    "card number: serial 10000006"]) {
    contains(report, part, "the report");
  }
  for (const secret of [PASSCODE, ...AISHA]) absent(report, secret, "the report");
  const bearer = await tab.page.evaluate(() => sessionStorage.getItem("bearer"));
  absent(report, bearer, "the report");
}

// ---- tabs ----

async function secondTab(desk) {
  const first = await desk.logIn("tom-adeyemi");
  await toCard(desk);
  const second = await desk.openAgain();
  await second.screen("card");
  await first.page.locator("[data-screen=elsewhere], [data-screen=gone]").waitFor();
  await first.holdsNothingOf(...AISHA, "Adeyemi");
  await desk.system.pull(2);
  await second.screen("manage");
  await first.holdsNothingOf(...AISHA, "Adeyemi");
}

// A tab that was duplicated has the same bearer: one of the two follows the desk.
async function duplicatedTab(desk) {
  const first = await desk.logIn("tom-adeyemi");
  const [page] = await Promise.all([
    desk.context.waitForEvent("page"), first.page.evaluate(() => void window.open("/"))]);
  const second = await Tab.of(page, first.watch.origin, desk.api);
  await second.screen("elsewhere");
  await second.holdsNothingOf("Adeyemi");
  await second.focus("[data-action=here]");
  await second.press("Enter");
  await second.screen("home");
  await first.screen("elsewhere");
  await first.holdsNothingOf("Adeyemi");
}

async function usedAddress(desk) {
  const { address } = await desk.system.page();
  const tab = await desk.open();
  await tab.screen("login");
  equal(new URL(tab.page.url()).hash, "", "the token in the address");
  const late = await desk.newTab(new URL(address).origin);
  await late.go(`${new URL(address).origin}/`);
  await late.screen("gone");
  contains(await late.text(), "cardwright open", "how to get there");
  await late.holdsNothingOf("900000000025");
}

async function reloaded(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await toForm(desk);
  await tab.page.reload();
  await tab.screen("card");
  contains(await tab.part("account"), "Tom Adeyemi", "who is logged in");
  absent(await tab.document(), PASSCODE, "the document");
  await tab.enter();
  await tab.screen("form-renew");
  equal(await tab.page.locator("#passcode").inputValue(), "", "the field for the passcode");
  await reloadedInJob(desk, tab, system);
}

async function reloadedInJob(desk, tab, system) {
  const jobs = await system.store("SELECT count(*) FROM job");
  await system.fault(2, "stall 8");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await system.waitStall(2);
  await tab.page.reload();
  await tab.screen("progress");
  await system.release(2);
  await tab.screen("result");
  const after = await system.store("SELECT count(*) FROM job");
  equal(after[0][0], jobs[0][0] + 1, "jobs, all in all");
}

// ---- the agent ----

async function agentGone(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  tab.watch.allow(NO_LINE);
  await toCard(desk);
  await system.endAgent();
  await tab.screen("offline");
  await tab.holdsNothingOf(...AISHA, "Adeyemi");
  await takenOver(tab);
}

// It listens elsewhere then: only another page can find it.
async function agentAnew(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  tab.watch.allow(NO_LINE);
  await system.endAgent();
  await tab.screen("offline");
  await system.startAgent();
  for (const words of ["Launch", "cardwright open", "IT"]) await tab.has(words);
  equal(await tab.screenName(), "offline", "the screen of the page that was open");
  const other = await desk.openAgain();
  await other.screen("login");
}

// Another program takes the port and says that all is well: it is not believed.
async function takenOver(tab) {
  const heard = [];
  const impostor = createServer((request, answer) => {
    heard.push(request.url);
    request.on("data", (part) => heard.push(String(part)));
    answer.setHeader("Content-Type", "application/x-ndjson");
    answer.write(`${JSON.stringify(FALSE_STATE)}\n`);
  });
  const port = Number(new URL(tab.watch.origin).port);
  await new Promise((resolve) => impostor.listen(port, "127.0.0.1", resolve));
  try {
    await tab.screen("gone");
    equal(await tab.page.locator("#passcode").count(), 0, "fields for a passcode");
    equal(heard, ["/v1/desk/events"], "what the other program heard");
  } finally {
    impostor.closeAllConnections();
    impostor.close();
  }
}

const FALSE_HEX = "0".repeat(32);
const FALSE_STATE = {
  version: "0.1.0", origin: "https://ra.example", workstation: "desk-1", serial: 1, now: 1,
  word: "ribbon", instance: FALSE_HEX, contacts: { ra_desk: "", site_it: "" },
  readers: [{ name: "r", present: true, contactless: false, role: "user", insertion: FALSE_HEX,
    identity: "serial 1", label: "1", reading: false }],
  login: null, session: null, card: null, job: null,
};

async function otherCardAtSubmit(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await toForm(desk);
  await tab.enter();
  await tab.screen("result");
  const [begun] = (await tab.watch.of("/v1/desk/jobs")).filter(({ method }) => method === "POST");
  equal(JSON.parse(begun.body).expect_card, "serial 10000006", "the card that the page names");
  await system.pull(2);
  await desk.bring("kate-wood");
  const [status, lines] = await system.request("POST", "/v1/desk/jobs", {
    service: "renew", passcode: PASSCODE, expect_card: "serial 10000006" });
  equal([status, [lines].flat().at(-1).problem.name], [200, "CARD_OTHER"], "another card's");
}

await run({
  "the holder's wrong passcodes cost a try each, and the last one is asked for":
    holdersLastTry,
  "the own last try is used only when the box is ticked": ownLastTry,
  "a card that does not take the new passcode is asked for another": refusedByCard,
  "a card that locks is said to be locked, with repair as the way out": blockedCard,
  "a server that is down is said, with whom to call, and asked again": serverDown,
  "a server that is down at log-in costs no try": serverDownAtLogin,
  "a server that is killed in a job is waited for, and the job ends well": serverKilledInJob,
  "the second failure names the contact, with a report that holds no secret": cutTwice,
  "the page names the card that it means, and another is refused": otherCardAtSubmit,
  "opened anew, the newest tab follows the desk and the older shows nothing": secondTab,
  "of a tab and its double one follows the desk, the one where that was said": duplicatedTab,
  "without a token that is good the page says how to get there": usedAddress,
  "a reload keeps the session, loses the passcode, and shows a job under way": reloaded,
  "an agent that is gone leaves nothing on screen, and an impostor is not believed": agentGone,
  "an agent that is gone and was started anew: the page says how to open another one": agentAnew,
}, { policy_values: POLICY });
