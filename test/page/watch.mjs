// SPDX-License-Identifier: Apache-2.0
// watch: sees all that one tab asks for and gets, and holds it against what is permitted: its own
// origin only, what docs/protocol/desk.openapi.json describes, no error on the console, nothing
// that the Content-Security-Policy had to stop.

import { Failed } from "./tap.mjs";

// Chromium says so of every answer that is not 2xx; whether one was right is for the test to say.
const REFUSED = /^Failed to load resource: the server responded with a status of \d+/;
const INLINE = /^(blob|data):/;

export class Watch {
  static async on(page, origin, api) {
    const watch = new Watch(origin, api);
    page.on("console", (message) => watch.console(message));
    page.on("pageerror", (error) => watch.problems.push(`an error of the page: ${error.stack}`));
    watch.session = await page.context().newCDPSession(page);
    watch.session.on("Network.requestWillBeSent", (event) => watch.asked(event));
    watch.session.on("Network.responseReceived", (event) => watch.answered(event));
    watch.session.on("Network.dataReceived", (event) => watch.received(event));
    watch.session.on("Network.loadingFinished", (event) => watch.ended(event));
    watch.session.on("Network.loadingFailed", (event) => watch.ended(event));
    await watch.session.send("Network.enable");
    return watch;
  }

  constructor(origin, api) {
    Object.assign(this, { origin, api, problems: [], allowed: [], exchanges: [] });
    Object.assign(this, { byId: new Map(), pending: new Set() });
  }

  // Errors on the console that this case brings about on purpose.
  allow(...patterns) {
    this.allowed.push(...patterns);
  }

  console(message) {
    if (message.type() !== "error" || REFUSED.test(message.text())) return;
    if (this.allowed.some((pattern) => pattern.test(message.text()))) return;
    this.problems.push(`on the console: ${message.text()}`);
  }

  asked({ requestId, request }) {
    if (INLINE.test(request.url)) return;
    const url = new URL(request.url);
    if (url.origin !== this.origin) this.problems.push(`asked of another host: ${request.url}`);
    const exchange = {
      method: request.method, path: url.pathname, url: request.url, headers: request.headers,
      body: request.postData, parts: [],
    };
    this.exchanges.push(exchange);
    this.byId.set(requestId, exchange);
    if (this.api && isApi(exchange)) this.problems.push(...this.api.requestProblems(exchange));
  }

  answered({ requestId, response }) {
    const exchange = this.byId.get(requestId);
    if (!exchange) return;
    Object.assign(exchange, { status: response.status, type: response.mimeType });
    exchange.answerHeaders = response.headers;
    if (isApi(exchange)) this.pend(this.readAll(requestId, exchange));
  }

  // What had come before this was asked for, then each part as it comes.
  async readAll(requestId, exchange) {
    try {
      const first = await this.session.send("Network.streamResourceContent", { requestId });
      exchange.parts.unshift(Buffer.from(first.bufferedData, "base64"));
    } catch {
      await this.readEnded(requestId, exchange);
    }
  }

  async readEnded(requestId, exchange) {
    try {
      const whole = await this.session.send("Network.getResponseBody", { requestId });
      exchange.parts.push(Buffer.from(whole.body, whole.base64Encoded ? "base64" : "utf8"));
    } catch {
      exchange.lost = true; // the tab has gone on to another document, or was closed
    }
  }

  received({ requestId, data }) {
    if (data) this.byId.get(requestId)?.parts.push(Buffer.from(data, "base64"));
  }

  // One that the page itself breaks off has no end: what had come of it is not the whole answer.
  ended({ requestId, canceled }) {
    const exchange = this.byId.get(requestId);
    if (exchange && !canceled) exchange.ended = true;
  }

  pend(promise) {
    this.pending.add(promise);
    promise.finally(() => this.pending.delete(promise));
  }

  bodyOf(exchange) {
    return Buffer.concat(exchange.parts).toString("utf8");
  }

  // The requests to one place, with what was answered.
  async of(path) {
    await Promise.all(this.pending);
    const found = this.exchanges.filter((one) => one.path === path);
    return found.map((one) => ({ ...one, text: this.bodyOf(one) }));
  }

  // Fails with everything that was not as it must be.
  async check() {
    await Promise.all(this.pending);
    const known = (one) => this.api && isApi(one) && one.status && !one.lost;
    const answers = this.exchanges.filter(known);
    const wrong = [...this.problems, ...answers.flatMap((one) => this.answerProblems(one))];
    if (wrong.length) throw new Failed([...new Set(wrong)].join("\n"));
  }

  // Of a stream that goes on, or was broken off, the lines that were complete.
  answerProblems(exchange) {
    const text = this.bodyOf(exchange);
    const isStream = exchange.type.includes("ndjson");
    if (!isStream && !exchange.ended) return [];
    const body = isStream ? text.slice(0, text.lastIndexOf("\n") + 1) : text;
    return this.api.problems({ ...exchange, body });
  }
}

function isApi(exchange) {
  return exchange.path.startsWith("/v1/");
}
