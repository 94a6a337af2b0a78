// SPDX-License-Identifier: Apache-2.0
// test_page_attacks: what other web pages and programs try on the port where the page is served.
// Each attack must fail on the agent as it is, and succeed on one from which just that check was
// removed (control/): an attack that cannot succeed would prove nothing.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { run } from "./desk.mjs";
import { PASSCODE } from "./system.mjs";
import { absent, contains, equal, expect } from "./tap.mjs";
import { Wire, ask, request, short } from "./wire.mjs";

const CONTROL = fileURLToPath(new URL("../../build/check/control/", import.meta.url));
const BUILD = fileURLToPath(new URL("control/build", import.meta.url));
const FOREIGN_NAME = "rebind.test";
const BODY_MAX = 16 * 1024;
const SLOW_PEERS = 120;
const CLOSED_MS = { earliest: 9500, latest: 13500 };
const SERVED_MS = 2000;
const PING_SECONDS = 15;
const EMPTY_LINE = "\r\n1\r\n\n\r\n"; // as a part of its own
const SUCCEEDED = "the attack succeeded";
const JSON_BODY = { "Content-Type": "application/json" };

// ---- the two agents ----

// Where the page of an agent is; `token` makes a new one, `owner` is a page that is in order.
class Place {
  static async of(desk, agent) {
    const { address } = await desk.system.page(agent);
    return new Place(desk, agent, Number(new URL(address).port));
  }

  constructor(desk, agent, port) {
    Object.assign(this, { desk, agent, port, origin: `http://127.0.0.1:${port}` });
  }

  async token() {
    return new URL((await this.desk.system.page(this.agent)).address).hash.slice(1);
  }

  ask(what) {
    return ask(this.port, what);
  }

  redeem(token, fields = {}) {
    const body = JSON.stringify({ token });
    const all = { ...JSON_BODY, ...fields };
    return this.ask({ method: "POST", path: "/v1/page", fields: all, body });
  }

  async bearer() {
    const answer = await this.redeem(await this.token());
    equal(answer.status, 200, "the page's own token");
    return JSON.parse(answer.body).bearer;
  }

  async stream(fields) {
    const wire = await Wire.open(this.port);
    wire.send(request(this.port, { path: "/v1/desk/events", fields }));
    return wire.until(({ text }) => text.includes("serial"), "the state of the desk");
  }
}

function authorised(bearer) {
  return { Authorization: `Bearer ${bearer}` };
}

// The attack says how it was refused, or SUCCEEDED.
function against(control, attack, refusal) {
  return async (desk) => {
    equal(await attack(await Place.of(desk, 0), desk), refusal, "the agent as it is");
    const weak = await desk.system.newAgent(`without-${control}`, `${CONTROL}${control}`);
    const outcome = await attack(await Place.of(desk, weak), desk);
    equal(outcome, SUCCEEDED, `the agent without its check of '${control}'`);
  };
}

// ---- other names ----

async function rebinding(place, desk) {
  const context = await desk.browser.context();
  try {
    const page = await context.newPage();
    const answer = await page.goto(`http://${FOREIGN_NAME}:${place.port}/`);
    if (answer.status() !== 200) return short({ status: answer.status(), body: "" });
    contains(await page.content(), "/app.js", "what the foreign name was given");
    return SUCCEEDED;
  } finally {
    await context.close();
  }
}

async function otherHosts(desk) {
  const { port } = await Place.of(desk, 0);
  const names = [`localhost:${port}`, "127.0.0.1", `127.0.0.1:${port + 1}`, `[::1]:${port}`,
    `127.0.0.1.:${port}`, `127.0.0.1:${port}@evil.test`, ` `, `0:${port}`, `2130706433:${port}`];
  for (const Host of names) {
    const { status } = await ask(port, { fields: { Host } });
    expect([400, 421].includes(status), `Host '${Host}': ${status}`);
  }
  equal((await ask(port, { fields: { Host: null } })).status, 400, "no Host");
  const twice = { fields: { Host: `127.0.0.1:${port}\r\nHost: evil.test` } };
  equal((await ask(port, twice)).status, 400, "two Hosts");
  equal((await ask(port, {})).status, 200, "its own");
}

// ---- pages of another port ----

// A page that somebody else serves on this machine, and its script.
async function withForeignPage(desk, script, work) {
  const server = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end(`<!doctype html><title>Elsewhere</title><p>waits</p><script>${script}</script>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const context = await desk.browser.context();
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await work(page);
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
}

// It cannot read the answer, but the token would be used up.
async function burnToken(place, desk) {
  const token = await place.token();
  const post = `fetch("${place.origin}/v1/page", { method: "POST", mode: "no-cors",
    body: JSON.stringify({ token: "${token}" }) })`;
  const script = `${post}.finally(() => (document.querySelector("p").textContent = "done"))`;
  await withForeignPage(desk, script, (page) => page.getByText("done").waitFor());
  const answer = await place.redeem(token);
  return answer.status === 200 ? "the owner's token is good" : SUCCEEDED;
}

async function readsNothing(desk) {
  const place = await Place.of(desk, 0);
  await place.bearer();
  const paths = ["/", "/app.js", "/v1/desk", "/v1/desk/events", "/v1/desk/jobs"];
  const urls = JSON.stringify(paths.map((path) => place.origin + path));
  const script = `
    const tried = ${urls}.map((url) => fetch(url).then((answer) => answer.text(), () => ""));
    const source = new EventSource("${place.origin}/v1/desk/events");
    const told = new Promise((resolve) => (source.onmessage = source.onerror = resolve));
    const frame = document.body.appendChild(document.createElement("iframe"));
    const framed = new Promise((resolve) => (frame.onload = resolve));
    frame.src = "${place.origin}/";
    Promise.all([Promise.all(tried), told, framed]).then(([texts, event]) => {
      document.querySelector("p").textContent = "got: " + texts.join("") + (event.data ?? "");
    });`;
  await withForeignPage(desk, script, async (page) => {
    await page.getByText("got:").waitFor();
    equal(await page.locator("p").textContent(), "got: ", "what the page of another port read");
    const [, frame] = page.frames();
    absent(await frame.content(), "app.js", "what was framed");
  });
}

// As a browser that knows no Sec-Fetch-Site would send it.
async function foreignOrigin(place) {
  const token = await place.token();
  const answer = await place.redeem(token, { Origin: "http://127.0.0.1:9" });
  return answer.status === 200 ? SUCCEEDED : short(answer);
}

// As a browser sends it for a script or an image: without Origin.
async function foreignSite(place) {
  const fields = { "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors",
    "Sec-Fetch-Dest": "script" };
  const answer = await place.ask({ path: "/app.js", fields });
  return answer.status === 200 ? SUCCEEDED : short(answer);
}

async function navigation(desk) {
  const place = await Place.of(desk, 0);
  const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document" };
  equal((await place.ask({ fields: link })).status, 200, "a link to the page");
  const bearer = authorised(await place.bearer());
  const other = await place.ask({ path: "/v1/desk", fields: { ...link, ...bearer } });
  equal(short(other), "403 PAGE_ORIGIN", "a link to the state of the desk");
  const frame = await place.ask({ fields: { ...link, "Sec-Fetch-Dest": "iframe" } });
  equal(short(frame), "403 PAGE_ORIGIN", "a frame");
  const body = await place.ask({ method: "POST", path: "/", fields: link, body: "a=b" });
  expect(body.status >= 400, `a form: ${body.status}`);
}

// ---- token and bearer ----

async function replay(place) {
  const token = await place.token();
  equal((await place.redeem(token)).status, 200, "the token, once");
  const answer = await place.redeem(token);
  return answer.status === 200 ? SUCCEEDED : short(answer);
}

async function guessed(desk) {
  const place = await Place.of(desk, 0);
  const token = await place.token();
  const wrong = ["", "0".repeat(32), token.slice(0, 31), `${token}0`, token.toUpperCase() + " "];
  for (const one of wrong) {
    equal(short(await place.redeem(one)), "401 PAGE_TOKEN", `the token '${one}'`);
  }
  equal((await place.redeem(token)).status, 200, "the right one after that");
  expect(new Set([token, await place.token(), await place.token()]).size === 3, "a token again");
  expect(/^[0-9a-f]{32}$/.test(token), "a token is 128 bits");
}

async function withoutBearer(place) {
  await place.bearer();
  const answers = [await place.ask({ path: "/v1/desk" })];
  for (const bearer of ["", "0".repeat(64), "null"]) {
    answers.push(await place.ask({ path: "/v1/desk", fields: authorised(bearer) }));
  }
  const read = answers.every((answer) => answer.status === 200 && answer.body.includes("readers"));
  return read ? SUCCEEDED : [...new Set(answers.map(short))].join();
}

async function olderBearer(desk) {
  const place = await Place.of(desk, 0);
  const older = authorised(await place.bearer());
  equal((await place.ask({ path: "/v1/desk", fields: older })).status, 200, "the bearer");
  await place.bearer();
  const answer = await place.ask({ path: "/v1/desk", fields: older });
  equal(short(answer), "401 PAGE_BEARER", "the bearer when there is a newer one");
}

async function everyPath(desk) {
  const place = await Place.of(desk, 0);
  const body = "{}";
  const gets = ["", "/events", "/jobs", "/people?q=khan", "/people/900000000066",
    "/people/900000000066/photo"].map((path) => ({ path: `/v1/desk${path}` }));
  const posts = ["login", "profile", "logout", "identify", "jobs", "test"].map((name) => (
    { method: "POST", path: `/v1/desk/${name}`, fields: JSON_BODY, body }));
  for (const one of [...gets, ...posts]) {
    equal(short(await place.ask(one)), "401 PAGE_BEARER", `${one.path} without a bearer`);
  }
  const bearer = authorised(await place.bearer());
  const address = { method: "POST", path: "/v1/desk/page", fields: { ...JSON_BODY, ...bearer } };
  const answer = await place.ask({ ...address, body });
  equal(answer.status, 404, "an address for somebody else, asked for by the page");
}

// ---- streams ----

async function foreignStream(place) {
  await place.bearer();
  const wire = await place.stream({});
  wire.end();
  return wire.answer().status === 200 ? SUCCEEDED : short(wire.answer());
}

// A page that was opened before must not see what happens after it was replaced.
async function olderStream(place, desk) {
  const wire = await place.stream(authorised(await place.bearer()));
  await place.bearer();
  await desk.system.insert(2, "aisha-khan");
  await wire.until(({ text }) => text.includes("serial 10000006"), "the end, or the card");
  await desk.system.pull(2);
  wire.end();
  return wire.text.includes("serial 10000006") ? SUCCEEDED : "the stream ended";
}

async function thirdStream(place) {
  const bearer = authorised(await place.bearer());
  const wires = [await place.stream(bearer), await place.stream(bearer)];
  equal(wires.map((wire) => wire.answer().status), [200, 200], "two streams");
  wires.push(await place.stream(bearer));
  const third = wires[2].answer();
  wires.forEach((wire) => wire.end());
  return third.status === 200 ? SUCCEEDED : short(third);
}

async function streamsLeft(desk) {
  const place = await Place.of(desk, 0);
  const bearer = authorised(await place.bearer());
  for (let n = 0; n < 5; n++) {
    const wire = await place.stream(bearer);
    equal(wire.answer().status, 200, `stream ${n + 1}, the one before closed`);
    const closed = wire.untilClosed("the end");
    wire.end();
    await closed;
  }
}

// ---- bodies ----

async function oversized(place) {
  const bearer = authorised(await place.bearer());
  const passcode = "1".repeat(BODY_MAX);
  const fields = { ...JSON_BODY, ...bearer };
  const body = JSON.stringify({ passcode });
  const whole = await place.ask({ method: "POST", path: "/v1/desk/login", fields, body });
  return whole.status === 413 ? "413" : SUCCEEDED;
}

async function oversizedOtherwise(desk) {
  const { port } = await Place.of(desk, 0);
  const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`;
  const post = { method: "POST", path: "/v1/page" };
  const chunked = { ...JSON_BODY, "Transfer-Encoding": "chunked" };
  const parts = await ask(port, { ...post, fields: chunked, body: chunk + chunk });
  equal(parts.status, 413, "in parts, without a length");
  const announced = { ...JSON_BODY, "Content-Length": 1 << 30 };
  const never = await ask(port, { ...post, fields: announced, body: "{" });
  equal(never.status, 413, "a length that is only announced");
  const head = await ask(port, { fields: { "X-Filler": "a".repeat(64 * 1024) } });
  expect([400, 431].includes(head.status), `fields of 64 KiB: ${head.status}`);
}

// ---- slow peers ----

// Each says a little of a request now and then, and never all of it; or nothing at all.
function slowTexts(port) {
  const body = { method: "POST", path: "/v1/page", body: "x".repeat(1000) };
  const field = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Filler: ${"x".repeat(1000)}`;
  return [request(port, body).padEnd(1300, "x"), field, ""];
}

async function openSlow(port) {
  const texts = slowTexts(port);
  const wires = Array.from({ length: SLOW_PEERS }, () => Wire.open(port));
  return (await Promise.all(wires)).map((wire, n) => ({ wire, text: texts[n % texts.length] }));
}

function trickle(slow) {
  let sent = 0;
  const timer = setInterval(() => {
    for (const { wire, text } of slow) {
      if (!wire.isClosed && sent < text.length) wire.send(text[sent]);
    }
    sent += 1;
  }, 200);
  return () => clearInterval(timer);
}

const lateness = ({ wire }) =>
  wire.untilClosed("the end", CLOSED_MS.latest / 1000).then(
    () => wire.closedAt - wire.openedAt,
    () => Infinity,
  );

async function slowloris(place) {
  const slow = await openSlow(place.port);
  const stop = trickle(slow);
  try {
    const asked = Date.now();
    equal((await place.ask({})).status, 200, "somebody else is served meanwhile");
    expect(Date.now() - asked < SERVED_MS, `served after ${Date.now() - asked} ms`);
    const ages = await Promise.all(slow.map(lateness));
    expect(Math.min(...ages) >= CLOSED_MS.earliest, `closed after ${Math.min(...ages)} ms`);
    return Math.max(...ages) === Infinity ? SUCCEEDED : "each is closed";
  } finally {
    stop();
    slow.forEach(({ wire }) => wire.end());
  }
}

// Time itself is what is tested: both agents at once.
async function slowPeers(desk) {
  const weak = await desk.system.newAgent("without-deadline", `${CONTROL}deadline`);
  const places = [await Place.of(desk, 0), await Place.of(desk, weak)];
  const outcomes = await Promise.all(places.map(slowloris));
  equal(outcomes, ["each is closed", SUCCEEDED], "the agent as it is, and without a deadline");
}

async function longStream(desk) {
  const place = await Place.of(desk, 0);
  const wire = await place.stream(authorised(await place.bearer()));
  await wire.until(({ text }) => text.includes(EMPTY_LINE), "a sign of life", PING_SECONDS + 5);
  expect(!wire.isClosed, "a stream ended with the deadline of requests");
  wire.end();
}

// ---- what every answer says ----

const SAID = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

async function everyAnswer(desk) {
  const { port } = await Place.of(desk, 0);
  const asked = [{}, { path: "/app.js" }, { path: "/app.css" }, { path: "/nothing" },
    { path: "/v1/desk" }, { path: "/", fields: { Host: "evil.test" } },
    { path: "/", fields: { Origin: "http://evil.test" } },
    { path: "/../../etc/passwd" }, { path: "/%2e%2e/agent.json" }];
  for (const one of asked) {
    const { fields } = await ask(port, one);
    for (const [name, value] of Object.entries(SAID)) {
      equal(fields.get(name), value, `${name} of ${JSON.stringify(one)}`);
    }
    contains(fields.get("content-security-policy"), "default-src 'none'", JSON.stringify(one));
    absent([...fields.keys()].join(), "access-control", "fields that permit another origin");
    expect(!fields.has("set-cookie"), "a cookie");
  }
  const options = { method: "OPTIONS", path: "/v1/page", fields: { Origin: "http://evil.test" } };
  equal((await ask(port, options)).status, 405, "OPTIONS");
}

async function nothingHeard(desk) {
  const place = await Place.of(desk, 0);
  const fields = { ...JSON_BODY, ...authorised(await place.bearer()) };
  await desk.system.insert(1, "tom-adeyemi");
  const login = { method: "POST", path: "/v1/desk/login", fields };
  const answer = await place.ask({ ...login, body: JSON.stringify({ passcode: PASSCODE }) });
  equal(answer.status, 200, "log-in through the page's port");
  equal(await desk.system.lineHolding(PASSCODE), [], "requests to the server with the passcode");
  equal(await desk.system.logsHolding(PASSCODE), [], "logs with the passcode");
  const token = await place.token();
  await place.redeem(token);
  equal(await desk.system.logsHolding(token), [], "logs with a token");
}

execFileSync(BUILD, { stdio: ["ignore", 2, 2] });
await run({
  "a foreign name that leads to this machine gets nothing": against("host", rebinding, "421"),
  "no other Host is answered": otherHosts,
  "the page of another port does not use up the token":
    against("origin-and-site", burnToken, "the owner's token is good"),
  "the page of another port reads nothing, follows nothing and frames nothing": readsNothing,
  "a foreign Origin is refused where nothing else tells": against("origin", foreignOrigin,
    "403 PAGE_ORIGIN"),
  "a foreign Sec-Fetch-Site is refused where nothing else tells": against("site", foreignSite,
    "403 PAGE_ORIGIN"),
  "from elsewhere one may link to the page, and to nothing else": navigation,
  "a token is good once": against("token", replay, "401 PAGE_TOKEN"),
  "a wrong token opens nothing and spoils nothing": guessed,
  "the desk is not told to whoever has no bearer": against("bearer", withoutBearer,
    "401 PAGE_BEARER"),
  "a bearer ends when the page is opened anew": olderBearer,
  "every path needs the bearer, and none makes an address": everyPath,
  "a stream without bearer is refused": against("bearer", foreignStream, "401 PAGE_BEARER"),
  "the stream of an older page ends": against("older-stream", olderStream, "the stream ended"),
  "a third stream is refused": against("streams", thirdStream, "409 PAGE_STREAMS"),
  "streams that were closed leave their place to others": streamsLeft,
  "a body over 16 KiB is refused": against("body", oversized, "413"),
  "a body is refused however its size is hidden": oversizedOtherwise,
  "peers that never finish a request are closed, and meanwhile others are served": slowPeers,
  "a stream outlives the deadline, with a sign of life": longStream,
  "every answer forbids frames, sniffing, foreign scripts and keeping": everyAnswer,
  "neither passcode nor token gets into a log or to the server": nothingHeard,
}, {}, [FOREIGN_NAME]);
