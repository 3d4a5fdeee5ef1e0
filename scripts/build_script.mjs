/**
 * Writes the page's script, graphgen/assets/live.min.js, from the modules in graphgen/assets/live; with
 * --check only says whether it is up to date.
 *
 * The op table and the words are left out: graphgen/page/scripts.py adds them when a site is built. The first
 * line says which sources the script was made of, so that a test without Node.js can tell, too.
 */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FOLDER = new URL("../graphgen/assets/live/", import.meta.url);
const SCRIPT = new URL("../live.min.js", FOLDER);

const hash = createHash("sha256");
for (const name of readdirSync(FOLDER).sort()) {
  if (name.endsWith(".js")) hash.update(readFileSync(new URL(name, FOLDER), "utf8").replaceAll("\r\n", "\n"));
}

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("main.js", FOLDER))],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  external: ["./ops.js", "./words.js"],
  write: false,
});
const script = `// Made by "npm run build" of sources with SHA-256 ${hash.digest("hex")}\n${outputFiles[0].text}`;

if (!process.argv.includes("--check")) writeFileSync(SCRIPT, script);
else if (readFileSync(SCRIPT, "utf8").replaceAll("\r\n", "\n") !== script) {
  console.error('graphgen/assets/live.min.js is not what its sources make: run "npm run build".');
  process.exitCode = 1;
}
