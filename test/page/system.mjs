// SPDX-License-Identifier: Apache-2.0
// system: the whole system as real processes, started and asked through test/e2e/stack_service.py.
//
//     const system = await System.start({ due: 3 });
//     await system.insert(2, "aisha-khan");     // any call of stack_service.py, in camelCase
//     await system.stop();

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Failed, within } from "./tap.mjs";

const SERVICE = fileURLToPath(new URL("../e2e/stack_service.py", import.meta.url));
const START_SECONDS = 120;
const CALL_SECONDS = 90;
const END_SECONDS = 60;

export const PASSCODE = "471108";
export const NEW_PASSCODE = "246813";
export const WRONG_PASSCODE = "815000";

export class System {
  static async start(options = {}) {
    const system = new System(options);
    try {
      const first = await within(START_SECONDS, system.first, "the system starts");
      if (!first.ready) throw new Failed(first.error);
    } catch (error) {
      await system.end();
      throw error;
    }
    return new Proxy(system, { get: (self, name) => self[name] ?? callOf(self, name) });
  }

  constructor(options) {
    this.waiting = new Map();
    this.next = 1;
    this.child = spawn("/usr/bin/python3", [SERVICE, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
    this.first = new Promise((resolve) => (this.saidFirst = resolve));
    createInterface({ input: this.child.stdout }).on("line", (line) => this.heard(JSON.parse(line)));
    this.ended.then(() => this.lose());
    this.child.stdin.on("error", () => {}); // that it has ended is said by "close"
  }

  heard(message) {
    if (message.id === undefined) return this.saidFirst(message);
    const { resolve, reject } = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error !== undefined) reject(new Failed(message.error));
    else resolve(message.result);
  }

  lose() {
    this.saidFirst({ ready: false, error: "stack_service.py has ended" });
    const error = new Failed("stack_service.py has ended");
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  call(name, args, seconds = CALL_SECONDS) {
    const id = this.next++;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.child.stdin.write(`${JSON.stringify({ id, call: name, args })}\n`);
    return within(seconds, answer, name);
  }

  // Ends everything; fails with all that was not as it must be.
  async stop() {
    try {
      await this.call("stop", [], END_SECONDS);
    } finally {
      await this.end();
    }
  }

  // The end of its input ends it; a process that does not obey is killed.
  async end() {
    this.child.stdin.end();
    try {
      await within(END_SECONDS, this.ended, "the system ends");
    } catch (error) {
      this.child.kill("SIGKILL");
      throw error;
    }
  }
}

function callOf(system, name) {
  if (typeof name !== "string" || name === "then") return undefined;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return (...args) => system.call(snake, args);
}
