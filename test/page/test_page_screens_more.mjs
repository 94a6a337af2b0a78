// SPDX-License-Identifier: Apache-2.0
// test_page_screens_more: every screen of repair, trouble, search and help, as it is seen (look.mjs).

import { run } from "./desk.mjs";
import { look } from "./look.mjs";
import { NEW_PASSCODE } from "./system.mjs";

const CHECKER = { role: /ID Checker/ };

async function repairScreens(desk) {
  const tab = await desk.logIn("priya-nair", CHECKER);
  await desk.bring("ben-carter");
  await look(tab, "card-expired");
  await tab.click("primary");
  await tab.screen("form-repair");
  await look(tab, "form-repair");
  await tab.clickOn('label[for="identity-0"]');
  await desk.system.fault(2, "cut-after 6");
  for (const field of ["#passcode", "#again"]) {
    await tab.clickOn(field);
    await tab.type(NEW_PASSCODE);
  }
  await tab.enter();
  await tab.screen("failure");
  await tab.reader(2, "empty");
  await look(tab, "failure-pulled", { button: false });
  await desk.system.insert(2, "ben-carter");
  await tab.screen("form-repair");
  await tab.part("resumes");
  await look(tab, "form-repair-resumes");
}

async function cardScreens(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  for (const person of ["chloe-martin", "daniel-osei", "ella-fraser", "harry-singh"]) {
    await desk.bring(person);
    await look(tab, `card-${person}`);
    await desk.system.pull(2);
  }
}

async function searchScreens(desk) {
  const tab = await desk.logIn("hannah-lewis");
  await look(tab, "home-search");
  await tab.fill("query", "a");
  await tab.enter();
  await tab.page.locator("[data-person]").first().waitFor();
  await look(tab, "found");
  await tab.fill("query", "900000000066");
  await tab.enter();
  await tab.screen("person");
  await look(tab, "person");
  await tab.click("service");
  await tab.screen("services");
  await tab.click("continue");
  await tab.screen("bring");
  await look(tab, "bring", { button: false });
  await desk.system.insert(2, "ben-carter");
  await tab.screen("other-card");
  await look(tab, "other-card", { button: false });
}

async function restOfTheScreens(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  for (const name of ["jobs", "find"]) {
    await tab.clickOn(`[data-nav=${name}]`);
    await tab.screen(name);
    await look(tab, name, { button: name === "find" });
  }
  await tab.clickOn("[data-nav=help]");
  await tab.screen("help");
  await look(tab, "help-renew", { button: false });
  await tab.clickOn("[data-topic=repair]");
  await look(tab, "help-repair", { button: false });
  await desk.system.pull(1);
  await tab.screen("login");
  await look(tab, "login-after-a-break", { button: false });
}

await run({
  "an expired card, its repair, and the card that was pulled": repairScreens,
  "cards that are fresh, locked, cancelled, blank": cardScreens,
  "search, person, the prompt for one card, and another card": searchScreens,
  "interrupted work, search, help, and a break": restOfTheScreens,
});
