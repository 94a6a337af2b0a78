// SPDX-License-Identifier: Apache-2.0
// openapi: is what went between page and agent what docs/protocol/desk.openapi.json says?

import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const FILE = new URL("../../docs/protocol/desk.openapi.json", import.meta.url);
const LINES = "application/x-ndjson";

export class OpenApi {
  constructor(document = JSON.parse(readFileSync(FILE, "utf8"))) {
    this.document = document;
    // Known to JSON Schema, not to the validator: formats of numbers and texts.
    this.ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    this.ajv.addSchema(document, "desk", undefined, false);
    this.paths = Object.keys(document.paths).map((path) => ({ path, pattern: patternOf(path) }));
    this.compiled = new Map();
  }

  // What is wrong with an answer, as texts; [] when nothing is.
  problems({ method, url, status, type, body }) {
    const name = `${method} ${url} ${status}`;
    const place = this.answerPlace(method, new URL(url, "http://desk").pathname, status);
    if (!place) return [`${name}: not described`];
    const media = this.at(place).content ?? {};
    const given = type.split(";")[0].trim();
    const kind = [given, `${given.split("/")[0]}/*`].find((one) => one in media);
    if (!kind) return [`${name}: ${given} is not described`];
    const schema = [...place, "content", kind, media[kind].itemSchema ? "itemSchema" : "schema"];
    return this.bodyProblems(name, kind, schema, body);
  }

  bodyProblems(name, kind, schema, body) {
    if (!kind.includes("json")) return [];
    const texts = kind === LINES ? body.split("\n").filter((line) => line.trim()) : [body];
    const wrong = (text) => this.validate(schema, text).map((why) => `${name}: ${why} in ${text}`);
    return texts.flatMap(wrong);
  }

  requestProblems({ method, url, body }) {
    const name = `${method} ${url}`;
    const path = this.pathOf(new URL(url, "http://desk").pathname);
    const operation = path && this.document.paths[path][method.toLowerCase()];
    if (!operation) return [`${name}: not described`];
    if (!operation.requestBody) return body ? [`${name}: no body is described`] : [];
    const place = this.follow(["paths", path, method.toLowerCase(), "requestBody"]);
    const schema = [...place, "content", "application/json", "schema"];
    // A passcode may stand in a request: it is not repeated here.
    return this.validate(schema, body ?? "").map((why) => `${name}: ${why}`);
  }

  answerPlace(method, pathname, status) {
    const path = this.pathOf(pathname);
    const answers = path && this.document.paths[path][method.toLowerCase()]?.responses;
    if (!answers) return null;
    const key = [String(status), `${String(status)[0]}XX`, "default"].find((one) => one in answers);
    return key ? this.follow(["paths", path, method.toLowerCase(), "responses", key]) : null;
  }

  pathOf(pathname) {
    const found = this.paths.filter(({ pattern }) => pattern.test(pathname));
    return (found.find(({ path }) => !path.includes("{")) ?? found[0])?.path;
  }

  at(place) {
    return place.reduce((value, key) => value[key], this.document);
  }

  // The place that a reference means.
  follow(place) {
    const reference = this.at(place).$ref;
    return reference ? reference.slice(2).split("/").map(unescaped) : place;
  }

  validate(place, text) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      return ["not JSON"];
    }
    const check = this.check(place);
    if (check(value)) return [];
    return check.errors.map((error) => `${error.instancePath || "/"} ${error.message}`);
  }

  check(place) {
    const reference = `desk#/${place.map(escaped).join("/")}`;
    const known = this.compiled.get(reference);
    const compiled = known ?? this.ajv.compile({ $ref: reference });
    this.compiled.set(reference, compiled);
    return compiled;
  }
}

function patternOf(path) {
  const pattern = (part) => (part.startsWith("{") ? "[^/]+" : part.replaceAll(".", "\\."));
  return new RegExp(`^${path.split("/").map(pattern).join("/")}$`);
}

function escaped(key) {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function unescaped(key) {
  return decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
}
