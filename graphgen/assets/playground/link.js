/** A source and its options in the page's address, behind #, which no server is sent. */

/**
 * @typedef {{ source?: string, options: import("./types.js").Options }} Shared
 */

/**
 * @param {Shared} shared
 * @returns {string}
 */
export function fragment(shared) {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `#${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/**
 * What a fragment holds; undefined where it holds nothing of ours.
 * @param {string} written
 * @returns {Shared | undefined}
 */
export function sharedIn(written) {
  try {
    const binary = atob(written.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
    const { source, options } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const texts = Object.entries(options).filter(([, value]) => typeof value === "string");
    return { ...(typeof source === "string" && { source }), options: Object.fromEntries(texts) };
  } catch {
    return undefined;
  }
}
