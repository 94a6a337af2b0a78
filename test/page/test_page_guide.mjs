// SPDX-License-Identifier: Apache-2.0
// test_page_guide: the procedures' own way, screen by screen, with the mouse. R and X are the
// numbers of the facts in the two procedures that the system carries out.

import { run } from "./desk.mjs";
import { NEW_PASSCODE, PASSCODE } from "./system.mjs";
import { absent, contains, equal, expect } from "./tap.mjs";

const CHECKER = { role: /ID Checker/ };
const SPONSOR = { role: /Sponsor/ };
const DUE = "900001000001";
const CLICKS_MAX = 7;

const spaceless = (text) => text.replace(/\s/g, "");

// R6-R11, X7-X9: from home to the form of a service, with every click that the guides name.
async function toForm(desk, person, service) {
  const { tab, system } = desk;
  await tab.click("manage");
  await tab.screen("manage");
  await system.put(2, person);
  await tab.screen("card");
  await tab.clickOn("[data-part=details] summary");
  await tab.clickOn("[data-device]:has-text('in the reader') label");
  await tab.click("details-service");
  await tab.screen("services");
  await tab.clickOn(`label:has-text("${service}")`);
  await tab.click("continue");
}

async function renewTheGuidesWay(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.forgetDone();
  await toForm(desk, "aisha-khan", "Renew certificates");
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.click("submit");
  await tab.screen("result");
  const { clicks, enters, digits } = await tab.done();
  expect(clicks <= CLICKS_MAX, `${clicks} clicks, ${CLICKS_MAX} are allowed`);
  equal([enters, digits], [0, 6], "Enter, and digits");
  contains(await tab.value("not-after"), "Valid until", "the result (R14)");
  await testCard(tab, PASSCODE);
}

// X13: from the result, the holder's passcode, and the proof.
async function testCard(tab, passcode) {
  await tab.click("test");
  await tab.screen("test");
  await tab.fill("passcode", passcode);
  await tab.click("run-test");
  await tab.screen("tested");
  contains(await tab.part("good"), "Signed and verified", "the proof");
  equal(await tab.page.locator("[data-value='9a'], [data-value='9c']").count(), 2, "keys");
}

async function repairTheGuidesWay(desk) {
  const tab = await desk.logIn("priya-nair", CHECKER);
  await toForm(desk, "ben-carter", "Repair smartcard");
  await tab.screen("form-repair");
  contains(await tab.text(), "6 to 8 digits", "the rules, before anything is typed (X10)");
  expect(await tab.page.locator("img").first().isVisible(), "no photograph beside the passcode");
  await tab.clickOn('label:has-text("Passport")');
  await tab.page.locator("#passcode").click();
  await tab.type(NEW_PASSCODE);
  await tab.page.locator("#again").click();
  await tab.type(NEW_PASSCODE);
  await tab.click("submit");
  await tab.screen("result");
  await testCard(tab, NEW_PASSCODE);
  await holderLogsIn(desk, "ben-carter");
}

async function holderLogsIn(desk, person) {
  await desk.system.empty();
  await desk.logIn(person, { passcode: NEW_PASSCODE }, { due: 1 });
  contains(await desk.tab.part("account"), "Ben Carter", "who is logged in");
}

// R7: who has no tab 'Manage smartcard' begins with the 12 digits on the card.
async function searchByNumber(desk) {
  const tab = await desk.logIn("hannah-lewis");
  equal(await tab.page.locator("[data-nav=manage], [data-action=manage]").count(), 0, "the tab");
  await tab.forgetDone();
  await tab.fill("query", DUE);
  await tab.click("search");
  await tab.screen("person");
  equal(spaceless(await tab.value("uuid")), DUE, "whose profile it is");
  contains(await tab.part("latest"), "latest in date", "the device that is marked");
  await tab.click("service");
  await tab.screen("services");
  await tab.clickOn('label:has-text("Renew certificates")');
  await tab.click("continue");
  await tab.screen("bring");
  await desk.system.put(2, "due-001");
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.click("submit");
  await tab.screen("result");
  const { clicks } = await tab.done();
  expect(clicks <= CLICKS_MAX, `${clicks} clicks, ${CLICKS_MAX} are allowed`);
}

async function otherCardRefused(desk) {
  const tab = await desk.logIn("hannah-lewis");
  await tab.fill("query", "900000000165");
  await tab.enter();
  await tab.screen("person");
  await tab.click("service");
  await tab.click("continue");
  await tab.screen("bring");
  const mark = await desk.system.lineMark();
  const dump = await desk.system.dump("isla-novak");
  await desk.system.put(2, "isla-novak");
  await tab.screen("other-card");
  contains(await tab.text(), "Nothing was done with it", "what is said of the other card");
  equal(await tab.page.locator("#passcode").count(), 0, "fields for a passcode");
  await desk.system.pull(2);
  await tab.screen("bring");
  equal(await desk.system.dump("isla-novak"), dump, "the other card");
  const jobs = (await desk.system.line(mark)).filter(({ path }) => path.startsWith("/v1/jobs"));
  equal(jobs, [], "jobs begun");
  await desk.system.put(2, "kate-wood");
  await tab.screen("form-renew");
}

async function searchByName(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.click("find");
  await tab.screen("find");
  await tab.fill("query", "ha");
  await tab.enter();
  await tab.has("2 people found");
  for (const name of ["Mrs Hannah Lewis", "Mr Harry Singh"]) contains(await tab.text(), name, "ha");
  await tab.clickOn("[data-person='900000000132']");
  await tab.screen("person");
  equal(await tab.value("name"), "Mr Harry Singh", "who was opened");
  contains(await tab.value("organisation"), "Wellside North Clinic", "the organisation");
}

async function searchFindsNobody(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.click("find");
  for (const words of ["nobody", "999999999999", "%", "<b>x</b>"]) {
    await tab.page.locator("#query").fill(words);
    await tab.enter();
    await tab.has(`Nobody was found for ‘${words}’`);
    equal(await tab.screenName(), "find", "the screen");
  }
  equal(await tab.page.locator("main b").count(), 0, "elements made of what was typed");
}

// R7 and X6: says which right is missing, and which own profile would have it.
async function noTab(desk) {
  const tab = await desk.logIn("hannah-lewis");
  await tab.clickOn("details summary");
  contains(await tab.text(), "You cannot start from a smartcard with this role", "why not");
  expect(await tab.page.locator("[data-reason]").count() > 0, "no reason");
  await tab.click("logout");
  await desk.system.pull(1);
  await desk.logIn("chloe-martin");
  contains(await desk.tab.text(), "You cannot start from a smartcard with this role", "a nurse");
  equal(await desk.tab.page.locator("[data-nav=find]").count(), 0, "the search of a nurse");
}

async function wrongProfile(desk) {
  const tab = await desk.logIn("priya-nair", SPONSOR);
  await desk.bring("ben-carter");
  await tab.click("service");
  await tab.screen("services");
  await tab.clickOn(".cw-unavailable summary");
  const reason = tab.page.locator("[data-unavailable=repair] [data-reason=POLICY_ROLE]");
  contains(await reason.innerText(), "ID Checker", "the own profile that would do (X6)");
}

async function receipt(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("isla-novak");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
  const number = spaceless(await tab.value("receipt"));
  const job = `${number.split("-")[1]}%`;
  const stored = await desk.system.store("SELECT service FROM job WHERE id LIKE ?", job);
  equal(stored, [["renew"]], "the job in the server's store that the number tells");
  const [download] = await Promise.all([
    tab.page.waitForEvent("download"), tab.click("calendar")]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const calendar = Buffer.concat(chunks).toString();
  for (const part of ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART", number]) {
    contains(calendar, part, "the calendar file");
  }
  absent(calendar, "Novak", "the calendar file: whose card it is");
  await onPaper(tab, number);
}

async function onPaper(tab, number) {
  await tab.page.emulateMedia({ media: "print" }, { due: 1 });
  contains(spaceless(await tab.text()), number, "what is printed");
  expect(!(await tab.page.locator("nav").first().isVisible()), "the menu is printed");
  expect(!(await tab.page.locator("[data-action=print]").isVisible()), "a button is printed");
  await tab.page.emulateMedia({ media: "screen" }, { due: 1 });
}

async function handOver(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("kate-wood");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.click("hand-over");
  await tab.screen("hand-over");
  const fields = await tab.page.locator("input:visible, select:visible, textarea:visible").count();
  equal(fields, 1, "fields on screen");
  equal(await tab.page.locator("nav, [data-part=account], [data-reader]").count(), 0, "the rest");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
}

async function leaveLocked(desk) {
  const tab = await desk.logIn("priya-nair", CHECKER);
  await desk.bring("liam-ward");
  await tab.enter();
  await tab.screen("form-repair");
  await tab.clickOn('label:has-text("In another way")');
  await tab.page.locator("#identity-other").click();
  await tab.type("by telephone, known voice");
  await tab.clickOn('label[for="left-locked"]');
  equal(await tab.page.locator("#passcode, #again").count(), 0, "fields for a passcode");
  await tab.click("submit");
  await tab.screen("result");
  contains(await tab.part("done"), "left locked", "the result");
  equal(await desk.system.tries("liam-ward"), 0, "tries left on the card");
  const begun = (await desk.system.audit()).filter((entry) => entry.event === "statement");
  equal(begun.at(-1).detail, "by telephone, known voice", "what the audit holds");
}

// A renewal that another program of this desk asked for; its card is taken out when the server has
// begun it.
async function interrupt(desk, person) {
  const { system } = desk;
  await system.insert(2, person);
  const hold = await system.hold("POST", "^/v1/jobs$", "after");
  const job = system.cli(["renew", "--yes"], { passcode: PASSCODE });
  await system.holdWait(hold);
  await system.pull(2);
  await system.holdRelease(hold);
  expect((await job).code !== 0, "the renewal was not interrupted");
}

async function interrupted(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await interrupt(desk, "finn-gallagher");
  await tab.clickOn("[data-nav=jobs]");
  await tab.screen("jobs");
  await tab.page.getByText(/9000\s?0000\s?0116/).first().waitFor(); // the list comes after the screen
  await tab.clickOn("[data-nav=home]");
  await desk.system.put(2, "finn-gallagher");
  await tab.screen("card");
  contains(await tab.part("diagnosis"), "it goes on where it stopped", "what is said of it");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
  const open = await desk.system.store("SELECT count(*) FROM job WHERE result IS NULL");
  equal(open, [[0]], "jobs that are still open");
}

// X14
async function help(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.click("help");
  await tab.screen("help");
  const topics = tab.page.locator("[data-topic]");
  const titles = new Set();
  for (let n = 0; n < await topics.count(); n++) {
    await topics.nth(n).click();
    titles.add(await tab.page.locator("h1").innerText());
    contains(await tab.text(), "RA desk, extension 4711", "the contacts");
  }
  expect(titles.size === await topics.count() && titles.size >= 2, `topics: ${[...titles]}`);
  await tab.page.emulateMedia({ media: "print" }, { due: 1 });
  expect(await tab.page.locator("ol li").first().isVisible(), "the steps are not printed");
  expect(!(await tab.page.locator("[data-topic]").first().isVisible()), "the menu is printed");
}

await run({
  "a renewal the guides' way takes at most 7 clicks, and the card is tested": renewTheGuidesWay,
  "a repair the guides' way, tested, and the holder logs in with it": repairTheGuidesWay,
  "the 12 digits on the card lead to its renewal, in at most 7 clicks": searchByNumber,
  "after a search any other card is refused, and nothing is done with it": otherCardRefused,
  "a name finds several people, and one is opened": searchByName,
  "a search that finds nobody says so, and makes no markup of what was typed": searchFindsNobody,
  "who has no tab 'Manage smartcard' is told why": noTab,
  "a service that needs another role says which own profile has it": wrongProfile,
  "the result has a receipt, a calendar file and a printed form": receipt,
  "handed over, only the holder's field is on screen": handOver,
  "a card is left locked, and how identity was checked is kept in the operator's words":
    leaveLocked,
  "interrupted work is listed, and goes on when its card comes": interrupted,
  "help is there for each procedure, with contacts, and can be printed": help,
}, { due: 1 });
