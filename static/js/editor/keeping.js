// Nothing typed is lost: every change is in this browser at once, and on the server within seconds.

const LOCAL_DELAY = 300; // milliseconds of rest
const SERVER_DELAY = 1500;
const MAX_LOCAL_DELAY = 1000; // while somebody types on and on
const MAX_SERVER_DELAY = 5000;
const PRESENCE = 30_000;
const REFUSED_DELAY = 5000; // after a refusal that does not say when to try again
const MARK = "note-storage-mark"; // stored until somebody signs out, which clears what all tabs have stored
const makeKey = (user, subject, tab) => `note-draft:${user.id}:${subject}:${tab}`;

/** Return the mark of this browser's storage, and store a new one if somebody has signed out since the last one. */
function keepMark() {
  const mark = localStorage.getItem(MARK) ?? crypto.randomUUID();
  try {
    localStorage.setItem(MARK, mark);
  } catch { /* the storage is full: drafts are stored for this tab only */ }
  return mark;
}

/** Return an id for this tab. A duplicated tab has a copy of the session storage, so it takes another id. So does a tab
 * whose draft only the server has: the draft is offered, and what is typed meanwhile does not overwrite it. */
export async function chooseTab({ user, document, drafts }) {
  const isStored = (id) => [localStorage, sessionStorage].some((storage) => makeKey(user, document.id, id) in storage);
  const known = sessionStorage.getItem("note-tab");
  const take = (id) => new Promise((resolve) => {
    navigator.locks.request(`note-tab-${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise(() => {}); // held as long as the tab is open
    });
  });
  const isOffered = drafts.some(({ tab }) => tab === known) && !isStored(known);
  const free = known && !isOffered && (await take(known));
  const tab = free ? known : crypto.randomUUID();
  if (!free) await take(tab);
  sessionStorage.setItem("note-tab", tab);
  return tab;
}

/** Return the ids of the tabs in which the editor is open now. */
export async function listOpenTabs() {
  const { held } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name.replace("note-tab-", "")));
}

/** Return when a draft was stored, in milliseconds; 0 if it cannot be read. */
function readInstant(text) {
  try {
    return JSON.parse(text)?.at ?? 0;
  } catch {
    return 0;
  }
}

export class Keeper {
  constructor({ addresses, user, subject, tab, token, getContent, getCommentsVersion, onstate }) {
    Object.assign(this, { addresses, user, subject, tab, token, getContent, getCommentsVersion, onstate });
    this.key = makeKey(user, subject, tab);
    this.part = "";
    this.serial = 0;
    this.sent = 0;
    this.discarded = new Set(); // tabs whose drafts are to be deleted as soon as what is typed in this one is kept
    this.isSignedOut = false;
    this.mark = keepMark();
    addEventListener("beforeunload", (event) => {
      if (this.storage === sessionStorage && this.isKept === false) event.preventDefault(); // closing this tab would lose what is typed
    });
    addEventListener("pagehide", () => this.storeLocally());
    addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.storeLocally(); });
    const repeat = () => this.send({ isBackground: true });
    addEventListener("online", repeat);
    addEventListener("storage", ({ key }) => { // another tab has continued or discarded what is still typed here
      if (key !== this.key || this.key in localStorage || this.isKept !== false) return;
      this.sent = -1;
      this.storeLocally();
    });
    setInterval(() => { if (document.visibilityState === "visible") repeat(); }, PRESENCE);
  }

  /** Return drafts of this user for this note that this browser has stored, the newest first. */
  listLocal() {
    this.moveFromSession();
    const found = [];
    for (const storage of [localStorage, sessionStorage]) for (const [key, text] of this.listStored(storage)) {
      try {
        const { at, part, content } = JSON.parse(text);
        if (content) found.push({ tab: key.split(":").at(-1), at, part, content });
      } catch {
        storage.removeItem(key);
      }
    }
    return found.sort((one, other) => other.at - one.at);
  }

  listStored(storage) {
    const keys = Object.keys(storage).filter((key) => key.startsWith(makeKey(this.user, this.subject, "")));
    return keys.map((key) => [key, storage.getItem(key)]);
  }

  /** What was typed while signed out may stay when the tab is closed, now that its user has signed in again. */
  moveFromSession() {
    for (const [key, text] of this.listStored(sessionStorage)) {
      const isOlder = readInstant(localStorage.getItem(key)) > readInstant(text);
      try {
        if (!isOlder) localStorage.setItem(key, text);
        sessionStorage.removeItem(key);
      } catch { /* the storage is full: the draft stays in this tab */ }
    }
  }

  changed() {
    this.serial += 1;
    this.isKept = false;
    this.discarded.delete(this.tab);
    const now = Date.now();
    this.unstoredSince ??= now;
    this.unsentSince ??= now;
    clearTimeout(this.localTimer);
    clearTimeout(this.serverTimer);
    this.localTimer = setTimeout(() => this.storeLocally(), Math.min(LOCAL_DELAY, this.unstoredSince + MAX_LOCAL_DELAY - now));
    this.serverTimer = setTimeout(() => this.send(), Math.min(SERVER_DELAY, this.unsentSince + MAX_SERVER_DELAY - now));
    this.onstate("changed");
  }

  /** Everything is saved: there is no draft any more. */
  async clear(tab = this.tab) {
    if (tab === this.tab) {
      clearTimeout(this.localTimer);
      clearTimeout(this.serverTimer);
      this.unsentSince = null;
      this.isKept = true;
    }
    this.discarded.add(tab);
    await this.#discard(tab);
  }

  /** Delete the draft of a tab. If the server does not, it is asked again after the next draft. */
  async #discard(tab, { isBackground = false } = {}) {
    for (const storage of [localStorage, sessionStorage]) storage.removeItem(makeKey(this.user, this.subject, tab));
    const answer = await this.post(this.addresses.draft, { tab, content: null, part: this.part }, { isBackground });
    if (answer.ok) this.discarded.delete(tab);
    else this.sendLater(answer);
  }

  /** The storage for drafts: that of this tab only after signing out, since others may use the browser. A tab learns by
   * its next request that its user signed out in another one, but the mark is gone at once. */
  get storage() {
    return this.isSignedOut || localStorage.getItem(MARK) !== this.mark ? sessionStorage : localStorage;
  }

  /** Store the draft in this browser. */
  storeLocally() {
    if (this.isKept !== false) return;
    this.unstoredSince = null;
    try {
      this.storage.setItem(this.key, JSON.stringify({ at: Date.now(), part: this.part, content: this.getContent() }));
    } catch {
      localStorage.removeItem(this.key); // an older state; the server has a newer one
      this.onstate("full");
    }
  }

  /** Send the draft, or a sign that this tab is open. With `checks`, ask what there is to check in the saved note.
   * Whatever is sent again by itself, such as a draft that was refused, does not keep the session alive. */
  async send({ checks = false, isBackground = false } = {}) {
    this.needsChecks ||= checks;
    const serial = this.serial;
    this.unsentSince = null;
    const content = this.isKept === false && serial !== this.sent ? this.getContent() : null;
    const data = { tab: this.tab, content, part: this.part, keep: true, checks: this.needsChecks, comments: this.getCommentsVersion() };
    const answer = await this.post(this.addresses.draft, data, { isBackground: isBackground || !content });
    if (answer.ok) this.needsChecks = false;
    else this.sendLater(answer);
    if (answer.ok && content) this.sent = serial;
    if (answer.ok && serial === this.serial) this.onstate("kept", answer.data);
    for (const tab of answer.ok ? this.discarded : []) await this.#discard(tab, { isBackground: true });
    return answer;
  }

  /** If the server was busy, send what is then typed after a while. What was typed meanwhile is sent soon anyway. */
  sendLater({ status, delay }) {
    if (status !== 429 || this.unsentSince) return;
    clearTimeout(this.serverTimer);
    this.serverTimer = setTimeout(() => this.send({ isBackground: true }), delay);
  }

  /** Post JSON. Return `{ ok, status, data, delay }`: status 0 if there is no connection, 429 if the server is busy, and
   * then `delay` is the milliseconds after which to try again. What the user did not cause, such as a sign that the tab
   * is open, does not keep the session alive. */
  post(address, data, { isBackground = false } = {}) {
    return this.#fetch(address, "application/json", JSON.stringify(data), isBackground ? { "X-Background": "1" } : {});
  }

  /** Post a file as it is. The answer is as that of `post`. */
  upload(address, file) {
    return this.#fetch(`${address}?${new URLSearchParams({ name: file.name })}`, file.type || "application/octet-stream", file);
  }

  async #fetch(address, type, body, more = {}) {
    const mark = keepMark(); // which is gone if somebody signs out before the answer
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": type, "X-CSRFToken": this.findToken(), "X-User": String(this.user.id), ...more },
        body,
        redirect: "manual",
      });
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      const delay = 1000 * Number(response.headers.get("Retry-After")) || REFUSED_DELAY;
      const answer = { ok: response.ok, status: response.status, data: isJson ? await response.json() : await response.text(), delay };
      const wasSignedOut = this.isSignedOut;
      this.isSignedOut = answer.status === 401 || (answer.status === 403 && !isJson); // or the session's token is gone
      if (this.isSignedOut) {
        localStorage.removeItem(this.key);
        this.storeLocally();
        this.onstate("signed-out", answer.data);
      } else if (wasSignedOut) this.onstate("signed-in");
      if (answer.ok && localStorage.getItem(MARK) === mark) this.mark = mark; // nobody signed out meanwhile
      return answer;
    } catch {
      this.onstate("offline");
      return { ok: false, status: 0, data: {} };
    }
  }

  findToken() {
    return /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? this.token;
  }
}
