// SPDX-License-Identifier: Apache-2.0
// page: what the page of the desk costs. Called by ./bench page, which see.
//
//   first paint   of the page in a browser that knows nothing yet, as the browser tells it
//   script        app.js, as gzip -9 makes it
//   share         of a renewal: from Enter in the browser until the result is shown, less what the
//                 job took by the agent's own word (wall_ms)
//   reader        from the agent's word of a card in a reader, as another client of the agent hears it,
//                 until the page shows it

import { readFileSync } from "node:fs";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Browser } from "../page/browser.mjs";
import { Desk } from "../page/desk.mjs";
import { PASSCODE, System } from "../page/system.mjs";

const ROUNDS = 7;
const SCRIPT = fileURLToPath(new URL("../../web/dist/app.js", import.meta.url));
const TARGETS = { script: 30 * 1024, share: 50, reader: 100 };

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// In the page, before its script: when a result and a card in a reader were first there, the last
// Enter, and what the agent says that a job took.
function measure() {
  const seen = (window.cardwrightBench = { result: 0, reader: 0, enter: 0, wall: 0 });
  const look = () => {
    if (!seen.result && document.querySelector("[data-screen=result]")) seen.result = performance.now();
    const card = document.querySelector("[data-reader='2'][data-state=user]");
    if (!seen.reader && card) seen.reader = Date.now();
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-screen", "data-state"],
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Enter") seen.enter = performance.now();
  }, true);
  const ask = window.fetch;
  window.fetch = async (path, options) => {
    const answer = await ask(path, options);
    if (answer.ok && path.endsWith("/jobs") && options.method === "POST") {
      void answer.clone().text().then((text) => {
        seen.wall = Number(/"wall_ms":(\d+)/.exec(text)?.[1] ?? 0);
      });
    }
    return answer;
  };
}

// Another client of the agent: when it hears of a user's card.
async function listen(system) {
  const socketPath = `${await system.folder()}/desk-1/agent.sock`;
  const heard = { at: 0 };
  const request = get({ socketPath, path: "/v1/desk/events", host: "agent" }, (answer) => {
    answer.setEncoding("utf8").on("data", (text) => {
      if (/"present":true,"contactless":false,"role":"user"/.test(text)) heard.at ||= Date.now();
    });
  });
  request.on("error", () => {});
  return { heard, end: () => request.destroy() };
}

async function renewal(desk, heard, person) {
  const { tab, system } = desk;
  heard.at = 0;
  await tab.page.evaluate(() => Object.assign(window.cardwrightBench, { result: 0, reader: 0, wall: 0 }));
  await system.put(2, person);
  await tab.screen("card");
  await tab.focus("[data-action=primary]");
  await tab.enter();
  await tab.screen("form-renew");
  await tab.fill("passcode", PASSCODE);
  await tab.enter();
  await tab.screen("result");
  const seen = await tab.page.waitForFunction(() => window.cardwrightBench.wall > 0 && window.cardwrightBench);
  const { result, enter, wall, reader } = await seen.jsonValue();
  await system.pull(2);
  return { share: result - enter - wall, wall, reader: reader - heard.at };
}

async function firstPaint(desk) {
  const tab = await desk.open();
  await tab.screen("login");
  return tab.page.evaluate(() => performance.getEntriesByName("first-paint")[0]?.startTime ?? NaN);
}

async function allRounds(desk) {
  const paint = await firstPaint(desk);
  await desk.logIn("tom-adeyemi");
  const { heard, end } = await listen(desk.system);
  const rounds = [];
  for (let i = 1; i <= ROUNDS; i++) {
    rounds.push(await renewal(desk, heard, `due-${String(i).padStart(3, "0")}`));
  }
  end();
  return { paint, rounds };
}

async function run() {
  const system = await System.start({ due: ROUNDS });
  const browser = await Browser.launch();
  try {
    const desk = new Desk(system, browser);
    desk.context = await browser.context();
    await desk.context.addInitScript(measure);
    return await allRounds(desk);
  } finally {
    await browser.close();
    await system.stop();
  }
}

function row(name, value, unit, target) {
  const judged = target === undefined ? "" : value <= target ? `ok (at most ${target})` : `TOO MUCH (at most ${target})`;
  console.log(`${name.padEnd(44)} ${String(Math.round(value)).padStart(7)} ${unit.padEnd(6)} ${judged}`);
  return target === undefined || value <= target;
}

const { paint, rounds } = await run();
const script = gzipSync(readFileSync(SCRIPT), { level: 9 }).length;
const of = (name) => median(rounds.map((round) => round[name]));
const good = [
  row("script, compressed", script, "bytes", TARGETS.script),
  row("first paint", paint, "ms"),
  row("a card in a reader, until it is on the page", of("reader"), "ms", TARGETS.reader),
  row("renewal, the agent's part", of("wall"), "ms"),
  row(`renewal, the page's part (median of ${ROUNDS})`, of("share"), "ms", TARGETS.share),
];
process.exitCode = good.every(Boolean) ? 0 : 1;
