// SPDX-License-Identifier: Apache-2.0
// context: the page and the desk, for every screen and part.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Desk } from "./desk/types.ts";
import type { Page } from "./page.ts";

export const PageContext = createContext<Page>(null as unknown as Page);
export const usePage = () => useContext(PageContext);

/** Only below App, which draws screens of the desk only when there is one. */
export const useDesk = (): Desk => usePage().desk!;
