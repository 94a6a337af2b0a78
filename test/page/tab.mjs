// SPDX-License-Identifier: Apache-2.0
// tab: one tab of the browser with the page of the desk in it, and what a person or a test does.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Failed, absent, equal, expect } from "./tap.mjs";
import { Watch } from "./watch.mjs";

const SECONDS = 20;
const SCREENS = fileURLToPath(new URL("../../build/check/screens", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

// Of the tab's history, before anybody went anywhere: the empty tab, and the page.
const FIRST_ENTRIES = 2;

export const SIZES = [{ width: 1366, height: 768 }, { width: 390, height: 844 }];

// In the page, before its own script: what a person really did, and what the policy had to stop.
function listen() {
  const seen = { events: [], violations: [] };
  Object.defineProperty(window, "cardwrightSeen", { value: seen });
  for (const type of ["pointerdown", "keydown", "paste"]) {
    const note = (event) => event.isTrusted && seen.events.push({ type, key: event.key ?? "" });
    window.addEventListener(type, note, true);
  }
  document.addEventListener("securitypolicyviolation", (event) => {
    seen.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
  });
}

export class Tab {
  static async open(context, origin, api) {
    return Tab.of(await context.newPage(), origin, api);
  }

  static async of(page, origin, api) {
    page.setDefaultTimeout(SECONDS * 1000);
    await page.addInitScript(listen);
    return new Tab(page, await Watch.on(page, origin, api));
  }

  constructor(page, watch) {
    Object.assign(this, { page, watch, keyboard: page.keyboard });
  }

  go(address) {
    return this.page.goto(address);
  }

  // Before the page is opened.
  async stopClock() {
    await this.page.clock.install();
    await this.page.clock.pauseAt(Date.now() + 1000);
  }

  pass(ms) {
    return this.page.clock.runFor(ms);
  }

  // ---- what is shown ----

  // Waits until that screen is shown, and nothing else.
  async screen(name) {
    const wanted = this.page.locator(`[data-screen="${name}"]`);
    try {
      await wanted.first().waitFor({ state: "visible", timeout: SECONDS * 1000 });
    } catch {
      throw new Failed(`the screen '${name}' was not shown; ${await this.shown()}`);
    }
    equal(await this.page.locator("[data-screen]").count(), 1, "screens at once");
    return wanted;
  }

  screenName() {
    return this.page.locator("[data-screen]").first().getAttribute("data-screen");
  }

  async shown() {
    const name = await this.screenName().catch(() => "nothing");
    return `shown is '${name}': ${(await this.text()).slice(0, 600)}`;
  }

  async text() {
    return (await this.page.locator("body").innerText()).replace(/\s*\n\s*/g, " / ");
  }

  // Everything that the document holds, seen or not.
  document() {
    return this.page.content();
  }

  // None of these texts is in the document, in a field or in the title; digits may stand there in
  // groups. No photograph.
  async holdsNothingOf(...texts) {
    const held = await this.page.evaluate(() => {
      const values = [...document.querySelectorAll("input, textarea")].map((one) => one.value);
      const pictures = [...document.images].map((one) => `picture ${one.alt} ${one.src}`);
      const html = document.documentElement.outerHTML;
      return [document.title, html, ...values, ...pictures].join("\n");
    });
    const all = held.replace(/(\d)\s(?=\d)/g, "$1");
    for (const text of texts) absent(all, text, "what the page holds");
    equal(await this.page.locator("main img").count(), 0, "photographs");
  }

  // By the browser's own button, if that does not lead away from the page.
  goBack() {
    return this.page.evaluate((first) => history.length > first && new Promise((resolve) => {
      addEventListener("popstate", () => resolve(true), { once: true });
      history.back();
    }), FIRST_ENTRIES);
  }

  async has(text) {
    try {
      await this.page.getByText(text).first().waitFor({ state: "visible" });
    } catch {
      throw new Failed(`not shown: ${text}; ${await this.shown()}`);
    }
  }

  // ---- what a person does ----

  press(key) {
    return this.page.keyboard.press(key);
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  // Enter, when what is shown may be confirmed: not while it might have been meant for something
  // that stood there before.
  async enter() {
    await this.page.locator("html:not([data-guard])").waitFor({ state: "attached" });
    await this.press("Enter");
  }

  // Types into a field that has the focus already: a person would not click first.
  async fill(id, text) {
    await this.focus(`#${id}`);
    await this.type(text);
  }

  // Waits until an element has the focus.
  async focus(selector) {
    try {
      await this.page.locator(`${selector}:focus`).waitFor({ state: "attached" });
    } catch {
      const { tag, text, id } = await this.focused();
      const is = `${tag} ${id} '${text.slice(0, 60)}'`;
      throw new Failed(`${selector} has not the focus, but ${is}; ${await this.shown()}`);
    }
  }

  // A click of the mouse: on what stands for an action, or on any other element.
  click(action) {
    return this.clickOn(`[data-action="${action}"]:visible, [data-nav="${action}"]:visible`);
  }

  clickOn(selector) {
    return this.page.locator(selector).first().click();
  }

  // The text of a value that is shown: name, uuid, receipt, not-after ...
  async value(name) {
    return (await this.page.locator(`[data-value="${name}"]`).first().innerText()).trim();
  }

  async part(name) {
    const part = this.page.locator(`[data-part="${name}"]`).first();
    try {
      await part.waitFor({ state: "visible" });
    } catch {
      throw new Failed(`the part '${name}' is not shown; ${await this.shown()}`);
    }
    return (await part.innerText()).replace(/\s*\n\s*/g, " / ");
  }

  // Reader 1 or 2 shows that state: operator, user, empty, missing.
  reader(number, state) {
    const one = this.page.locator(`[data-reader="${number}"][data-state="${state}"]`);
    return one.waitFor({ state: "visible" });
  }

  // The element that has the focus, as a person who cannot see would be told.
  focused() {
    return this.page.evaluate(() => {
      const one = document.activeElement;
      const text = (one.textContent || one.value || "").trim();
      return { tag: one.tagName, type: one.type ?? "", text, id: one.id };
    });
  }

  // What was really done so far: clicks, Enter, digits, and every other key.
  async done() {
    const events = await this.page.evaluate(() => window.cardwrightSeen.events);
    const keys = events.filter((event) => event.type === "keydown").map((event) => event.key);
    return {
      clicks: events.filter((event) => event.type === "pointerdown").length,
      pastes: events.filter((event) => event.type === "paste").length,
      enters: keys.filter((key) => key === "Enter").length,
      digits: keys.filter((key) => /^\d$/.test(key)).length,
      others: keys.filter((key) => key !== "Enter" && !/^\d$/.test(key)),
    };
  }

  async forgetDone() {
    await this.page.evaluate(() => (window.cardwrightSeen.events.length = 0));
  }

  // ---- what must hold on every screen ----

  // At both sizes, into build/check/screens. Nothing is added to the page for it.
  async shot(name) {
    mkdirSync(SCREENS, { recursive: true });
    for (const size of SIZES) {
      await this.page.setViewportSize(size);
      const path = `${SCREENS}/${name}-${size.width}.png`;
      await this.page.screenshot({ path, fullPage: true, caret: "initial" });
    }
    await this.page.setViewportSize(SIZES[0]);
  }

  async axe() {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async (values) => {
      const result = await window.axe.run(document, { runOnly: { type: "tag", values } });
      const html = (violation) => violation.nodes.map((node) => node.html).join(" ");
      return result.violations.map((one) => `${one.id}: ${one.help}: ${html(one)}`);
    }, AXE_TAGS);
    expect(!found.length, `axe on '${await this.screenName()}': ${found.join("\n")}`);
  }

  async notSideways() {
    const { scroll, client } = await this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scroll: scrollWidth, client: clientWidth };
    });
    expect(scroll <= client, `'${await this.screenName()}' is ${scroll} wide in ${client}`);
  }

  // Nothing was stopped, asked elsewhere, answered otherwise than described, or written in red.
  async check() {
    if (!this.page.isClosed()) {
      const violations = await this.page.evaluate(() => window.cardwrightSeen?.violations ?? []);
      equal(violations, [], "stopped by the Content-Security-Policy");
    }
    await this.watch.check();
  }
}
