// SPDX-License-Identifier: Apache-2.0
// test_page_watch: what the page's tests rely on. Each thing that must not happen is done by a
// stand-in for agent and page, and must be found.

import { createServer } from "node:http";
import { Browser } from "./browser.mjs";
import { OpenApi } from "./openapi.mjs";
import { Tab } from "./tab.mjs";
import { Failed, Tap, contains, equal, expect } from "./tap.mjs";

const POLICY =
  "default-src 'none'; script-src 'nonce-n'; style-src 'self'; connect-src *; img-src data:";
const lines = { content: { "application/x-ndjson": { schema: { required: ["serial"] } } } };
const problem = { content: { "application/problem+json": { schema: { required: ["name"] } } } };
const DESCRIBED = new OpenApi({
  paths: {
    "/v1/desk/events": { get: { responses: { 200: lines } } },
    "/v1/desk/{what}": { get: { responses: { 200: lines, default: problem } } },
    "/v1/desk/login": {
      post: {
        requestBody: { content: { "application/json": { schema: { required: ["passcode"] } } } },
        responses: { default: problem },
      },
    },
  },
});

const API = {
  "/v1/desk/events": (answer) => answer.writeHead(200, { "Content-Type": "application/x-ndjson" }),
  "/v1/desk/login": (answer) => refuse(answer, '{"name":"PASSCODE_WRONG"}'),
  "/v1/desk/jobs": (answer) => refuse(answer, '{"title":"a problem without a name"}'),
  "/v1/desk/unread": (answer) => {
    answer.writeHead(422, { "Content-Type": "application/problem+json" });
    answer.flushHeaders();
  },
};

function refuse(answer, text) {
  answer.writeHead(422, { "Content-Type": "application/problem+json" });
  answer.end(text);
}

// A page with this script, and the answers of API.
class StandIn {
  async start() {
    this.server = createServer((request, answer) => this.answer(request, answer));
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
  }

  answer(request, answer) {
    const api = API[request.url];
    if (api) {
      api(answer);
      if (request.url.endsWith("/events")) answer.write(this.event);
      return;
    }
    answer.setHeader("Content-Security-Policy", POLICY);
    answer.setHeader("Content-Type", "text/html");
    answer.end(`<!doctype html><html lang="en"><title>Stand-in</title>
      <link rel="icon" href="data:,">
      <main data-screen="start"><h1>Start</h1><button>Go</button>${this.markup}</main>
      <script nonce="n">${this.script}</script></html>`);
  }

  end() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const standIn = new StandIn();
let browser;

async function withPage(script, work, more = {}) {
  Object.assign(standIn, { script, event: '{"serial":1}\n', markup: "" }, more);
  const context = await browser.context();
  try {
    const tab = await Tab.open(context, standIn.origin, DESCRIBED);
    await tab.go(`${standIn.origin}/`);
    await tab.screen("start");
    await work(tab);
  } finally {
    await context.close();
  }
}

const DONE = '.finally(() => (document.querySelector("h1").textContent = "Done"))';

// The script's last act is a heading of its own; then the watch must have found `part`.
function finds(script, part, more) {
  return withPage(`${script}${DONE}`, async (tab) => {
    await tab.has("Done");
    const error = await tab.check().then(() => null, (found) => found);
    expect(error instanceof Failed, "nothing was found");
    contains(error.message, part, "what was found");
  }, more);
}

const nothing = "Promise.resolve()";
const READ = `fetch("/v1/desk/events").then(async (answer) => {
  await answer.body.getReader().read();
})`;

const cases = {
  "a page that does as described has no problems": () =>
    withPage(`${READ}${DONE}`, async (tab) => {
      await tab.has("Done");
      await tab.check();
      const [stream] = await tab.watch.of("/v1/desk/events");
      equal(stream.text, '{"serial":1}\n', "what was seen of the stream");
    }),
  "a request to another host is found": () =>
    finds('fetch("http://other.test/").catch(() => {})', "asked of another host"),
  "a request to another port is found": () =>
    finds('fetch("http://127.0.0.1:9/").catch(() => {})', "asked of another host"),
  "an error on the console is found": () =>
    finds(`(console.error("oh"), ${nothing})`, "on the console: oh"),
  "an error that nobody catches is found": () =>
    finds(`(setTimeout(() => { throw new Error("lost") }), fetch("/v1/desk/login", {
      method: "POST", body: '{"passcode":"1"}' }))`, "an error of the page"),
  "what the policy stops is found": () =>
    finds(`new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", resolve);
      document.querySelector("h1").setAttribute("style", "color: red");
    })`, "stopped by the Content-Security-Policy"),
  "a line of a stream that is not as described is found": () =>
    finds(READ, "must have required property 'serial'", { event: '{"number":1}\n' }),
  "an answer that is not as described is found": () =>
    finds('fetch("/v1/desk/jobs").then((answer) => answer.text())', "required property 'name'"),
  "an answer that the page breaks off is not taken for a whole one": () =>
    withPage(`document.querySelector("button").onclick = async () => {
      const stop = new AbortController();
      await fetch("/v1/desk/unread", { signal: stop.signal });
      stop.abort();
    }`, async (tab) => {
      await Promise.all([tab.page.waitForEvent("requestfailed"), tab.clickOn("button")]);
      await tab.check();
    }),
  "a request that is not as described is found": () =>
    finds('fetch("/v1/desk/login", { method: "POST", body: "{}" })', "property 'passcode'"),
  "an element that axe objects to is found": () =>
    withPage(nothing, async (tab) => {
      const error = await tab.axe().then(() => null, (found) => found);
      contains(error?.message ?? "nothing", "image-alt", "what axe found");
    }, { markup: '<img src="data:,">' }),
  "what is wider than the window is found": () =>
    withPage(nothing, async (tab) => {
      const error = await tab.notSideways().then(() => null, (found) => found);
      contains(error?.message ?? "nothing", "wide in", "what was found");
    }, { markup: `<p>${"x".repeat(4000)}</p>` }),
  "clicks and keys of a person count, those of a script do not": () =>
    withPage('document.querySelector("button").click()', async (tab) => {
      await tab.clickOn("button");
      await tab.type("12");
      await tab.press("Enter");
      await tab.press("Tab");
      const wanted = { clicks: 1, pastes: 0, enters: 1, digits: 2, others: ["Tab"] };
      equal(await tab.done(), wanted, "what was counted");
    }),
};

const tap = new Tap();
await standIn.start();
browser = await Browser.launch();
process.once("SIGTERM", () => browser.close().finally(() => process.exit(1)));
for (const [name, work] of Object.entries(cases)) await tap.case(name, work);
await browser.close();
standIn.end();
tap.plan();
process.exitCode = tap.failed ? 1 : 0;
