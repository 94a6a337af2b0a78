// SPDX-License-Identifier: Apache-2.0
// test_page_pulled: a smartcard is taken out, the operator's own or the user's, wherever one can be
// on the page. What happens in the middle of a job: test_page_cut.mjs.

import { run } from "./desk.mjs";
import { PASSCODE } from "./system.mjs";
import { contains, equal } from "./tap.mjs";
import * as ways from "./ways.mjs";

const CHECKER = { role: /ID Checker/ };
const ALWAYS_DUE = { life_days: 3660, window_days: 3659 };
const TOM = ["Adeyemi", "900000000025"];
// Her card's own number is shown as long as it lies in the reader.
const AISHA = ["Aisha", "Khan", "900000000066"];

// ---- the operator's own card ----

function ownPulled(way) {
  return async (desk) => {
    const { system } = desk;
    const tab = await desk.logIn("tom-adeyemi");
    await way(desk);
    const photograph = await pictureOf(tab);
    const mark = await system.lineMark();
    const told = await system.hold("POST", "^/v1/session/end$", "after");
    await system.take(1);
    await tab.screen("login");
    await tab.holdsNothingOf(...TOM, ...AISHA, PASSCODE);
    if (await tab.goBack()) await tab.holdsNothingOf(...TOM, ...AISHA, PASSCODE);
    equal(await tab.screenName(), "login", "the screen after going back");
    if (photograph) await isGone(tab, photograph);
    await system.holdWait(told);
    await system.holdRelease(told);
    const open = await system.store("SELECT count(*) FROM session WHERE ended_at = 0");
    equal(open, [[0]], "open sessions at the server");
    const jobs = (await system.line(mark)).filter(({ path }) => path === "/v1/jobs");
    equal(jobs, [], "jobs begun");
  };
}

// Its address in the memory of the browser; undefined where the screen shows none.
async function pictureOf(tab) {
  const [picture] = await tab.page.locator("main img").all();
  return picture?.getAttribute("src");
}

// A picture's address in the memory of the browser leads nowhere.
async function isGone(tab, address) {
  tab.watch.allow(/ERR_FILE_NOT_FOUND/);
  const loads = await tab.page.evaluate((src) => new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    image.src = src;
  }), address);
  equal(loads, false, "the photograph is kept in the browser's memory");
}

const EVERYWHERE = {
  "the details of a card": ways.toCard,
  "the list of services": ways.toServices,
  "the form, with a passcode typed": ways.toForm,
  "the form that was handed over": ways.toHandOver,
  "the test of a card": ways.toTest,
  "the result": ways.toResult,
  "the profile of a person": ways.toPerson,
  "the prompt for a card": ways.toBring,
};

function forEach(ways, name, make) {
  return Object.fromEntries(Object.entries(ways).map(([where, way]) => [name(where), make(way)]));
}

async function backFromBreak(desk) {
  const { system } = desk;
  const tab = await desk.logIn("priya-nair", CHECKER);
  await system.pull(1);
  await tab.screen("login");
  await tab.has("You took your smartcard out");
  await tab.holdsNothingOf("Priya", "Nair", "900000000033");
  await system.insert(1, "priya-nair");
  await tab.has("Welcome back");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("home");
  contains(await tab.part("account"), "ID Checker", "the role, which was not asked for again");
}

async function otherAfterBreak(desk) {
  const { system } = desk;
  const tab = await desk.logIn("priya-nair", CHECKER);
  await system.pull(1);
  await system.insert(1, "tom-adeyemi");
  await tab.has("Log in with your smartcard");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("home");
  contains(await tab.part("account"), "RA Agent", "who is logged in");
}

async function longBreak(desk) {
  const tab = await desk.open({ stopped: true });
  await desk.logIn("priya-nair", CHECKER);
  await desk.system.pull(1);
  await tab.has("You took your smartcard out");
  await tab.pass(15 * 60 * 1000);
  // In the page's time the agent was silent for as long: the page may look for it first.
  for (let n = 0; n < 20 && (await tab.screenName()) === "offline"; n++) {
    await tab.pass(2000);
    await desk.system.desk();
  }
  await tab.has("Insert your own smartcard to log in");
  await desk.system.insert(1, "priya-nair");
  await tab.has("Log in with your smartcard");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("profile");
}

// ---- the user's card ----

function userPulled(way) {
  return async (desk) => {
    const { system } = desk;
    const tab = await desk.logIn("tom-adeyemi");
    await way(desk);
    const dump = await system.dump("aisha-khan");
    const mark = await system.lineMark();
    await system.take(2);
    await tab.screen("manage");
    await tab.holdsNothingOf(...AISHA, "10000006", PASSCODE);
    contains(await tab.part("account"), "Tom Adeyemi", "who is still logged in");
    await system.put(2, "aisha-khan");
    await tab.screen("card");
    equal(await tab.value("name"), "Dr Aisha Khan", "whose card is back");
    equal(await tab.page.locator("input[type=password]").count(), 0, "fields for a passcode");
    equal(await system.dump("aisha-khan"), dump, "the card");
    const jobs = (await system.line(mark)).filter(({ path }) => path === "/v1/jobs");
    equal(jobs, [], "jobs begun");
  };
}

const WITH_THE_CARD = {
  "the details of a card": ways.toCard,
  "the list of services": ways.toServices,
  "the form, with a passcode typed": ways.toForm,
  "the test of a card": ways.toTest,
};

async function handedOverPulled(desk) {
  await desk.logIn("tom-adeyemi");
  await ways.toHandOver(desk);
  await desk.system.take(2);
  await desk.tab.screen("manage");
  await desk.tab.holdsNothingOf(...AISHA, PASSCODE);
}

// R9: whoever comes next is looked at first.
async function backThenAnother(desk) {
  const { system } = desk;
  const tab = await desk.logIn("tom-adeyemi");
  await ways.toTest(desk);
  await system.pull(2);
  await tab.screen("manage");
  await tab.goBack();
  await desk.bring("kate-wood");
  equal(await tab.value("name"), "Ms Kate Wood", "who is looked at");
}

await run({
  ...forEach(EVERYWHERE, (where) => `own card pulled at ${where}: logged out, nothing is left`,
    ownPulled),
  "after a break the own card and its passcode are enough, in the role of before": backFromBreak,
  "another card after a break logs in as ever": otherAfterBreak,
  "after a long break the role is asked for again": longBreak,
  ...forEach(WITH_THE_CARD, (where) => `user's card pulled at ${where}: back to waiting, no harm`,
    userPulled),
  "user's card pulled when the form was handed over: nothing of it is left": handedOverPulled,
  "after a pull and a step back, the next card is looked at before anything else": backThenAnother,
}, { policy_values: ALWAYS_DUE });
