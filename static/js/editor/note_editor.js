// The note editor: one screen with the whole note of a meeting, or the whole text of a topic, in reading order.

import { Comments } from "./comments.js";
import { announce, button, element, makeMarks, newId } from "./elements.js";
import { makeField, takeRead } from "./fields.js";
import { chooseTab, Keeper, listOpenTabs } from "./keeping.js";
import { enableDragging } from "./order.js";
import { Panel } from "./panel.js";
import { Row, describePart } from "./rows.js";
import { areOneQuestion, isAboutOrder, listDifferences, Store, walkItems, walkParts } from "./store.js";

const MEETING_SECTIONS = [
  ["programme", "Programme", "Add programme point"],
  ["sessions", "Sessions", "Add session"],
  ["agenda", "Agenda", "Add agenda item"],
  ["results", "Results of the meeting", "Add result"],
  ["links", "Links", "Add link"],
  ["contacts", "Press contacts", "Add contact"],
  ["footnotes", "Footnotes", "Add footnote"],
  ["alerts", "Changes on the day", ""],
];
// `head` reads as a sentence: each control with the words before it. `texts` are the sections with one text each.
const LAYOUTS = {
  meeting: {
    title: "Meeting",
    head: [["start_date", ""], ["end_date", "to"], ["place.city", "in"], ["place.venue", "at"]],
    texts: [["lead", "Lead"]],
    sections: MEETING_SECTIONS,
    always: ["agenda", "programme"],
  },
  topic: { title: "Topic", head: [["title", ""]], texts: [["lead", "Lead"], ["text", "Text"]], sections: [["links", "Links", "Add link"]], always: ["links"] },
};
// What shared blocks are called, by their kind: of parts, or of a text that the meeting has once.
const BLOCK_NAMES = { contacts: "press contacts", links: "links", notice: "notice", text: "lead" };
const MAX_MESSAGES = 3;
const PUBLICATION_AGE = 120_000; // milliseconds until we ask again what is published
const WHEN = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Brussels" });

class NoteEditor {
  constructor(data, tab) {
    Object.assign(this, { data, tab, topics: data.description.topics, hasMoreTopics: data.description.has_more_topics, base: structuredClone(data.document), version: data.version });
    this.loaded = { version: this.version, base: this.base };
    this.isReadOnly = !data.can_change;
    this.layout = LAYOUTS[data.document.type];
    this.mainMembers = [...this.layout.head, ...this.layout.texts].map(([name]) => name);
    document.body.classList.toggle("read-only", this.isReadOnly);
    document.body.dataset.type = data.document.type;
    this.store = new Store(data.document, data.description.new, { isReadOnly: this.isReadOnly });
    this.conflicts = [];
    this.store.controls = data.description.controls;
    this.rows = new Map();
    this.fields = [];
    this.typed = new Map();
    this.internalNotes = {};
    this.comments = new Comments(this);
    this.unsavedNotes = new Map(); // internal notes by the id of their part
    this.shownNotes = new Map(); // when the note was written that each of these changes, "" if there was none
    this.main = document.querySelector("#note");
    this.status = document.querySelector("#status");
    this.others = document.querySelector("#others");
    this.keeper = new Keeper({
      addresses: data.addresses, user: data.user, subject: data.document.id, tab, token: data.token,
      getContent: () => this.getContent(), getCommentsVersion: () => this.comments.version, onstate: (state, answer) => this.showState(state, answer),
    });
    this.build();
    this.panel = new Panel(this);
    this.store.addEventListener("change", ({ detail }) => this.changed(detail));
    this.store.addEventListener("adopt", ({ detail }) => {
      this.showAll();
      this.renewChanged(detail.previous);
    });
    enableDragging(this);
    this.listen();
    this.offerDrafts();
    this.keeper.send({ checks: true });
    this.panel.showPublication();
    const [part, ...member] = location.hash.slice(1).split("."); // a link to a field: #id.member
    if (part === "comments") this.showChecks();
    else this.openPart(part, member.join("."));
  }

  // Building

  build() {
    const { title, head, texts, sections } = this.layout;
    const controls = this.store.controls[this.store.document.type];
    const add = (parent, name) => {
      const field = makeField(this, this.store.document.id, controls.find((each) => each.name === name));
      this.fields.push(field);
      parent.append(field.element);
    };
    const section = (id, name, ...children) => element("section", { id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, name), ...children);
    const sentence = element("div", { class: "head-sentence" });
    for (const [name, words] of head) {
      if (words) sentence.append(element("span", { class: "joint" }, words));
      add(sentence, name);
    }
    this.main.append(section("head", title, sentence));
    if (this.store.document.chairs) {
      sentence.append(element("span", { class: "joint" }, "chaired by"));
      this.main.lastChild.append(this.makeList("chairs", "Chairs", "Add chair"));
    }
    for (const [name, label] of texts) {
      this.main.append(section(name, label));
      this.main.lastChild.classList.add("one-text"); // its heading is the label
      add(this.main.lastChild, name);
      if (name === "lead") this.main.lastChild.append(...[this.makeBlockChoice("text")].filter(Boolean));
    }
    this.main.append(...sections.map(([member, name, addLabel]) => this.makeSection(member, name, addLabel)));
    const details = document.querySelector("#panel-details");
    for (const { name } of controls) {
      if (this.mainMembers.includes(name)) continue;
      add(details, name);
      if (name === "notice") details.append(...[this.makeBlockChoice("notice")].filter(Boolean));
    }
    details.append(this.makeInternalNote(this.store.document.id, "Internal note and private contacts"));
    this.showOutline();
    this.showSection("head");
  }

  makeSection(member, title, addLabel) {
    const section = element("section", { id: member, hidden: member === "alerts" && !this.store.document.alerts.length, "aria-labelledby": `${member}-title` }, element("h2", { id: `${member}-title` }, title));
    section.append(...this.makeListParts(member, addLabel));
    if (member === "agenda") section.append(button("Renumber", () => this.renumber(), { class: "quiet" }));
    return section;
  }

  makeList(member, label, addLabel) {
    return element("div", { role: "group", "aria-label": label }, ...this.makeListParts(member, addLabel));
  }

  makeListParts(member, addLabel) {
    const list = element("div", { class: "rows", "data-owner": this.store.document.id, "data-member": member });
    this.fillList(list);
    const add = addLabel && button(addLabel, () => this.addPart(member), { class: "add" });
    return [list, add, this.makeBlockChoice(member)].filter(Boolean);
  }

  /** A list of shared blocks, such as press contacts that repeat in many notes. Choosing one adds its text. */
  makeBlockChoice(kind) {
    const blocks = (this.data.shared_blocks ?? []).filter((block) => block.kind === kind);
    if (!blocks.length || this.isReadOnly) return null;
    const select = element("select", { class: "add-block", "aria-label": `Add a shared block: ${BLOCK_NAMES[kind]}` },
      element("option", { value: "" }, "Add a shared block…"),
      ...blocks.map(({ id, name }) => element("option", { value: id }, name)));
    select.addEventListener("change", () => {
      const block = blocks.find(({ id }) => id === select.value);
      select.value = "";
      if (block) this.addBlock(block);
    });
    return select;
  }

  addBlock({ kind, name, content }) {
    const { document } = this.store;
    if (kind === "text") this.store.set(document.id, { lead: document.lead + content.text });
    else if (kind === "notice") this.store.set(document.id, content);
    else this.openNew(this.store.add(document.id, kind, { values: structuredClone(content) }));
    announce(`Added: ${name}.`);
  }

  addPart(member) {
    const last = this.store.document[member].at(-1);
    const values = last && "session" in last && member !== "chairs" ? { session: last.session } : {};
    this.openNew(this.store.add(this.store.document.id, member, { values }));
  }

  /** Show the parts of a list, in its order. Rows that are there already stay, with what is open in them. */
  fillList(list) {
    const { owner, member } = list.dataset;
    const place = this.store.find(owner);
    const value = place?.part[member] ?? [];
    const parts = Array.isArray(value) ? value : [value];
    const kind = { items: "agenda", result: "results" }[member] ?? member;
    const elements = parts.map((part) => {
      const row = this.rows.get(part.id) ?? new Row(this, part.id, kind);
      this.rows.set(part.id, row);
      if (row.inner) this.fillList(row.inner);
      return row.element;
    });
    for (const [index, each] of elements.entries()) {
      if (list.children[index] === each) continue;
      if (each.contains(list)) each.before(list.closest(".row")); // it was within the part that is within it now
      const before = list.children[index] ?? null;
      if (list.moveBefore && each.isConnected && list.isConnected) list.moveBefore(each, before);
      else list.insertBefore(each, before);
    }
    if (list.addButton) list.addButton.hidden = parts.length > 0;
  }

  showAll() {
    const ids = new Set([...walkParts(this.store.document)].map(({ part }) => part.id));
    const focused = document.activeElement;
    const section = focused?.closest("#note > section");
    for (const list of document.querySelectorAll(".rows")) if (ids.has(list.dataset.owner) || list.dataset.owner === this.store.document.id) this.fillList(list);
    for (const [id, row] of this.rows) {
      if (ids.has(id)) row.refresh();
      else {
        row.element.remove();
        row.end();
      }
    }
    for (const field of this.fields) field.refresh();
    if (!focused?.isConnected) section?.querySelector(".add")?.focus(); // it was in a part that is gone
    else if (focused !== document.activeElement) focused.focus();
    this.showOutline();
    this.comments.show();
  }

  /** Show values that somebody else has changed, also in the field that has the focus. */
  renewChanged(previous) {
    const before = new Store(previous, {});
    const fields = [...this.fields, ...[...this.rows.values()].flatMap((row) => row.allFields)];
    for (const field of fields) {
      if (JSON.stringify(before.get(field.id, field.control.name)) !== JSON.stringify(field.value)) field.refresh(true);
    }
  }

  showOutline() {
    document.body.classList.toggle("no-sessions", !this.store.document.sessions?.length);
    const outline = document.querySelector("#outline");
    const entry = (label, href, depth = 0) => element("li", { class: `depth-${depth}` }, element("a", { href, "data-id": href.slice(1) }, label), element("span", { class: "outline-marks" }));
    const { document: note } = this.store;
    const { title: head, texts, sections, always } = this.layout;
    const entries = [entry(head, "#head"), ...texts.map(([name, label]) => entry(label, `#${name}`))];
    for (const [member, title] of sections) {
      if (!note[member].length && !always.includes(member)) continue;
      const count = member === "agenda" ? [...walkItems(note.agenda)].length : note[member].length;
      entries.push(entry(`${title}${count ? ` (${count})` : ""}`, `#${member}`));
      if (member === "programme") for (const part of note.programme) entries.push(entry(describePart("programme", part, this.store).name, `#part-${part.id}`, 1));
      if (member !== "agenda") continue;
      let session = null;
      for (const { item, depth } of walkItems(note.agenda)) {
        if (!depth && item.session !== session) {
          session = item.session;
          const name = note.sessions.find(({ id }) => id === session)?.title;
          entries.push(element("li", { class: "outline-session" }, name ?? "No session"));
        }
        entries.push(entry(describePart("agenda", item, this.store).name, `#part-${item.id}`, 1 + depth));
      }
    }
    outline.replaceChildren(...entries);
    this.markOutline();
  }

  /** Show in the outline what the panel knows about each part. */
  markOutline() {
    for (const link of document.querySelectorAll("#outline a")) {
      link.nextElementSibling.replaceChildren(...makeMarks(this.panel?.outlineMarks?.get(link.dataset.id) ?? []));
    }
  }

  /** Return the members of a part that differ from what is saved. All members of a new part do. */
  listUnsaved(id) {
    if (this.savedParts?.base !== this.base) this.savedParts = { base: this.base, store: new Store(this.base, {}) };
    const [now, saved] = [this.store.find(id)?.part, this.savedParts.store.find(id)?.part];
    return now ? listDifferences(now, saved) : [];
  }

  // Changing

  changed({ id, members, structure, undone }) {
    if (structure) this.showAll();
    else {
      this.rows.get(id)?.refresh();
      if (id === this.store.document.id) for (const field of this.fields) field.refresh();
      if (this.store.find(id)?.kind === "sessions") this.showAll();
      if (members.some((name) => ["title", "number", "time_text", "kind", "session"].includes(name))) this.showOutline();
    }
    if (undone) announce("Undone.");
    if (this.data.approval_note && !this.hasToldWhoApproves) this.say(this.data.approval_note);
    this.hasToldWhoApproves = true;
    this.keepOrClear();
    this.comments.changed();
    this.panel?.changed();
  }

  setTyped(key, text) {
    this.typed.set(key, text);
    this.keeper.changed();
  }

  clearTyped(key) { this.typed.delete(key); }

  undo() { if (!this.store.undo()) announce("There is nothing to undo."); }

  openNew(part) {
    const row = this.rows.get(part.id);
    if (!row.inlineFields.length) row.setOpen(true);
    row.element.scrollIntoView({ block: "nearest", behavior: "instant" });
    const first = row.allFields.find((field) => ["title", "name", "mark", "time"].includes(field.control.name)) ?? row.allFields[0];
    first?.focusText();
    announce(`Added: ${describePart(row.kind, row.part, this.store).name}.`);
  }

  /** On a phone, one part of the screen is visible: the outline, one section of the note, or the panel. */
  showView(view) {
    document.body.dataset.view = view;
    for (const each of document.querySelectorAll(".views button")) each.setAttribute("aria-pressed", String(each.dataset.view === view));
    if (["details", "checks", "changes", "preview"].includes(view)) this.panel.show(view);
    else this.panel?.setWidth("phone");
  }

  showChecks() {
    this.showView("checks");
    document.querySelector("#panel-checks").focus();
  }

  showSection(id) {
    for (const section of this.main.children) section.classList.toggle("current", section.id === id);
  }

  openPart(id, member = "") {
    if (!this.store.find(id)) return;
    const isDetail = id === this.store.document.id && !this.mainMembers.includes(member);
    this.showView(isDetail && this.fields.some(({ control }) => control.name === member) ? "details" : "note");
    for (let place = this.store.find(id); place?.owner; place = this.store.find(place.owner.id)) {
      this.rows.get(place.part.id)?.setOpen(true);
      if (place.owner.id === this.store.document.id) break;
    }
    const row = this.rows.get(id);
    const field = (row ? row.allFields : this.fields).find(({ control }) => control.name === member);
    const section = (row?.element ?? field?.element)?.closest("#note > section");
    if (section) this.showSection(section.id);
    field?.element.closest("details")?.setAttribute("open", "");
    (field?.element ?? row?.head)?.scrollIntoView({ block: "center", behavior: "instant" });
    if (field) field.focusText();
    else row?.toggle.focus();
  }

  removePart(id) {
    const place = this.store.find(id);
    if (!place) return;
    const { name } = describePart(place.kind, place.part, this.store);
    const { count, within, bringBack } = this.store.remove(id);
    const lost = count ? ` ${count} ${count === 1 ? "part has" : "parts have"} no session now.` : "";
    const inner = within ? ` ${within} ${within === 1 ? "item" : "items"} within it went too.` : "";
    this.say(`Deleted “${name}”.${inner}${lost}`, ["Bring it back", bringBack]);
    this.focusAfterRemoval(place);
  }

  focusAfterRemoval({ owner, member, index }) {
    const list = this.store.find(owner.id)?.part[member];
    const next = Array.isArray(list) ? (list[index] ?? list[index - 1]) : null;
    const target = next ? this.rows.get(next.id)?.toggle : document.querySelector(`.rows[data-owner="${owner.id}"][data-member="${member}"]`)?.parentElement.querySelector(".add");
    target?.focus();
  }

  announcePlace(id) {
    const { part, owner, member, index, kind } = this.store.find(id);
    const { name } = describePart(kind, part, this.store);
    const within = member === "items" ? `, part of ${describePart("agenda", owner, this.store).name}` : "";
    announce(`${name}: ${index + 1} of ${Array.isArray(owner[member]) ? owner[member].length : 1}${within}`);
  }

  /** Number the items of the agenda as notes print them: 1, 2, and within an item (a), (b). */
  renumber() {
    const numbers = [];
    const number = (items, depth) => {
      let count = 0;
      for (const item of items) {
        if (item.kind === "item") {
          count += 1;
          numbers.push([item.id, depth ? `(${String.fromCharCode(96 + count)})` : String(count)]);
        }
        number(item.items, depth + 1);
      }
    };
    number(this.store.document.agenda, 0);
    this.say("The items have new numbers.", ["Undo", this.store.setAll("number", numbers)]);
  }

  /** Let the server read what was typed. Return null without a connection. If the server is busy, nothing is readable,
   * and `delay` is the milliseconds after which to try again. */
  async read(kind, text) {
    const reading = this.keeper.post(this.data.addresses.read, { kind, text, near: this.store.document.start_date });
    this.reading = Promise.all([this.reading, reading]); // a save waits for it
    const { ok, status, data, delay } = await reading;
    if (status === 429) return { is_readable: false, message: data.message ?? "The site is busy. Try again in a few seconds.", delay };
    return ok ? data : null;
  }

  /** Return the topics that have these words; null without an answer. */
  async findTopics(text) {
    const { ok, data } = await this.keeper.post(this.data.addresses.topics, { text });
    return ok ? data : null;
  }

  /** A note for colleagues. It is saved by itself and is in no document. */
  makeInternalNote(id, label = "Internal note") {
    const field = newId();
    const area = element("textarea", { id: field, rows: "1", maxlength: "2000", "data-note": id });
    area.addEventListener("input", () => {
      if (!this.unsavedNotes.has(id)) this.shownNotes.set(id, area.dataset.at);
      this.unsavedNotes.set(id, area.value);
      this.keeper.changed();
    });
    area.addEventListener("change", () => this.saveNotes());
    const shown = element("div", { class: "field field-long internal" }, element("label", { for: field }, `${label} (readers never see it)`), area, element("p", { class: "help" }));
    this.fillInternalNote(area);
    return shown;
  }

  fillInternalNote(area) {
    const note = this.internalNotes[area.dataset.note];
    const typed = this.unsavedNotes.get(area.dataset.note);
    if (typed === undefined || document.activeElement !== area) area.value = typed ?? note?.text ?? "";
    if (typed === undefined) area.dataset.at = note?.at ?? "";
    area.nextElementSibling.textContent = note ? `${note.by}, ${new Date(note.at).toLocaleDateString("en-GB", { timeZone: "Europe/Brussels" })}` : "";
  }

  /** Save the internal notes that were typed. A second call during this waits for the same one. */
  saveNotes() {
    this.savingNotes ??= this.#saveNotes().finally(() => { this.savingNotes = null; });
    return this.savingNotes;
  }

  async #saveNotes() {
    const refused = new Map();
    for (const [part, text] of this.unsavedNotes) {
      const answer = await this.keeper.post(this.data.addresses.internal, { part, text, shown: this.shownNotes.get(part) });
      if (!answer.ok) {
        refused.set(part, answer.data.message ?? "Not saved yet.");
        if (answer.status === 409) continue; // too long: others may be shorter now
        break;
      }
      const saved = answer.data.notes[part];
      const typed = this.unsavedNotes.get(part);
      const isAdded = saved && saved.text !== text; // to what a colleague wrote meanwhile
      const before = isAdded && saved.text.endsWith(`\n${text}`) ? saved.text.slice(0, -text.length) : `${saved?.text}\n`;
      const now = isAdded ? (typed === text ? saved.text : before + typed) : typed;
      if (typed === text) this.unsavedNotes.delete(part);
      else {
        this.unsavedNotes.set(part, now);
        this.shownNotes.set(part, saved?.at ?? "");
      }
      if (isAdded) for (const area of document.querySelectorAll(`[data-note="${part}"]`)) area.value = now;
      this.showInternalNotes(answer.data.notes);
      await this.keepOrClear();
      this.status.textContent = isAdded ? "Internal note saved below that of a colleague" : "Internal note saved";
    }
    for (const [part, message] of refused) {
      const problem = document.querySelector(`[data-note="${part}"] + .help`);
      if (problem) problem.textContent = message;
      this.status.textContent = "Internal note not saved";
    }
  }

  showInternalNotes(notes) {
    this.internalNotes = notes;
    for (const area of document.querySelectorAll("[data-note]")) this.fillInternalNote(area);
    this.showMarks();
  }

  notePart(row) {
    this.keeper.part = row ? `${row.kind} ${row.id}` : "";
  }

  // Keeping and saving

  getContent() {
    const { version, base, conflicts, typed, unsavedNotes, shownNotes } = this;
    return { version, base, conflicts, document: this.store.document, typed: Object.fromEntries(typed), notes: Object.fromEntries(unsavedNotes), shownNotes: Object.fromEntries(shownNotes), answers: [...this.comments.answers] };
  }

  get isChanged() {
    return this.typed.size > 0 || this.unsavedNotes.size > 0 || this.conflicts.length > 0 || JSON.stringify(this.store.document) !== JSON.stringify(this.base);
  }

  showState(state, answer) {
    const { isChanged } = this;
    const words = {
      unchanged: this.savedAt ? `Saved ${this.savedAt}` : "No changes",
      changed: "Not saved yet",
      kept: `Draft kept ${answer?.time}`, // in Brussels, by the clock of the server
      offline: "No connection. What you type is kept in this browser.",
      "signed-out": "You are signed out. What you type is kept in this tab.",
      full: "This browser has no room for the draft. Save now.",
    };
    const text = words[state === "kept" && !isChanged ? "unchanged" : state];
    if (text) this.status.textContent = text;
    this.status.dataset.state = state;
    document.body.classList.toggle("unsaved", isChanged); // the next step of a changed note is to submit it
    if (state === "signed-in") this.signInMessage?.remove();
    if (state === "signed-out") this.signInMessage = this.say(answer?.message ?? "Sign in again in a new tab, then come back to this one.", ["Sign in in a new tab", () => open(this.data.addresses.login, "_blank")]);
    if (state === "kept" && answer) this.panel?.showAnswer(answer);
    if (state === "kept" && this.unsavedNotes.size) this.saveNotes();
  }

  /** Keep the draft if something is not saved; otherwise delete it. */
  async keepOrClear() {
    if (this.isChanged || this.comments.answers.size) return this.keeper.changed();
    this.showState("unchanged");
    return this.keeper.clear();
  }

  /** Read the dates and times that wait in `typed`. Return a problem for each that cannot be read. */
  async readTyped() {
    const problems = [];
    for (const [key, text] of [...this.typed]) {
      const [id, member] = [key.slice(0, 36), key.slice(37)];
      const place = this.store.find(id);
      const control = place && this.store.controls[place.kind].find(({ name }) => name === member);
      const answer = !control ? null : text.trim() ? await this.read(control.control, text.trim()) : { value: null, is_readable: true };
      if (!control) this.typed.delete(key);
      else if (!answer) problems.push({ kind: place.kind, id, member, message: `“${text}” could not be read without a connection.` });
      else if (!answer.is_readable) problems.push({ kind: place.kind, id, member, message: answer.message, delay: answer.delay });
      else {
        this.typed.delete(key);
        takeRead(this.store, id, control, answer.value);
      }
    }
    for (const field of this.fields) field.refresh();
    return problems;
  }

  /** Save the note. Return whether it was saved. A call during a save waits for it, and saves what is left. */
  save(remark = "") {
    if (this.saving) return this.saving.then((isSaved) => (remark || this.isChanged ? this.save(remark) : isSaved));
    this.saving = this.#save(remark).finally(() => { this.saving = null; });
    return this.saving;
  }

  /** Save what is typed now. If the server is busy, try once more after a while, with what is typed then. */
  async #save(remark, isRepeated = false) {
    const repeatAfter = async (delay) => {
      await new Promise((resolve) => { setTimeout(resolve, delay); });
      return this.#save(remark, true);
    };
    await Promise.all([this.reading, this.saveNotes()]);
    const unread = await this.readTyped();
    const delay = Math.max(0, ...unread.map((problem) => problem.delay ?? 0));
    if (delay && !isRepeated) return repeatAfter(delay);
    if (unread.length) {
      this.refuse(unread);
      return false;
    }
    if (remark && !this.isChanged) {
      this.say("There is nothing to save, so the comment was not kept.");
      return false;
    }
    const sent = JSON.stringify(this.store.document);
    this.status.textContent = "Saving…";
    const body = { version: this.version, document: JSON.parse(sent), remark };
    let answer = await this.keeper.post(this.data.addresses.save, body);
    if (answer.status === 409 && answer.data.needs_base) answer = await this.keeper.post(this.data.addresses.save, { ...body, base: this.base });
    if (answer.status === 429 && !isRepeated) return repeatAfter(answer.delay);
    if (answer.ok) {
      const { document: saved, version, conflicts, message, time } = answer.data;
      const typedMeanwhile = JSON.stringify(this.store.document) !== sent;
      const ours = new Store(JSON.parse(sent), {});
      const questions = conflicts.map((conflict) => ({ ...conflict, part: ours.find(conflict.id)?.part, places: ours.listPlaces(conflict.id) }));
      const identify = ({ id, member, ours }) => JSON.stringify([id, member, ours]);
      const isOther = (old) => !questions.some((question) => identify(question) === identify(old));
      const asked = Date.now(); // what nobody has chosen yet stays a question of its own
      this.conflicts = [...this.conflicts.filter(isOther), ...questions.map((question) => ({ ...question, asked }))];
      this.toldVersion = version; // it is one's own
      this.savedAt = time;
      if (typedMeanwhile) this.base = JSON.parse(sent); // with the old version: the next save merges what was typed since
      else {
        this.version = version;
        this.base = structuredClone(saved);
        this.store.adopt(saved);
        await this.keepOrClear();
      }
      this.status.textContent = `Saved ${this.savedAt}`;
      this.status.dataset.state = "saved";
      for (const old of document.querySelectorAll("#messages .fades")) old.remove();
      this.draftMessage?.remove(); // to discard it now would discard something else
      this.refusal?.remove();
      this.panel.showProblems([]);
      if (conflicts.length) this.askAboutConflicts();
      if (message) this.say(message);
      this.panel.changed();
      this.panel.showPublication();
      return true;
    }
    if (answer.status === 0 || answer.status === 401) return false; // the status says so
    this.status.textContent = "Not saved";
    this.status.dataset.state = "refused";
    if (answer.status === 422) this.refuse(answer.data.problems);
    else if (answer.data.message) this.say(answer.data.message);
    return false;
  }

  refuse(problems) {
    this.status.textContent = "Not saved";
    this.status.dataset.state = "refused";
    this.panel.showProblems(problems);
    const count = problems.length === 1 ? "there is a mistake" : `there are ${problems.length} mistakes`;
    this.refusal?.remove();
    this.refusal = this.say(`Not saved: ${count}. What you typed is kept.`, ["Show", () => this.showChecks()]);
  }

  askAboutConflicts() {
    this.panel.showConflicts(this.conflicts);
    const isOrder = this.conflicts.every(isAboutOrder);
    const own = isOrder
      ? "You, in another browser, also moved items. The order that was saved first stays; this one is kept until you choose."
      : "You, in another browser, changed the same text. That is saved; what you typed here is kept until you choose.";
    const words = isOrder
      ? "A colleague also moved items. The order that was saved first stays; yours is kept until you choose."
      : "You and a colleague changed the same text. Theirs is saved; yours is kept until you choose.";
    this.conflictMessage = this.say(this.conflicts.every((conflict) => conflict.is_own) ? own : words, ["Show both", () => this.showChecks()]);
  }

  /** A conflict was decided. */
  settle(conflict) {
    this.conflicts = this.conflicts.filter((other) => !areOneQuestion(conflict, other));
    if (!this.conflicts.length) this.conflictMessage?.remove();
    this.keepOrClear();
  }

  /** Say once that somebody else has saved since this document was loaded. */
  tellOfSave(version) {
    if (this.toldVersion === version) return;
    this.toldVersion = version;
    if (this.isChanged) this.say("A colleague, or you in another browser, has saved this note meanwhile. When you save, both changes are put together.");
    else this.say("A colleague, or you in another browser, has saved this note meanwhile.", ["Show the new text", () => location.reload()]);
  }

  /** Show what this user typed in this tab before, and offer the newest of what was typed in tabs that are closed now. */
  async offerDrafts() {
    const open = await listOpenTabs();
    const local = this.keeper.listLocal(); // never older than what the server has of the same tab
    const own = local.find(({ tab }) => tab === this.tab);
    if (own) {
      this.takeDraft(own);
      this.draftMessage = this.say("What you had typed and not saved is here again.", ["Discard it", () => this.discardOwnDraft()]);
    }
    const onServer = this.data.drafts.map(({ tab, saved_at, part }) => ({ tab, part, at: Date.parse(saved_at) }));
    const drafts = [...local, ...onServer.filter(({ tab }) => !local.some((one) => one.tab === tab))];
    this.drafts = drafts.filter(({ tab }) => tab !== this.tab && !open.has(tab)).sort((one, other) => other.at - one.at);
    this.offerDraft();
  }

  /** Show what is saved instead of what is typed in this tab. */
  discardOwnDraft() {
    const { version, base } = this.loaded;
    this.swapContent({ version, base, document: structuredClone(base) }, "What you had typed is discarded.");
  }

  /** Show another content in this tab, and offer to undo that. What waits for a choice between two texts stays. */
  swapContent(content, words) {
    const before = structuredClone(this.getContent());
    this.comments.answers.clear();
    this.takeDraft({ tab: this.tab, content: { ...content, conflicts: this.conflicts } });
    this.keepOrClear();
    this.draftMessage = this.say(words, ["Undo", () => this.swapContent(before, "What you had typed is here again.")]);
  }

  /** Offer the newest draft, and the next when the user has decided on it. */
  offerDraft() {
    const [draft] = this.drafts;
    if (!draft) return;
    const decided = () => { this.drafts.shift(); this.offerDraft(); };
    this.say(
      this.describeDraft(draft),
      ["Continue with it", async () => { if (await this.continueDraft(draft)) decided(); else this.offerDraft(); }],
      ["Discard it", async () => { if (await this.discardDraft(draft)) decided(); else this.offerDraft(); }],
    );
  }

  /** Say where and when a draft was typed. A draft that only the server has was typed in another browser. */
  describeDraft({ at, part, content }) {
    const place = part && this.panel.describePlace(part);
    const words = ["You have text that is not saved, typed", content ? "in this browser" : "in another browser", `on ${WHEN.format(at)}`];
    return `${words.join(" ")}${place?.startsWith("in ") ? `, last ${place}` : ""}.`;
  }

  /** Discard a draft of a closed tab. What waits in it for a choice between two texts goes on waiting in this tab. Return
   * whether that is done: not without a connection. */
  async discardDraft(draft) {
    const answer = draft.content ? null : await this.keeper.post(this.data.addresses.load, { tab: draft.tab });
    if (answer && !answer.ok && answer.status !== 404) return false;
    const waiting = (draft.content ?? answer.data.content)?.conflicts ?? [];
    if (waiting.length) {
      this.conflicts = [...this.conflicts, ...waiting];
      this.keeper.changed();
      this.askAboutConflicts();
      if (!(await this.keeper.send()).ok) return true; // the draft is offered again
    }
    this.keeper.clear(draft.tab);
    return true;
  }

  /** Load a draft if only the server has it, save what was typed since the page was opened, and show the draft. Return
   * whether that is done: not while something typed here is not saved, or waits for a choice between two texts. */
  async continueDraft(draft) {
    const answer = draft.content ? null : await this.keeper.post(this.data.addresses.load, { tab: draft.tab });
    const content = draft.content ?? answer.data.content;
    if (answer?.data.message) this.say(answer.data.message);
    if (answer?.status === 404) return true; // it is saved already, or discarded
    if (this.isChanged) await this.save();
    if (this.conflicts.length) this.askAboutConflicts();
    if (!content || this.isChanged) return false;
    this.takeDraft({ tab: draft.tab, content });
    return true;
  }

  takeDraft({ tab, content }) {
    this.version = content.version;
    this.base = content.base;
    this.typed = new Map(Object.entries(content.typed ?? {}));
    this.unsavedNotes = new Map(Object.entries(content.notes ?? {}));
    this.shownNotes = new Map(Object.entries(content.shownNotes ?? {}));
    this.conflicts = content.conflicts ?? [];
    this.comments.answers = new Map([...(content.answers ?? []), ...this.comments.answers]);
    this.store.adopt(content.document);
    this.showInternalNotes(this.internalNotes);
    this.keeper.changed();
    if (this.conflicts.length) this.askAboutConflicts();
    if (tab === this.tab) return;
    this.keeper.discarded.add(tab); // it is in this tab's draft
    this.keeper.send();
  }

  /** Show a message with actions, and return it. It stays until somebody acts. */
  say(text, ...actions) {
    const box = document.querySelector("#messages");
    const close = () => {
      if (message.contains(document.activeElement) && this.lastFocused?.isConnected) this.lastFocused.focus();
      message.remove();
    };
    for (const old of box.querySelectorAll(".message")) if (old.firstElementChild.textContent === text) old.remove();
    const message = element("div", { class: actions.length ? "message" : "message fades", role: "status" }, element("p", {}, text),
      ...actions.map(([label, act]) => button(label, () => { close(); act(); })), button("Close", close, { class: "quiet" }));
    box.append(message);
    const isOld = (each) => each !== message && each.matches(".fades");
    while (box.children.length > MAX_MESSAGES) ([...box.children].find(isOld) ?? box.firstElementChild).remove();
    return message;
  }

  showProblemsOf(row) {
    this.panel?.markFields(row);
    this.comments.showIn(row);
  }

  showMarks() { this.panel?.markRows(); }

  listen() {
    for (const name of ["dragover", "drop"]) { // beside a field for it, a file would replace this page
      addEventListener(name, (event) => {
        if (!event.dataTransfer.types.includes("Files") || event.defaultPrevented) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "none";
      });
    }
    const renew = () => { if (document.visibilityState === "visible") this.panel.showPublication(); };
    document.addEventListener("visibilitychange", renew);
    setInterval(renew, PUBLICATION_AGE);
    const bar = document.querySelector("#bar");
    new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
    document.querySelector("#save")?.addEventListener("click", () => this.save());
    document.addEventListener("focusin", ({ target }) => { if (target.closest("main")) this.lastFocused = target; });
    addEventListener("online", () => this.panel.changed());
    addEventListener("online", async () => { if (this.typed.size) this.panel.showProblems(await this.readTyped()); });
    const menu = document.querySelector(".menu");
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target) || event.target.closest(".menu button")) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    const dialog = document.querySelector("#comment-dialog");
    const comment = document.querySelector("#comment");
    document.querySelector("#save-remark").addEventListener("click", () => {
      comment.value = "";
      dialog.returnValue = "";
      dialog.showModal();
    });
    dialog.addEventListener("close", () => {
      menu.querySelector("summary").focus(); // the menu that opened it is closed
      if (dialog.returnValue === "save") this.save(comment.value.trim());
    });
    document.querySelector("#undo").addEventListener("click", () => this.undo());
    document.querySelector("#open-all").addEventListener("click", () => { for (const row of [...this.rows.values()]) row.setOpen(true); });
    document.querySelector("#close-all").addEventListener("click", () => { for (const row of [...this.rows.values()]) row.setOpen(false); });
    document.querySelector("header").addEventListener("click", async ({ target }) => {
      if (target.closest("[data-act=submit]") && (await this.save()) && !this.conflicts.length) location.assign(this.data.addresses.submit);
    });
    for (const each of document.querySelectorAll("#messages .close")) each.addEventListener("click", () => each.parentElement.remove());
    document.addEventListener("keydown", (event) => {
      const control = event.ctrlKey || event.metaKey;
      if (control && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s") {
        event.preventDefault();
        if (dialog.open) return dialog.close("save");
        document.activeElement?.dispatchEvent(new Event("change", { bubbles: true })); // what was just typed is read
        if (!this.isReadOnly) this.save();
      } else if (control && event.key.toLowerCase() === "z" && !event.target.closest("input, textarea, [contenteditable]")) {
        event.preventDefault();
        this.undo();
      }
    });
    document.querySelector("#outline").addEventListener("click", (event) => {
      const id = event.target.closest("a")?.dataset.id;
      if (!id) return;
      event.preventDefault();
      this.showView("note");
      if (id.startsWith("part-")) this.openPart(id.slice(5));
      else {
        this.showSection(id);
        document.querySelector(`#${id}`).scrollIntoView({ block: "start", behavior: "instant" });
      }
    });
    for (const each of document.querySelectorAll(".views button")) each.addEventListener("click", () => this.showView(each.dataset.view));
  }
}

const data = JSON.parse(document.querySelector("#note-data").textContent);
globalThis.noteEditor = new NoteEditor(data, await chooseTab(data));
document.querySelector("#note-editor").dataset.ready = "true";
performance.mark("ready");
