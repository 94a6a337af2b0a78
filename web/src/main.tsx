// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import { App } from "./app.tsx";
import { PageContext } from "./context.ts";
import { Page } from "./page.ts";

const root = document.getElementById("app")!;
const draw = () => render(<PageContext.Provider value={page}><App turn={turn++} /></PageContext.Provider>, root);
let turn = 0;
const page = new Page(draw);

/** Enter and Space were meant for the screen before (GUARD_MS), or are still held down from there. */
function guard(event: KeyboardEvent): void {
    const acts = event.key === "Enter" || event.key === " ";
    if (acts && (event.repeat || document.documentElement.hasAttribute("data-guard"))) {
        event.preventDefault();
        event.stopPropagation();
    }
}

addEventListener("keydown", guard, true);
addEventListener("keyup", guard, true);
draw();
void page.start();
