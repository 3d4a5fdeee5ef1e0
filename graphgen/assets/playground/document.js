/** The file of the page: saved a moment after each edit, and followed where another program changes it. */

const MILLISECONDS_TO_SAVE = 400;
const MILLISECONDS_TO_LOOK = 1000;
const MILLISECONDS_TO_TRY_AGAIN = 3000;

/**
 * @typedef {import("./types.js").State} State
 */

export class FileKeeper {
  /** @type {string | null} */
  #seen = null;
  #saved = "";
  #waiting = 0;
  #saves = 0;
  #isSaving = false;
  /** The state of the file while it and the text differ, and the author has not chosen. @type {State | undefined} */
  conflict;

  /**
   * @param {import("./types.js").FileOfPage} file
   * @param {import("./editor.js").Editor} editor
   * @param {{ said: (state: "saved" | "unsaved" | "gone", fault?: import("./types.js").Fault) => void,
   *   followed: (before: string) => void, conflicted: () => void }} page
   */
  constructor(file, editor, page) {
    this.file = file;
    this.editor = editor;
    this.page = page;
  }

  /** Shows the file for the first time. */
  async open() {
    this.#show(await this.file.state());
    addEventListener("beforeunload", (event) => this.isSaved || event.preventDefault());
    addEventListener("pagehide", () => this.isSaved || this.#save(true));
    setInterval(() => this.#look(), MILLISECONDS_TO_LOOK);
  }

  get isSaved() {
    return this.editor.text === this.#saved;
  }

  edited() {
    this.page.said("unsaved");
    this.#saveIn(MILLISECONDS_TO_SAVE);
  }

  saveNow() {
    this.#saveIn(0);
  }

  /** Ends a conflict by the text here, which goes into the file; gives the file's. */
  keepMine() {
    const theirs = this.conflict?.text ?? "";
    this.#seen = this.conflict?.version ?? null;
    this.conflict = undefined;
    this.#save(false);
    return theirs;
  }

  /** Ends a conflict by the file's text; gives the one that was here. */
  takeTheirs() {
    const [mine, theirs] = [this.editor.text, this.conflict];
    this.conflict = undefined;
    if (theirs) this.#show(theirs);
    return mine;
  }

  /** @param {boolean} isLast whether the page is being left */
  async #save(isLast) {
    if (this.conflict || (this.#isSaving && !isLast)) return;
    const text = this.editor.text;
    let isDone = false;
    this.#isSaving = true;
    this.#saves += 1;
    try {
      const state = await this.file.save(text, this.#seen, isLast);
      if (state.fault) this.page.said("unsaved", state.fault);
      else if (state.conflict) this.#meet(state.conflict);
      else {
        this.#take(state, text);
        isDone = true;
      }
    } catch {
      this.page.said("gone");
    }
    this.#isSaving = false;
    if (!this.isSaved) this.#saveIn(isDone ? MILLISECONDS_TO_SAVE : MILLISECONDS_TO_TRY_AGAIN);
  }

  /** @param {number} milliseconds */
  #saveIn(milliseconds) {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#save(false), milliseconds);
  }

  async #look() {
    const saves = this.#saves;
    if (this.#isSaving || this.conflict) return;
    try {
      const state = await this.file.state();
      // What was read before a save says nothing of now.
      if (saves !== this.#saves || this.conflict || state.fault || state.version === null) return;
      if (state.version === this.#seen) this.page.said(this.isSaved ? "saved" : "unsaved");
      else if (this.isSaved) {
        const before = this.editor.text;
        this.#show(state);
        this.page.followed(before);
      } else this.#meet(state);
    } catch {
      this.page.said("gone");
    }
  }

  /** @param {State} state */
  #meet(state) {
    if (state.text === this.editor.text) this.#take(state, state.text);
    else {
      this.conflict = state;
      this.page.conflicted();
    }
  }

  /** @param {State} state */
  #show(state) {
    this.editor.replace(state.text ?? "");
    this.#take(state, state.text ?? "");
  }

  /**
   * @param {State} state
   * @param {string} text
   */
  #take(state, text) {
    this.#seen = state.version;
    this.#saved = text;
    this.page.said(this.isSaved ? "saved" : "unsaved");
  }
}
