/** Modules of a figure that a click, Enter or the space bar opens and closes: pictures that were drawn ahead. */

const SHOWS = "data-graphgen-shows";

/**
 * Shows the picture that a part of another stands for, in its place, and goes on from the part that leads back.
 * @param {Event} event
 */
function follow(event) {
  const part = event.target instanceof Element ? event.target.closest(`[${SHOWS}]`) : null;
  const shown = document.getElementById(part?.getAttribute(SHOWS) ?? "");
  const left = part?.closest(".graphgen-level");
  if (!shown || !left) return;
  event.preventDefault();
  left.toggleAttribute("hidden", true);
  shown.toggleAttribute("hidden", false);
  /** @type {NodeListOf<SVGElement>} */
  const back = shown.querySelectorAll(`[${SHOWS}="${left.id}"]`);
  Array.from(back).find((part) => part.getClientRects().length)?.focus(); // it may have a second one, for phones
}

/** Listens on the whole page, whose figures a theme may exchange. */
export function openModules() {
  document.addEventListener("click", follow);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") follow(event);
  });
}
