/**
 * Writes the page's script, graphgen/assets/live.min.js, and the second that it asks for, more.min.js, from the
 * modules in graphgen/assets/live; with --check only says whether they are up to date.
 *
 * The op table and the words are left out: graphgen/page/scripts.py adds them when a site is built. The first
 * line says which sources the script was made of, so that a test without Node.js can tell, too.
 */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FOLDER = new URL("../graphgen/assets/live/", import.meta.url);
const SCRIPTS = { "main.js": "esm", "more.js": "iife" };
/** Properties of the scripts' own objects, to which short names are given: no page, no data and no test asks for them. */
const OWN = `answerAt asked authored backwardText called companions computed forwardText given
  graph held inNumbers inputs isFirst isMoved isNew isSolved isUpright line movable nextEntry operands operation panels
  partial picture player pointing position question reached settle stops uses varies verdict words writings`.split(/\s+/);

const hash = createHash("sha256");
for (const name of readdirSync(FOLDER).sort()) {
  if (name.endsWith(".js")) hash.update(readFileSync(new URL(name, FOLDER), "utf8").replaceAll("\r\n", "\n"));
}

/** The names that both scripts use. */
let mangleCache = {};
for (const [name, format] of Object.entries(SCRIPTS)) {
  const { outputFiles, ...made } = await build({
    entryPoints: [fileURLToPath(new URL(name, FOLDER))],
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    charset: "utf8",
    mangleProps: new RegExp(`^(${OWN.join("|")})$`),
    mangleCache,
    external: ["./ops.js", "./words.js"],
    write: false,
  });
  mangleCache = made.mangleCache;
  const file = new URL(`../${name.replace("main", "live").replace(".js", ".min.js")}`, FOLDER);
  const script = `// Made by "npm run build" of sources with SHA-256 ${hash.copy().digest("hex")}\n${outputFiles[0].text}`;

  if (!process.argv.includes("--check")) writeFileSync(file, script);
  else if (readFileSync(file, "utf8").replaceAll("\r\n", "\n") !== script) {
    console.error(`${fileURLToPath(file)} is not what its sources make: run "npm run build".`);
    process.exitCode = 1;
  }
}
