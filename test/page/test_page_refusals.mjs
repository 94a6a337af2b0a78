// SPDX-License-Identifier: Apache-2.0
// test_page_refusals: what is not possible is said, with every reason and a remedy; nothing is done
// all the same, and no button is dead or missing without a word.

import { run } from "./desk.mjs";
import { NEW_PASSCODE, PASSCODE } from "./system.mjs";
import { absent, contains, equal, expect } from "./tap.mjs";

const CHECKER = { role: /ID Checker/ };
const SPONSOR = { role: /Sponsor/ };
const SERVICES = ["renew", "repair", "unlock", "issue", "clear", "cancel", "test"];
const JOBS = "SELECT count(*) FROM job";
const SESSIONS = "SELECT count(*) FROM session";
const REVOKE = "UPDATE certificate SET state = 'revoked', revoked_at = state_at, " +
  "revocation_reason = 'key_compromise' WHERE card_id = " +
  "(SELECT id FROM card WHERE person_uuid = '900000000058')";

// ---- log-in ----

const AT_LOGIN = [
  ["ben-carter", "CARD_EXPIRED", /expired/i],
  ["ella-fraser", "CARD_CANCELLED", /cancelled/i],
  ["george-evans", "CARD_REVOKED", /revoked/i],
  ["chloe-martin", "PROFILE_CLOSED", /closed/i],
  ["finn-gallagher", "ROLE_NONE", /role/i],
  ["harry-singh", "POLICY_NOT_ISSUED", /issued/i],
  ["daniel-osei", "PASSCODE_BLOCKED", /blocked|locked/i],
  ["stranger", "CA_UNKNOWN", /authority|organisation|issued/i],
];

async function prepareRefusals({ system }) {
  await system.storeWrite(REVOKE);
  await system.storeWrite("UPDATE person SET closed = 1 WHERE uuid = '900000000082'");
  await system.stranger("stranger", "10000099");
}

async function refusedLogin(desk, person, name, words) {
  const { tab, system } = desk;
  const before = await system.store(SESSIONS);
  await system.insert(1, person);
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  const said = await tab.part("errors");
  const answers = await tab.watch.of("/v1/desk/login");
  equal(JSON.parse(answers.at(-1).text).name, name, `the error for ${person}`);
  expect(words.test(said), `what is said for ${name}: ${said}`);
  expect(said.length > 60, `for ${name} cause and remedy: ${said}`);
  equal(await tab.screenName(), "login", "the screen");
  equal(await system.store(SESSIONS), before, "sessions");
  await system.pull(1);
  await tab.has("Insert your own smartcard to log in");
}

async function refusedLogins(desk) {
  await prepareRefusals(desk);
  await desk.open();
  for (const [person, name, words] of AT_LOGIN) await refusedLogin(desk, person, name, words);
  await desk.system.storeWrite("UPDATE person SET closed = 0 WHERE uuid = '900000000082'");
}

async function twoCards(desk) {
  const tab = await desk.open();
  await desk.system.insert(1, "tom-adeyemi");
  await desk.system.insert(2, "aisha-khan");
  await tab.has("Two smartcards are inserted");
  await tab.clickOn('label:has-text("10000002")');
  await tab.page.locator("#passcode").click();
  await tab.type(PASSCODE);
  await tab.enter();
  await tab.screen("home").catch(() => tab.screen("card"));
  contains(await tab.part("account"), "Tom Adeyemi", "who is logged in");
}

// ---- services ----

// What a card needs and the session may not do: [operator, card, diagnosis, service, reason].
const AT_CARD = [
  ["priya-nair", SPONSOR, "ben-carter", "expired", "repair", "POLICY_ROLE", /ID Checker at/],
  ["priya-nair", CHECKER, "aisha-khan", "due", "renew", "POLICY_ROLE", /Sponsor at/],
  ["tom-adeyemi", {}, "grace-liu", "due", "renew", "POLICY_SCOPE", /organisation/i],
];

async function neededButRefused(desk) {
  for (const [operator, role, person, diagnosis, service, reason, words] of AT_CARD) {
    const tab = await desk.logIn(operator, role);
    await desk.bring(person);
    await tab.page.locator(`[data-diagnosis=${diagnosis}]`).first().waitFor();
    const refused = tab.page.locator(`[data-part=refused][data-unavailable=${service}]`);
    await refused.waitFor();
    const told = await refused.innerText();
    expect(words.test(told), `${person}, ${service}: ${told}`);
    equal(await refused.locator(`[data-reason=${reason}]`).count(), 1, reason);
    equal(await tab.page.locator("[data-action=primary]").count(), 0, "the way to it");
    await everyServiceIsThere(tab);
    await tab.click("logout");
    await tab.screen("login");
    await desk.system.empty();
  }
}

// All services are listed: those that are possible to choose, the others with reason and remedy.
async function everyServiceIsThere(tab) {
  await tab.click("service");
  await tab.screen("services");
  const folded = tab.page.locator(".cw-unavailable:not([open]) > summary");
  if (await folded.count()) await folded.click();
  const refused = await tab.page.locator("[data-unavailable]").all();
  const possible = await tab.page.locator("input[name=service]").count();
  equal(possible + refused.length, SERVICES.length, "services in all");
  for (const one of refused) await hasReasons(one);
  const dead = tab.page.locator(":disabled, [aria-disabled=true]");
  equal(await dead.count(), 0, "dead buttons and fields");
}

async function hasReasons(service) {
  const name = await service.getAttribute("data-unavailable");
  const reasons = await service.locator("[data-reason]").all();
  expect(reasons.length > 0, `${name} is refused without a reason`);
  for (const one of reasons) {
    const told = await one.innerText();
    expect(/CW-\d{3}/.test(told), `${name}: no code in '${told}'`);
    expect((await one.locator("strong").innerText()).length > 5, `${name}: no remedy in '${told}'`);
  }
}

async function serviceReason(desk, person, service, reason) {
  const { tab } = desk;
  await desk.bring(person);
  await everyServiceIsThere(tab);
  const found = tab.page.locator(`[data-unavailable=${service}] [data-reason=${reason}]`);
  equal(await found.count(), 1, `${reason} for ${service} of ${person}`);
  const told = await found.innerText();
  await desk.system.pull(2);
  await tab.screen("manage");
  return told;
}

async function reasons(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  const jobs = await desk.system.store(JOBS);
  contains(await serviceReason(desk, "chloe-martin", "renew", "POLICY_WINDOW"), "Opens on ",
    "too early: the day from which it is possible");
  contains(await serviceReason(desk, "ben-carter", "renew", "POLICY_EXPIRED"), "Repair the card instead",
    "expired: the service to use instead");
  contains(await serviceReason(desk, "daniel-osei", "renew", "POLICY_LOCKED"), "repair it", "locked");
  await serviceReason(desk, "ella-fraser", "repair", "POLICY_CANCELLED");
  equal(await tab.page.locator("[data-action=primary]").count(), 0, "offers");
  equal(await desk.system.store(JOBS), jobs, "jobs");
}

async function strangers(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("stranger");
  contains(await tab.text(), "not in the directory", "a card of another organisation");
  await everyServiceIsThere(tab);
  await desk.system.pull(2);
  await desk.bring("harry-singh");
  contains(await tab.text(), "This smartcard is blank", "a blank card");
  await tab.click("find");
  await tab.screen("find");
}

// ---- forms ----

async function wrongForm(desk) {
  const tab = await desk.logIn("priya-nair", CHECKER);
  const dump = await desk.system.dump("ben-carter");
  await desk.bring("ben-carter");
  await tab.enter();
  await tab.screen("form-repair");
  await tab.click("submit");
  await says(tab, "Say how identity was checked", "Type the passcode");
  await tab.clickOn('label:has-text("Photograph compared")');
  for (const [first, second, words] of [
    ["12345", "12345", "6 to 8 characters"], ["12345a", "12345a", "digits only"],
    ["654321", "654321", "not in sequence"],
    [NEW_PASSCODE, PASSCODE, "not the same"], ["", "", "Type the passcode"],
  ]) {
    await tab.page.locator("#passcode").fill(first);
    await tab.page.locator("#again").fill(second);
    await tab.click("submit");
    await says(tab, words);
  }
  equal(await desk.system.dump("ben-carter"), dump, "the card");
  const begun = (await tab.watch.of("/v1/desk/jobs")).filter(({ method }) => method === "POST");
  equal(begun, [], "jobs");
}

// The summary and the field say the same, the summary leads to the field, the title tells.
async function says(tab, ...words) {
  await tab.has(words[0]);
  const summary = await tab.part("errors");
  const fields = (await tab.page.locator(".nhsuk-error-message").allInnerTexts()).join(" ");
  for (const one of words) {
    contains(summary, one, "the summary");
    contains(fields, one, "what stands at the field");
  }
  contains(await tab.page.title(), "Error: ", "the title");
  const target = await tab.page.locator("[data-part=errors] a").first().getAttribute("href");
  await tab.page.locator("[data-part=errors] a").first().click();
  equal(`#${(await tab.focused()).id}`, target, "where the summary leads");
}

async function emptyPasscode(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("aisha-khan");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.focus("#passcode");
  await tab.enter();
  await says(tab, "Type the passcode");
  equal(await desk.system.tries("aisha-khan"), 3, "tries left");
}

// A name in the directory is text, whatever it is made of.
async function markup(desk) {
  await desk.system.storeWrite("UPDATE person SET family = '<img src=x onerror=alert(1)>' " +
    "WHERE uuid = '900000000165'");
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("kate-wood");
  contains(await tab.value("name"), "<img src=x onerror=alert(1)>", "the name as it is written");
  equal(await tab.page.locator("img[src=x]").count(), 0, "elements made of a name");
  absent(await tab.document(), "<img src=\"x\"", "the document");
  await desk.system.storeWrite("UPDATE person SET family = 'Wood' WHERE uuid = '900000000165'");
}

await run({
  "each card that may not log in is told why and what to do, and no session is opened":
    refusedLogins,
  "of two cards it is asked which one is the own": twoCards,
  "what a card needs and the session may not do is said, with the remedy": neededButRefused,
  "each service that is not possible has its reason: too early, expired, locked, cancelled":
    reasons,
  "a stranger's card and a blank one are told apart": strangers,
  "a passcode of the wrong form, or no check of identity, is refused before anything is done":
    wrongForm,
  "an empty passcode costs no try": emptyPasscode,
  "a name is shown as it is written, and makes no markup": markup,
});
