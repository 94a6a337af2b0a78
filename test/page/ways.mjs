// SPDX-License-Identifier: Apache-2.0
// ways: how a person gets from home to a screen, with Dr Khan's card where one is needed.

import { PASSCODE } from "./system.mjs";

export async function toCard(desk) {
  await desk.bring("aisha-khan");
}

export async function toServices(desk) {
  await toCard(desk);
  await desk.tab.click("service");
  await desk.tab.screen("services");
}

export async function toForm(desk) {
  await toCard(desk);
  await desk.tab.enter();
  await desk.tab.screen("form-renew");
  await desk.tab.fill("passcode", PASSCODE);
}

export async function toHandOver(desk) {
  await toCard(desk);
  await desk.tab.enter();
  await desk.tab.click("hand-over");
  await desk.tab.screen("hand-over");
  await desk.tab.fill("passcode", PASSCODE);
}

export async function toTest(desk) {
  await toServices(desk);
  await desk.tab.clickOn('label:has-text("Test smartcard")');
  await desk.tab.click("continue");
  await desk.tab.screen("test");
  await desk.tab.fill("passcode", PASSCODE);
}

export async function toResult(desk) {
  await toForm(desk);
  await desk.tab.enter();
  await desk.tab.screen("result");
}

export async function toPerson(desk) {
  await desk.tab.click("find");
  await desk.tab.fill("query", "Aisha");
  await desk.tab.enter();
  await desk.tab.screen("person");
}

export async function toBring(desk) {
  await toPerson(desk);
  await desk.tab.click("service");
  await desk.tab.click("continue");
  await desk.tab.screen("bring");
}
