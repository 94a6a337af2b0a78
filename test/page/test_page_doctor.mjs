// SPDX-License-Identifier: Apache-2.0
// test_page_doctor: a card's screen says what is the matter with it, in the server's words, and its
// one button carries the cure out as the ordinary job.

import { run } from "./desk.mjs";
import { look } from "./look.mjs";
import { NEW_PASSCODE, PASSCODE } from "./system.mjs";
import { absent, contains, equal } from "./tap.mjs";

const CERTIFICATE_9A = "5fc105", CHUID = "5fc102";
const AES_192 = 0x0a;
const PUK_VERSION = "SELECT puk_version FROM card WHERE serial = '10000008'";

const findings = (tab) =>
  tab.page.locator("[data-finding]").evaluateAll((all) => all.map((one) => one.dataset.finding));

// What is said is what the server said, each sentence with a capital and a full stop.
async function saysTheServersWords(tab, desk) {
  const { findings: all, cure } = (await desk.system.desk()).card.identify;
  const said = await tab.part("diagnosis");
  for (const { severity, text } of all) {
    (severity === "note" ? absent : contains)(said, text.slice(1), `a ${severity}`);
  }
  contains(said, cure.text.slice(1), "the cure");
}

async function inOrderAgain(tab, desk) {
  await desk.system.pull(2);
  await desk.bring("chloe-martin");
  contains(await tab.part("nothing"), "Nothing needs to be done", "afterwards");
  equal(await findings(tab), [], "findings");
  await desk.system.pull(2);
}

async function makersSecrets(desk) {
  await desk.system.tamper("chloe-martin", [["default_puk"], ["default_management", AES_192]]);
  const [[version]] = await desk.system.store(PUK_VERSION);
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("chloe-martin");
  equal(await findings(tab), ["default_management", "default_puk"], "findings");
  await saysTheServersWords(tab, desk);
  equal(await tab.page.locator("[data-diagnosis=default_management]").innerText(), "Maker's key", "the label");
  await look(tab, "card-makers-secrets");
  equal(await desk.system.store(PUK_VERSION), [[version]], "looking changed the directory");
  await tab.enter();
  await tab.screen("form-repair");
  await tab.clickOn('label:has-text("Photograph compared")');
  await tab.page.locator("#passcode").fill(NEW_PASSCODE);
  await tab.page.locator("#again").fill(NEW_PASSCODE);
  await tab.click("submit");
  await tab.screen("result");
  equal(await desk.system.store(PUK_VERSION), [[version + 1]], "the PUK's version");
  await inOrderAgain(tab, desk);
}

async function tornInTheWindow(desk) {
  await desk.system.tamper("aisha-khan", [["tear", CERTIFICATE_9A]]);
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("aisha-khan");
  equal(await findings(tab), ["torn", "due"], "findings");
  await saysTheServersWords(tab, desk);
  await look(tab, "card-torn");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
}

async function noCure(desk) {
  await desk.system.tamper("kate-wood", [["tear", CHUID]]);
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("kate-wood");
  equal(await findings(tab), ["due", "chuid_torn"], "findings");
  equal(await tab.page.locator("[data-action=primary]").innerText(), "Yes, renew certificates", "the button");
  await desk.system.pull(2);
  await desk.bring("ella-fraser");
  contains(await tab.part("diagnosis"), "Issue another card", "of a cancelled one");
  equal(await tab.page.locator("[data-action=primary]").count(), 0, "the way to a cure");
}

async function wiped(desk) {
  await desk.system.tamper("chloe-martin", [["block_puk"], ["block_pin"]]);
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("chloe-martin");
  equal(await findings(tab), ["both_blocked"], "findings");
  await saysTheServersWords(tab, desk);
  await tab.enter();
  await tab.screen("form-issue");
  await look(tab, "card-wipe");
  await tab.clickOn('label:has-text("Photograph compared")');
  await tab.page.locator("#passcode").fill(NEW_PASSCODE);
  await tab.page.locator("#again").fill(NEW_PASSCODE);
  await tab.click("submit");
  contains(await tab.text(), "Confirm that the smartcard is wiped", "without the confirmation");
  equal(await desk.system.store("SELECT count(*) FROM job WHERE result IS NULL"), [[0]], "jobs begun");
  await tab.clickOn('label:has-text("Wipe the smartcard first")');
  await tab.click("submit");
  await tab.screen("result");
  await desk.system.pull(2);
  await desk.bring("chloe-martin");
  equal(await findings(tab), [], "findings afterwards");
}

// Makers count their cards each for themselves.
async function anotherOrganisation(desk) {
  await desk.system.stranger("namesake", "10000006");
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("namesake");
  equal(await findings(tab), ["foreign"], "findings");
  absent(await tab.text(), "Aisha", "whose number it has");
  await look(tab, "card-foreign");
}

await run({
  "the maker's secrets are found, and Enter leads to the repair that replaces them": makersSecrets,
  "a torn certificate in the window is renewed": tornInTheWindow,
  "what nothing here cures is said without a button": noCure,
  "another organisation's card with a number of ours shows nobody": anotherOrganisation,
  "a card that is blocked for good is wiped and issued anew, once that is confirmed": wiped,
});
