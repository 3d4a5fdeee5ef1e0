/** The playground on this machine: the back end is the process that served the page. */

import { start } from "./main.js";

/**
 * What the process answers.
 * @param {string} name
 * @param {unknown} [asked]
 * @param {boolean} [keepalive] whether it goes on when the page is left
 */
async function ask(name, asked, keepalive = false) {
  const headers = { "Content-Type": "application/json" };
  const sent = asked === undefined ? {} : { method: "POST", headers, body: JSON.stringify(asked), keepalive };
  const response = await fetch(name, sent);
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

const setting = await ask("setting.json");
start(document.body, {
  ...setting,
  draw: (source, options) => ask("draw", { source, options }),
  exported: (source, options, form) => ask("export", { source, options, form }),
  document: setting.file && {
    name: setting.file,
    state: () => ask("file.json"),
    save: (text, seen, isLast) => ask("save", { text, seen: seen ?? "" }, isLast),
  },
});
