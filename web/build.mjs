// SPDX-License-Identifier: Apache-2.0
// build: the page, from its sources to the five files that the agent embeds.
//
//     node build.mjs [FOLDER]      default: dist
//
// The same sources give the same bytes: dist is committed, and ./check builds it anew and compares.
import { build } from "esbuild";
import { compileAsync } from "sass";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "dist"));

async function script() {
    await build({
        absWorkingDir: here,
        entryPoints: ["src/main.tsx"],
        outfile: path.join(out, "app.js"),
        bundle: true,
        minify: true,
        charset: "utf8",
        format: "esm",
        target: ["chrome109", "firefox115", "safari16"],
        jsx: "automatic",
        jsxImportSource: "preact",
        legalComments: "none",
        logLevel: "warning",
    });
}

async function style() {
    const { css } = await compileAsync(path.join(here, "src/style/app.scss"), {
        loadPaths: [path.join(here, "node_modules/nhsuk-frontend/dist")],
        style: "compressed",
        quietDeps: true,
    });
    await writeFile(path.join(out, "app.css"), `${css.trimEnd()}\n`);
}

await mkdir(out, { recursive: true });
await Promise.all([
    script(),
    style(),
    copyFile(path.join(here, "src/index.html"), path.join(out, "index.html")),
    copyFile(path.join(here, "src/mark.svg"), path.join(out, "mark.svg")),
    copyFile(
        path.join(here, "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
        path.join(out, "inter.woff2"),
    ),
]);
