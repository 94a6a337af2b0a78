// SPDX-License-Identifier: Apache-2.0
// page: what the page costs, in Debian's Chromium, beside what the agent says of itself.
//
// Called by ./bench page, which see. First paint: from the start of the navigation, in a browser
// without memory. The page's share of a renewal: from the Enter of a person (a trusted event) until
// the screen of the result stands in the document, less the agent's own wall_ms. From a reader's
// report to the page: from the agent's event, as another listener gets it, until the document shows
// the card; both clocks are this machine's.

import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { Browser } from "../page/browser.mjs";
import { Desk } from "../page/desk.mjs";
import { PASSCODE, System } from "../page/system.mjs";
import { expect } from "../page/tap.mjs";

const DIST = new URL("../../web/dist/", import.meta.url);
const TARGETS = { script_gz: 30 * 1024, share_ms: 50, report_ms: 100 };
const ROUNDS_MIN = 5;

// In the page: when which screen, and which state of reader 2, stood in the document first.
function mark() {
  const marks = [];
  Object.defineProperty(window, "cardwrightMarks", { value: marks });
  const note = (what) => {
    const at = performance.timeOrigin + performance.now();
    if (!marks.some((one) => one.what === what)) marks.push({ what, at });
  };
  new MutationObserver(() => {
    const screen = document.querySelector("[data-screen]")?.dataset.screen;
    const reader = document.querySelector("[data-reader='2']")?.dataset.state;
    note(`${screen} ${reader}`);
  }).observe(document, { childList: true, subtree: true, attributes: true });
  window.addEventListener("keydown", (event) => {
    if (event.isTrusted) note(`key ${event.key}`);
  }, true);
}

const forget = (tab) => tab.page.evaluate(() => (window.cardwrightMarks.length = 0));
const marksOf = (tab) => tab.page.evaluate(() => window.cardwrightMarks);
const firstOf = (marks, test) => marks.find(({ what }) => test.test(what)).at;

async function open(desk) {
  desk.context = await desk.browser.context();
  await desk.context.addInitScript(mark);
  return desk.open();
}

// ---- one round of each ----

// Milliseconds until the first paint of the page, and until its first screen.
async function paint(desk) {
  const tab = await open(desk);
  await tab.screen("login");
  const found = await tab.page.evaluate(() => {
    const [entry] = performance.getEntriesByName("first-contentful-paint");
    return { paint_ms: entry.startTime, origin: performance.timeOrigin };
  });
  const screen = firstOf(await marksOf(tab), /^login/);
  await desk.clear();
  return { paint_ms: found.paint_ms, screen_ms: screen - found.origin };
}

async function insertion(desk, person) {
  await forget(desk.tab);
  const reported = desk.system.reported(2, true);
  await desk.system.put(2, person);
  await desk.tab.screen("card");
  return firstOf(await marksOf(desk.tab), / user$/) - (await reported) * 1000;
}

async function renewal(desk, person) {
  const { tab, system } = desk;
  const report_ms = await insertion(desk, person);
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await forget(tab);
  await tab.enter();
  await tab.screen("result");
  const marks = await marksOf(tab);
  const wall_ms = firstOf(marks, /^result/) - firstOf(marks, /^key Enter/);
  const jobs = (await tab.watch.of("/v1/desk/jobs")).filter(({ method }) => method === "POST");
  const result = JSON.parse(jobs.at(-1).text.trim().split("\n").at(-1));
  await system.pull(2);
  return { report_ms, wall_ms, agent_ms: result.wall_ms, share_ms: wall_ms - result.wall_ms };
}

// ---- all of it ----

const middle = (rows, name) => {
  const values = rows.map((row) => row[name]).sort((a, b) => a - b);
  return (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
};
const worst = (rows, name) => Math.max(...rows.map((row) => row[name]));

async function measure(desk, rounds) {
  const paints = [];
  for (let n = 0; n < rounds; n++) paints.push(await paint(desk));
  await open(desk);
  await desk.logIn("tom-adeyemi");
  const renewals = [];
  for (let n = 1; n <= rounds; n++) {
    renewals.push(await renewal(desk, `due-${String(n).padStart(3, "0")}`));
  }
  await desk.clear();
  return { paints, renewals };
}

function sizes() {
  const of = (name) => readFileSync(new URL(name, DIST));
  const packed = (name) => gzipSync(of(name), { level: 9 }).length;
  const all = ["index.html", "app.js", "app.css", "inter.woff2", "mark.svg"];
  const raw = all.reduce((sum, name) => sum + of(name).length, 0);
  return { script_gz: packed("app.js"), style_gz: packed("app.css"), raw };
}

const kilo = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const whole = (value) => value.toFixed(0);
const ms = (rows, name) => `${whole(middle(rows, name))} ms (worst ${whole(worst(rows, name))})`;

function table({ paints, renewals }, size) {
  const share = middle(renewals, "share_ms"), report = middle(renewals, "report_ms");
  const script = size.script_gz;
  return [
    ["first paint, a browser without memory", ms(paints, "paint_ms")],
    ["first screen", ms(paints, "screen_ms")],
    ["script, compressed", kilo(script), "under 30 KiB", script < TARGETS.script_gz],
    ["style sheet, compressed", kilo(size.style_gz)],
    ["all files, as the agent sends them", kilo(size.raw)],
    ["renewal, Enter to result on screen", ms(renewals, "wall_ms")],
    ["  the agent's own time", ms(renewals, "agent_ms")],
    ["  the page's share", ms(renewals, "share_ms"), "under 50 ms", share < TARGETS.share_ms],
    ["a reader's report to the page", ms(renewals, "report_ms"), "under 100 ms",
      report < TARGETS.report_ms],
  ];
}

function show(rows, options) {
  const load = loadavg()[0].toFixed(1);
  console.log(`${options.rounds} rounds; timing of the cards: ${options.timing}; load ${load}`);
  for (const [what, measured, target = "", met] of rows) {
    const verdict = met === undefined ? "" : met ? "met" : "MISSED";
    const columns = [what.padEnd(38), measured.padEnd(24), target.padEnd(14), verdict];
    console.log(`  ${columns.join(" ")}`.trimEnd());
  }
}

function optionsOf() {
  const { values } = parseArgs({ options: {
    rounds: { type: "string", default: "7" }, timing: { type: "string", default: "card" },
    json: { type: "boolean", default: false } } });
  const options = { ...values, rounds: Number(values.rounds) };
  expect(options.rounds >= ROUNDS_MIN, `${ROUNDS_MIN} rounds at least`);
  expect(["none", "card"].includes(options.timing), "--timing needs none or card");
  return options;
}

async function main() {
  const options = optionsOf();
  const browser = await Browser.launch();
  let system;
  try {
    system = await System.start({ due: options.rounds, timing: options.timing });
    const found = await measure(new Desk(system, browser, { described: false }), options.rounds);
    const size = sizes();
    if (options.json) console.log(JSON.stringify({ ...found, size, targets: TARGETS }, null, 1));
    else show(table(found, size), options);
  } finally {
    await browser.close();
    await system?.stop();
  }
}

await main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
