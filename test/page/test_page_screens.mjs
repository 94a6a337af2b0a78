// SPDX-License-Identifier: Apache-2.0
// test_page_screens: every screen of log-in, card, services and result, as it is seen (look.mjs).

import { run } from "./desk.mjs";
import { look } from "./look.mjs";
import { PASSCODE, WRONG_PASSCODE } from "./system.mjs";
import { absent } from "./tap.mjs";

async function logInScreens(desk) {
  const tab = await desk.open();
  await tab.screen("login");
  await look(tab, "login-insert", { button: false });
  await desk.system.insert(1, "priya-nair");
  await tab.page.locator("#passcode").waitFor();
  await look(tab, "login");
  await tab.fill("passcode", WRONG_PASSCODE);
  await tab.enter();
  await tab.part("errors");
  await look(tab, "login-wrong");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("profile");
  await look(tab, "profile");
}

async function serviceScreens(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await look(tab, "home", { button: false });
  await tab.click("manage");
  await tab.screen("manage");
  await look(tab, "manage", { button: false });
  await desk.bring("aisha-khan");
  await look(tab, "card-due");
  await tab.clickOn("[data-part=details] summary");
  await look(tab, "card-details");
  await tab.click("service");
  await tab.screen("services");
  await look(tab, "services");
  await tab.clickOn("details summary");
  await look(tab, "services-refused");
  await tab.click("continue");
  await tab.screen("form-renew");
  await look(tab, "form-renew");
  await tab.enter();
  await tab.part("errors");
  await look(tab, "form-renew-empty");
  await tab.click("hand-over");
  await tab.screen("hand-over");
  await look(tab, "hand-over");
}

async function resultScreens(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await desk.bring("isla-novak");
  await tab.click("primary");
  await tab.screen("form-renew");
  await desk.system.control("timing 2 card");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("progress");
  await look(tab, "progress", { button: false });
  await tab.screen("result");
  await look(tab, "result");
  await tab.page.emulateMedia({ media: "print" });
  const paper = await tab.text();
  await tab.shot("receipt-on-paper");
  await tab.page.emulateMedia({ media: null });
  absent(paper, "Log out", "the receipt on paper");
  absent(paper, "Print receipt", "the receipt on paper");
  await tab.click("test");
  await tab.screen("test");
  await look(tab, "test");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("tested");
  await look(tab, "tested");
}

await run({
  "log-in: insert, passcode, a wrong one, roles": logInScreens,
  "the card, its details, services, passcode, hand over": serviceScreens,
  "steps, result, the receipt on paper, the test": resultScreens,
});
