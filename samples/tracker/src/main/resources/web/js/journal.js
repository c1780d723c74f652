/** What is happening now, in a sentence, and what happened before. */
export class Journal {
  static KEPT = 150;
  static READABLE_MS = 900;

  #now;
  #mark;
  #log;
  #told;
  #shownAt = -Infinity;
  #next;
  #timer;

  constructor({ now, mark, log, told }) {
    this.#now = now;
    this.#mark = mark;
    this.#log = log;
    this.#told = told;
  }

  /** Says what is happening. A sentence stays long enough to be read; of several that come meanwhile the last is shown. */
  say(sentence, mood = "busy") {
    this.#next = { sentence, mood };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), Math.max(0, this.#shownAt + Journal.READABLE_MS - performance.now()));
  }

  /** Says it, also to those who cannot see it, and keeps it. */
  tell(sentence, mood) {
    this.say(sentence, mood);
    this.#told.textContent = sentence;
    this.note(sentence);
  }

  /** Keeps it only. */
  note(sentence) {
    const entry = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = new Date().toLocaleTimeString([], { hour12: false });
    const words = document.createElement("span");
    words.textContent = sentence;
    entry.append(time, words);
    this.#log.prepend(entry);
    while (this.#log.children.length > Journal.KEPT) {
      this.#log.lastElementChild.remove();
    }
  }

  #show() {
    this.#shownAt = performance.now();
    this.#now.textContent = this.#next.sentence;
    this.#mark.dataset.mood = this.#next.mood;
  }
}
