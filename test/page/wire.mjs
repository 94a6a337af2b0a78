// SPDX-License-Identifier: Apache-2.0
// wire: HTTP written by hand, for requests that no browser and no library would send.

import { connect } from "node:net";
import { once } from "node:events";
import { within } from "./tap.mjs";

const SECONDS = 10;

export class Wire {
  static async open(port) {
    const wire = new Wire(connect(port, "127.0.0.1"));
    await within(SECONDS, once(wire.socket, "connect"), "a connection");
    return wire;
  }

  constructor(socket) {
    Object.assign(this, { socket, text: "", isClosed: false, openedAt: Date.now() });
    this.waiting = new Set();
    socket.setEncoding("latin1");
    socket.on("data", (part) => this.notice((this.text += part)));
    socket.on("error", () => {}); // that it is closed is what counts
    socket.on("close", () => this.notice((this.isClosed = true)));
  }

  notice() {
    this.closedAt ??= this.isClosed ? Date.now() : undefined;
    for (const look of this.waiting) look();
  }

  send(text) {
    this.socket.write(text, "latin1");
  }

  // Until `condition` of this wire is true, or it is closed.
  async until(condition, what, seconds = SECONDS) {
    let look;
    const seen = new Promise((resolve) => {
      look = () => (condition(this) || this.isClosed) && resolve();
    });
    this.waiting.add(look);
    look();
    await within(seconds, seen, what).finally(() => this.waiting.delete(look));
    return this;
  }

  untilClosed(what, seconds) {
    return this.until(() => false, what, seconds);
  }

  // The answer so far: status, fields, text of the body.
  answer() {
    const [head, ...rest] = this.text.split("\r\n\r\n");
    const [first, ...fields] = head.split("\r\n");
    const pair = (line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    };
    const body = rest.join("\r\n\r\n");
    return { status: Number(first.split(" ")[1]), fields: new Map(fields.map(pair)), body };
  }

  end() {
    this.socket.destroy();
  }
}

// The text of a request. A field that is null is left out.
export function request(port, { method = "GET", path = "/", fields = {}, body }) {
  const all = { Host: `127.0.0.1:${port}`, Connection: "close", ...fields };
  if (body !== undefined && !("Content-Length" in all) && !("Transfer-Encoding" in all)) {
    all["Content-Length"] = Buffer.byteLength(body);
  }
  const lines = Object.entries(all).filter(([, value]) => value !== null);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${method} ${path} HTTP/1.1\r\n${head}\r\n${body ?? ""}`;
}

// One request, the whole answer.
export async function ask(port, what) {
  const wire = await Wire.open(port);
  try {
    wire.send(request(port, what));
    return (await wire.untilClosed("an answer")).answer();
  } finally {
    wire.end();
  }
}

// "401 PAGE_BEARER": what an answer says in short.
export function short({ status, body }) {
  const name = /"name":"([A-Z_]+)"/.exec(body)?.[1];
  return name ? `${status} ${name}` : `${status}`;
}
