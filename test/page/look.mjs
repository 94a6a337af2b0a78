// SPDX-License-Identifier: Apache-2.0
// look: one screen as it is seen: pictures at both sizes in build/check/screens, nothing for axe to
// find, nothing wider than the window, and what is to be pressed next in view.
//
//     await look(tab, "card-due");

import { SIZES } from "./tab.mjs";
import { expect } from "./tap.mjs";

const BUTTON = "main button.nhsuk-button:not(.cw-passcode__show)";

async function firstButtonInView(tab, name) {
  const { height } = SIZES[0];
  const box = await tab.page.locator(BUTTON).first().boundingBox();
  const end = box && box.y + box.height;
  expect(box && end <= height, `'${name}': the first button ends at ${end} of ${height}`);
}

// `button`: has this screen one?
export async function look(tab, name, { button = true } = {}) {
  for (const size of SIZES) {
    await tab.page.setViewportSize(size);
    await tab.notSideways();
    await tab.axe();
  }
  await tab.shot(name);
  if (button) await firstButtonInView(tab, name);
}
