// SPDX-License-Identifier: Apache-2.0
// test_page_keyboard: the procedures' own way by the keyboard alone: Tab, arrows, Space, Enter. It
// can be seen what has the focus, and no screen loses it.

import { run } from "./desk.mjs";
import { NEW_PASSCODE, PASSCODE } from "./system.mjs";
import { equal, expect } from "./tap.mjs";

const TABS_MAX = 40;
const CHECKER = { role: /ID Checker/ };

// Tab until an element has the focus, which can be seen all the way there.
async function tabTo(tab, selector, key = "Tab") {
  for (let n = 0; n < TABS_MAX; n++) {
    if (await tab.page.locator(`${selector}:focus`).count()) return;
    await tab.press(key);
    await focusIsSeen(tab);
  }
  const { tag, text } = await tab.focused();
  expect(false, `${selector} is not reached by ${TABS_MAX} Tabs; the focus is on ${tag} ${text}`);
}

// In the window, with an outline, a shadow or another background than without the focus.
async function focusIsSeen(tab) {
  const found = await tab.page.evaluate(() => {
    const one = document.activeElement;
    const shown = one.matches("input[type=radio], input[type=checkbox]")
      ? document.querySelector(`label[for="${one.id}"]`) ?? one : one;
    const { top, bottom, width } = shown.getBoundingClientRect();
    const near = [one, shown, one.parentElement, one.firstElementChild ?? one];
    const styles = near.flatMap((element) =>
      [null, "::before", "::after"].map((part) => getComputedStyle(element, part)));
    const marked = styles.some((style) => style.boxShadow !== "none" ||
      (style.outlineStyle !== "none" && style.outlineWidth !== "0px"));
    const inView = bottom > 0 && top < innerHeight && width > 0;
    return { inView, marked, html: one.outerHTML.slice(0, 200), body: one === document.body };
  });
  if (found.body) return; // past the last element: the browser's own controls
  expect(found.inView, `what has the focus is out of view: ${found.html}`);
  expect(found.marked, `the focus cannot be seen: ${found.html}`);
}

async function step(tab, selector, screen, key = "Enter") {
  await tabTo(tab, selector);
  if (key === "Enter") await tab.enter();
  else await tab.press(key);
  if (screen) await tab.screen(screen);
  const { tag } = await tab.focused();
  expect(tag !== "BODY", `the focus is lost after ${selector}; shown is ${await tab.screenName()}`);
}

async function renewal(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.forgetDone();
  await step(tab, "[data-nav=manage]", "manage");
  await desk.bring("aisha-khan");
  await step(tab, "[data-part=details] summary");
  await tabTo(tab, "input[name=device]");
  await step(tab, "[data-action=details-service]", "services");
  await tabTo(tab, "input[name=service]");
  await step(tab, "[data-action=continue]", "form-renew");
  await tab.fill("passcode", PASSCODE);
  await step(tab, "[data-action=submit]", "result");
  await step(tab, "[data-action=test]", "test");
  await tab.fill("passcode", PASSCODE);
  await step(tab, "[data-action=run-test]", "tested");
  await step(tab, "[data-action=finish]");
  equal((await tab.done()).clicks, 0, "clicks");
}

async function repair(desk) {
  const tab = await desk.logIn("priya-nair", CHECKER);
  await desk.bring("ben-carter");
  await tab.forgetDone();
  await step(tab, "[data-action=service]", "services");
  await step(tab, "[data-action=continue]", "form-repair");
  await tabTo(tab, "input[name=identity]");
  await tab.press("ArrowDown");
  await tab.press("ArrowUp");
  await tabTo(tab, "#passcode");
  await tab.type(NEW_PASSCODE);
  await tabTo(tab, "[aria-controls=passcode]");
  await tab.press("Space");
  equal(await tab.page.locator("#passcode").getAttribute("type"), "text", "the passcode is shown");
  await tab.press("Space");
  await tabTo(tab, "#again");
  await tab.type(NEW_PASSCODE);
  await step(tab, "[data-action=submit]", "result");
  equal((await tab.done()).clicks, 0, "clicks");
}

async function search(desk) {
  const tab = await desk.logIn("hannah-lewis");
  await tab.forgetDone();
  await tab.fill("query", "900000000165");
  await step(tab, "[data-action=search]", "person");
  await tabTo(tab, "input[name=device]");
  await step(tab, "[data-action=service]", "services");
  await step(tab, "[data-action=continue]", "bring");
  await desk.system.put(2, "kate-wood");
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
  equal((await tab.done()).clicks, 0, "clicks");
}

async function skipLink(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  await tab.focus("h1"); // where a new screen puts it: past the menu already
  await tabTo(tab, ".nhsuk-skip-link", "Shift+Tab");
  await tab.press("Enter");
  equal((await tab.focused()).id, "main", "where it leads");
}

async function wholeMenu(desk) {
  const tab = await desk.logIn("tom-adeyemi");
  for (const name of ["manage", "find", "jobs", "help", "home"]) {
    await step(tab, `[data-nav=${name}]`, name);
  }
  await step(tab, "[data-action=logout]", "login");
}

await run({
  "a renewal the guides' way, and the test of the card, by the keyboard alone": renewal,
  "a repair by the keyboard alone": repair,
  "a search by the keyboard alone": search,
  "a new screen has the focus past the menu, and the first link leads there too": skipLink,
  "the whole menu is used by the keyboard, and so is the log-out": wholeMenu,
});
