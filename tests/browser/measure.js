// What stands where in every diagram of a page, in the diagram's own units.
() => {
  const canvas = document.createElement("canvas").getContext("2d");

  const box = (element) => {
    const { x, y, width, height } = element.getBBox();
    return { left: x, top: y, right: x + width, bottom: y + height };
  };

  // The box of what is inked: a font's own line box is taller than its letters.
  const inked = (text) => {
    const style = getComputedStyle(text);
    canvas.font = `${style.fontWeight} ${text.getAttribute("font-size")}px ${style.fontFamily}`;
    const ink = canvas.measureText(text.textContent);
    const baseline = Number(text.getAttribute("y"));
    return {
      ...box(text),
      top: baseline - ink.actualBoundingBoxAscent,
      bottom: baseline + ink.actualBoundingBoxDescent,
    };
  };

  const opacity = (element) =>
    element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;

  // The colours behind an element, from the nearest to the first that is opaque.
  const behind = (element) => {
    if (!element) return ["rgb(255, 255, 255)"];
    const colour = getComputedStyle(element).backgroundColor;
    return [colour, ...(colour.startsWith("rgb(") ? [] : behind(element.parentElement))];
  };

  const shown = (element) => getComputedStyle(element).visibility === "visible";

  const measured = (svg) => {
    const { x, y, width, height } = svg.viewBox.baseVal;
    const page = behind(svg);
    const [drawn, frame] = [svg, svg.parentElement].map((one) => one.getBoundingClientRect());
    const [before, after] = [drawn.left - frame.left, frame.right - drawn.right].map((free) =>
      Math.max(0, (free * width) / drawn.width),
    );
    const texts = [...svg.querySelectorAll("text")].filter(shown).map((text) => {
      const outline = text.parentElement.querySelector("ellipse, path, polygon");
      const isInside = text.closest(".op, .group") !== null;
      const fill = isInside ? getComputedStyle(outline).fill : "none";
      return {
        words: text.textContent,
        size: Number(text.getAttribute("font-size")),
        box: inked(text),
        within: isInside ? { ...box(outline), isRound: outline.tagName === "ellipse" } : null,
        colour: getComputedStyle(text).fill,
        opacity: opacity(text),
        behind: fill === "none" ? page : [fill, ...page],
      };
    });
    return {
      id: svg.closest("figure").id,
      frame: { left: x, top: y, right: x + width, bottom: y + height },
      // With what the page leaves free at both sides.
      room: { left: x - before, top: y, right: x + width + after, bottom: y + height },
      texts,
      heads: [...svg.querySelectorAll(".forward polygon, .backward polygon")]
        .filter(shown)
        .map((head) => [...head.points].map((point) => [point.x, point.y])),
      lines: [...svg.querySelectorAll(".forward path, .backward path")].filter(shown).map((path) => {
        const length = path.getTotalLength();
        const steps = Math.ceil(length / 4);
        const at = (step) => path.getPointAtLength((length * step) / steps);
        return Array.from({ length: steps + 1 }, (_, step) => [at(step).x, at(step).y]);
      }),
    };
  };

  // A text, for the browser hands over ten thousands of numbers one by one.
  // Of a figure with a drawing for phones, the one that is shown.
  const isShown = (svg) => getComputedStyle(svg.parentElement).display !== "none";
  return JSON.stringify([...document.querySelectorAll("svg.graphgen-diagram")].filter(isShown).map(measured));
}
