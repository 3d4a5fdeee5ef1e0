/**
 * The playground: a source on the left, its verified picture on the right. A back end draws, in a process of this
 * machine or in a worker of the page.
 */

import { FileKeeper } from "./document.js";
import { button, make } from "./dom.js";
import { Editor } from "./editor.js";
import { fragment, sharedIn } from "./link.js";
import { OptionsForm } from "./options.js";
import { language, words } from "./words.js";

/**
 * @typedef {import("./types.js").BackEnd} BackEnd
 * @typedef {import("./types.js").Answer} Answer
 * @typedef {import("./types.js").Fault} Fault
 */

const MILLISECONDS_TO_DRAW = 200;
const TYPES = { svg: "image/svg+xml", png: "image/png", pdf: "application/pdf", dot: "text/plain", json: "application/json" };

class Playground {
  #waiting = 0;
  #isDrawing = false;
  #isStale = false;

  /**
   * @param {HTMLElement} root
   * @param {BackEnd} backEnd
   */
  constructor(root, backEnd) {
    this.backEnd = backEnd;
    this.words = words[language];
    this.examples = backEnd.examples[language];
    document.documentElement.lang = language;
    this.editor = new Editor(this.words.source, () => this.#edited());
    this.form = new OptionsForm(backEnd.options, this.words.standard, () => {
      this.#remember();
      this.#changed();
    });
    this.faults = make("ol", { className: "faults" });
    this.picture = make("div", { className: "picture" });
    this.verdict = make("p", { className: "verdict", role: "status" });
    this.state = make("p", { className: "state", role: "status" });
    this.notice = make("div", { className: "notice", role: "alert", hidden: true });
    this.figure = "";
    this.count = make("span");
    root.append(
      make("header", {}, make("h1", { textContent: "graphgen" }), this.#menu(), this.#exports(), this.state),
      this.notice,
      make(
        "main",
        {},
        make(
          "section",
          { ariaLabel: this.words.source },
          this.editor.element,
          make("div", { role: "status" }, this.faults),
          make("details", {}, make("summary", {}, this.words.options, " ", this.count), this.form.element),
        ),
        make("section", { ariaLabel: this.words.picture }, this.verdict, this.picture),
      ),
    );
    if (backEnd.document) this.file = this.#keeperOf(backEnd.document);
    addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("hashchange", () => this.#fromLink());
  }

  /** Shows what the file, the link or the first example has. */
  async begin() {
    const shared = sharedIn(location.hash);
    const [first] = this.examples;
    this.form.show(shared?.options ?? first.options);
    if (this.file) await this.file.open();
    else this.editor.replace(shared?.source ?? first.source);
    if (matchMedia("(pointer: fine)").matches) this.editor.goTo(1, 1);
    await this.#draw();
  }

  /** @param {import("./types.js").FileOfPage} file */
  #keeperOf(file) {
    /** @param {string} phrase */
    const named = (phrase) => this.words[phrase].replace("{}", file.name);
    document.title = `${file.name} · graphgen`;
    return new FileKeeper(file, this.editor, {
      said: (state, fault) => {
        this.state.textContent = fault ? fault.message : named(state);
        this.state.className = `state ${state}`;
      },
      followed: (before) => {
        this.#keep(before, named("followed"));
        this.#changed();
      },
      conflicted: () =>
        this.#say(
          named("conflict"),
          button(this.words.mine, () => this.#keep(this.file?.keepMine() ?? "")),
          button(this.words.theirs, () => {
            this.#keep(this.file?.takeTheirs() ?? "");
            this.#changed();
          }),
        ),
    });
  }

  #menu() {
    const { examples } = this;
    const menu = make(
      "select",
      { ariaLabel: this.words.examples },
      make("option", { value: "", textContent: this.words.examples }),
      ...examples.map(({ title }, place) => make("option", { value: String(place), textContent: title })),
    );
    menu.addEventListener("change", () => {
      const chosen = examples[Number(menu.value)];
      menu.value = "";
      const before = this.editor.text;
      const isOwn = before.trim() && !examples.some(({ source }) => source === before);
      this.form.show(chosen.options);
      this.editor.replace(chosen.source);
      if (isOwn) this.#keep(before);
      this.#edited();
    });
    return menu;
  }

  #exports() {
    const copy = button(this.words.link, async () => {
      const { source, options } = this.#asked();
      const url = new URL(location.href);
      await navigator.clipboard.writeText(url.href.replace(/#.*/, "") + fragment({ source, options }));
      copy.textContent = this.words.copied;
      setTimeout(() => (copy.textContent = this.words.link), 1500);
    });
    const forms = this.backEnd.forms.map((form) =>
      button(form === "fence" ? this.words.fence : form.toUpperCase(), () => this.#export(form)),
    );
    if (this.backEnd.hasLinks) forms.push(copy);
    return make("div", { className: "exports", role: "group", ariaLabel: this.words.export }, ...forms);
  }

  /** @param {string} form */
  async #export(form) {
    const { source, options } = this.#asked();
    const made = await this.backEnd.exported(source, options, form);
    if (made.fault) this.#show([made.fault], []);
    else if (made.text !== undefined) this.#showText(made.text);
    else if (made.base64 !== undefined) {
      const bytes = Uint8Array.from(atob(made.base64), (sign) => sign.charCodeAt(0));
      const href = URL.createObjectURL(new Blob([bytes], { type: TYPES[/** @type {keyof TYPES} */ (form)] }));
      const name = this.backEnd.document?.name.replace(/\.[^.]*$/, "") || "graphgen";
      make("a", { href, download: `${name}.${form}` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10000);
    }
  }

  /** @param {string} text */
  #showText(text) {
    const area = make("textarea", { readOnly: true, value: text, rows: 14, cols: 60, ariaLabel: this.words.fence });
    const copy = button(this.words.copy, async () => {
      await navigator.clipboard.writeText(text);
      copy.textContent = this.words.copied;
    });
    const dialog = make("dialog", {}, area, make("p", {}, copy, button(this.words.close, () => dialog.close())));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  }

  /** What the author has edited goes into the file, and what is edited or chosen into the picture. */
  #edited() {
    this.file?.edited();
    this.#changed();
  }

  #changed() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#draw(), MILLISECONDS_TO_DRAW);
  }

  #asked() {
    return { source: this.editor.text, options: this.form.chosen };
  }

  /** Asks for one picture at a time, the last that is wanted. */
  async #draw() {
    this.#isStale = this.#isDrawing;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    const slow = setTimeout(() => (this.verdict.textContent = this.words.drawing), 500);
    do {
      this.#isStale = false;
      const { source, options } = this.#asked();
      this.#remember();
      try {
        this.#answered(await this.backEnd.draw(source, options));
      } catch {
        this.verdict.textContent = this.words.gone;
      }
    } while (this.#isStale);
    clearTimeout(slow);
    this.#isDrawing = false;
  }

  /** @param {Answer} answer */
  #answered(answer) {
    this.picture.classList.toggle("stale", Boolean(answer.fault));
    if (answer.fault) {
      this.verdict.textContent = this.picture.childElementCount ? this.words.last : "";
      this.#show([answer.fault], []);
      return;
    }
    this.verdict.textContent = answer.verdict;
    if (answer.figure !== this.figure) this.picture.innerHTML = answer.figure;
    this.figure = answer.figure;
    this.#show([], answer.warnings);
  }

  /**
   * @param {Fault[]} faults
   * @param {Fault[]} warnings
   */
  #show(faults, warnings) {
    const told = [
      ...faults.map((fault) => ({ ...fault, kind: /** @type {const} */ ("wrong") })),
      ...warnings.map((fault) => ({ ...fault, kind: /** @type {const} */ ("doubtful") })),
    ];
    this.editor.mark(told.flatMap(({ line, kind }) => (line ? [{ line, kind }] : [])));
    this.faults.replaceChildren(
      ...told.map(({ message, hint, line, column, kind }) => {
        const place = line && button(this.words.line.replace("{}", String(line)), () => this.editor.goTo(line, column));
        const said = make("p", {}, ...(place ? [place, " "] : []), message);
        return make("li", { className: kind }, said, ...(hint ? [make("p", { className: "hint" }, hint)] : []));
      }),
    );
    const count = Object.keys(this.form.chosen).length;
    this.count.textContent = count ? `(${count})` : "";
  }

  /**
   * Keeps a text that another one took the place of, until the author wants it back or lets it go.
   * @param {string} text
   * @param {string} [why]
   */
  #keep(text, why = this.words.kept) {
    this.#say(
      why,
      button(this.words.back, () => {
        const here = this.editor.text;
        this.editor.replace(text);
        this.#keep(here);
        this.#edited();
      }),
      button(this.words.close, () => (this.notice.hidden = true)),
    );
  }

  /**
   * @param {string} text
   * @param {HTMLElement[]} buttons
   */
  #say(text, ...buttons) {
    this.notice.replaceChildren(make("p", {}, text), ...buttons);
    this.notice.hidden = false;
  }

  /** Keeps in the address what a file does not keep, so that loading the page again loses nothing. */
  #remember() {
    const { source, options } = this.#asked();
    history.replaceState(null, "", fragment(this.file ? { options } : { source, options }));
  }

  #fromLink() {
    const shared = sharedIn(location.hash);
    if (!shared) return;
    this.form.show(shared.options);
    if (shared.source !== undefined && !this.file) this.editor.replace(shared.source);
    this.#changed();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    this.file?.saveNow();
  }
}

/**
 * @param {HTMLElement} root
 * @param {BackEnd} backEnd
 */
export async function start(root, backEnd) {
  await new Playground(root, backEnd).begin();
  root.dataset.ready = "";
}
