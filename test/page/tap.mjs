// SPDX-License-Identifier: Apache-2.0
// tap: checks, and results as TAP. A case's name reads as a sentence.

export class Failed extends Error {}

export function expect(condition, what) {
  if (!condition) throw new Failed(what);
}

export function equal(actual, wanted, what) {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(wanted)];
  expect(is === should, `${what}: ${is}, not ${should}`);
}

export function contains(text, part, what) {
  expect(text.includes(part), `${what}: ${JSON.stringify(part)} is not in ${JSON.stringify(text)}`);
}

export function absent(text, part, what) {
  expect(!text.includes(part), `${what}: ${JSON.stringify(part)} is in ${JSON.stringify(text)}`);
}

// A wait for an event, with an end. The timer does not outlive the event.
export async function within(seconds, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    const give = () => reject(new Failed(`${what}: not within ${seconds} s`));
    timer = setTimeout(give, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Tap {
  count = 0;
  failed = 0;

  result(good, name) {
    this.count += 1;
    this.failed += good ? 0 : 1;
    console.log(`${good ? "ok" : "not ok"} ${this.count} - ${name}`);
  }

  explain(text) {
    for (const line of String(text).trimEnd().split("\n")) console.log(`# ${line}`);
  }

  // True when it passed. The next case runs all the same.
  async case(name, work) {
    const started = Date.now();
    try {
      await work();
    } catch (error) {
      this.result(false, name);
      this.explain(error instanceof Failed ? `${error.message}\n${placeOf(error)}` : error.stack);
      return false;
    }
    this.result(true, name);
    this.explain(`${((Date.now() - started) / 1000).toFixed(1)} s`);
    return true;
  }

  plan() {
    console.log(`1..${this.count}`);
  }
}

function placeOf(error) {
  return (error.stack ?? "").split("\n").filter((line) => /test_\w+\.mjs/.test(line)).join("\n");
}

// All cases, or those whose name holds a word of the command line.
export function chosen(cases) {
  const words = process.argv.slice(2);
  const wanted = ([name]) => !words.length || words.some((word) => name.includes(word));
  return Object.entries(cases).filter(wanted);
}
