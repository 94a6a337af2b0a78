// SPDX-License-Identifier: Apache-2.0
// desk: runs the cases of one file: one system, one browser; for each case a browser without
// memory, and a desk that is cleared afterwards.
//
//     await run({
//       "a wrong passcode costs one try, and says how many are left": async (desk) => {
//         await desk.open();
//         await desk.system.put(1, "tom-adeyemi");
//         await desk.tab.screen("login");
//       },
//     }, { policy_values: { lock_minutes: 0 } });

import { Browser } from "./browser.mjs";
import { OpenApi } from "./openapi.mjs";
import { PASSCODE, System } from "./system.mjs";
import { Tab } from "./tab.mjs";
import { Tap, chosen } from "./tap.mjs";

export class Desk {
  // described: what goes between page and agent must be as described, which takes time to check.
  constructor(system, browser, { described = true } = {}) {
    Object.assign(this, { system, browser, described, tabs: [] });
  }

  // The page in a tab, opened through an address that is good once. stopped: the page's clock
  // stands still but for tab.pass(ms).
  async open({ stopped, ...options } = {}) {
    this.context ??= await this.browser.context(options);
    const { address } = await this.system.page();
    this.tab = await this.newTab(new URL(address).origin);
    if (stopped) await this.tab.stopClock();
    await this.tab.go(address);
    return this.tab;
  }

  // As a person does it: the card, the passcode, Enter; the role that is preselected, or `role`.
  async logIn(person, { role, passcode = PASSCODE } = {}) {
    const tab = this.tab ?? (await this.open());
    await this.system.insert(1, person);
    await tab.screen("login");
    await tab.fill("passcode", passcode);
    await tab.enter();
    if (role !== undefined) {
      await tab.screen("profile");
      await tab.page.getByLabel(role).check();
      await tab.enter();
    }
    await tab.screen("home");
    return tab;
  }

  // The user's card comes, and its details are shown.
  async bring(person) {
    await this.system.put(2, person);
    await this.tab.screen("card");
  }

  // One more address, in a tab of the same browser.
  async openAgain() {
    const { address } = await this.system.page();
    const tab = await this.newTab(new URL(address).origin);
    await tab.go(address);
    return tab;
  }

  async newTab(origin) {
    if (this.described) this.api ??= new OpenApi();
    const tab = await Tab.open(this.context, origin, this.api);
    this.tabs.push(tab);
    return tab;
  }

  // At the end of a case that went well.
  async check() {
    for (const tab of this.tabs) await tab.check();
  }

  async clear() {
    const context = this.context;
    Object.assign(this, { context: undefined, tab: undefined, tabs: [] });
    await context?.close();
    await this.system.tidy();
  }

  async explain(tap, number) {
    for (const tab of this.tabs) {
      if (tab.page.isClosed()) continue;
      tap.explain(await tab.shown());
      await tab.page.bringToFront();
      await tab.shot(`failed-${process.pid}-${number}`);
    }
    tap.explain(await this.system.logEnds());
  }
}

async function runCase(tap, desk, name, work) {
  const good = await tap.case(name, async () => {
    await work(desk);
    await desk.check();
  });
  if (!good) await desk.explain(tap, tap.count).catch((error) => tap.explain(error));
  await desk.clear().catch((error) => {
    tap.result(false, "the desk is cleared for the next case");
    tap.explain(error.message);
  });
}

// The time is up: everything ends before this process does.
function endWhenTold(end) {
  process.once("SIGTERM", async () => {
    console.log("# the time was up");
    await end().catch((error) => console.log(`# ${error.message}`));
    process.exit(1);
  });
}

export async function run(cases, options = {}, names = []) {
  const tap = new Tap();
  let system, browser;
  endWhenTold(() => Promise.allSettled([browser?.close(), system?.end()]));
  const up = await tap.case("the whole system starts, and a browser", async () => {
    const started = await Promise.allSettled([System.start(options), Browser.launch(names)]);
    [system, browser] = started.map((one) => one.value);
    const failed = started.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
  });
  const desk = new Desk(system, browser);
  for (const [name, work] of up ? chosen(cases) : []) await runCase(tap, desk, name, work);
  await tap.case("every program ends when told to, and no sanitizer reports", async () => {
    await browser?.close();
    await system?.stop();
  });
  tap.plan();
  process.exitCode = tap.failed ? 1 : 0;
}
