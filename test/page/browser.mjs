// SPDX-License-Identifier: Apache-2.0
// browser: Debian's Chromium, headless, with nothing of the person who runs the tests, and deaf to
// every host but this machine.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const LOOPBACK_ONLY = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";
// In the command line of each of its processes, so that ./check finds any that is left behind.
const MARK = (process.env.CARDWRIGHT_CHECK ?? "").replaceAll("/", "-");

export class Browser {
  // names: hosts that this browser believes to be this machine.
  static async launch(names = []) {
    const home = await mkdtemp(join(tmpdir(), `cardwright-browser.${MARK}-`));
    const rules = [...names.map((name) => `MAP ${name} 127.0.0.1`), LOOPBACK_ONLY].join(", ");
    try {
      return new Browser(await start(home, [...ARGUMENTS, `--host-resolver-rules=${rules}`]), home);
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  constructor(chrome, home) {
    this.chrome = chrome;
    this.home = home;
  }

  // A person's browser anew: no storage, no tabs.
  context(options = {}) {
    const viewport = { width: 1366, height: 768 };
    return this.chrome.newContext({ viewport, locale: "en-GB", ...options });
  }

  async close() {
    await this.chrome.close();
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

// Playwright makes the profile where temporary files go: inside the home folder that is removed.
async function start(home, args) {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = home;
  try {
    return await chromium.launch({
      executablePath: PROGRAM,
      args,
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
      handleSIGTERM: false,
      handleSIGINT: false,
      handleSIGHUP: false,
    });
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
