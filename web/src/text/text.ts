// SPDX-License-Identifier: Apache-2.0
// text: the language in use, and what is the same in every language.
import { en } from "./en.ts";
import type { Problem, Reason } from "../desk/types.ts";

export const text = en;

const dayFormat = new Intl.DateTimeFormat(text.locale, { day: "numeric", month: "long", year: "numeric" });

export const day = (at: number) => dayFormat.format(new Date(at * 1000));
export const moment = (at: number) => `${day(at)} ${text.time(new Date(at * 1000))}`;

export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
export const sentence = (words: string) => (words === "" ? "" : `${capital(words)}${/[.!?]$/.test(words) ? "" : "."}`);

export const cause = (p: Problem | Reason) => sentence(text.errors[p.name]?.cause ?? p.cause);
export const remedy = (p: Problem | Reason) => sentence(text.errors[p.name]?.remedy ?? p.remedy);

/** 12 digits are read in groups of four; anything else stays as it is. */
export const grouped = (number: string) => (/^\d{12}$/.test(number) ? number.replace(/(\d{4})(?=\d)/g, "$1 ") : number);
