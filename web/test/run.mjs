// SPDX-License-Identifier: Apache-2.0
// run: the tests of what is pure in the page, as TAP. They need no browser.
import { build } from "esbuild";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { tmpdir } from "node:os";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = await mkdtemp(path.join(tmpdir(), "cardwright-page."));
try {
    const files = (await readdir(here)).filter((name) => name.endsWith(".test.ts"));
    await build({
        entryPoints: files.map((name) => path.join(here, name)),
        outdir: out,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        format: "esm",
        platform: "node",
        logLevel: "warning",
    });
    const built = files.map((name) => path.join(out, name.replace(/\.ts$/, ".mjs")));
    const child = spawn(process.execPath, ["--test", "--test-reporter=tap", ...built], { stdio: "inherit" });
    process.exitCode = await new Promise((ended) => child.on("close", (code) => ended(code ?? 1)));
} finally {
    await rm(out, { recursive: true, force: true });
}
