// The rows of the note: each part is one line, and opens in place with everything in it.

import { announce, button, element, getPlainText, makeMarks, makeToolbar, newId } from "./elements.js";
import { formatDay, makeField } from "./fields.js";

const NAMES = {
  agenda: "agenda item",
  programme: "programme point",
  links: "link",
  sessions: "session",
  chairs: "chair",
  contacts: "press contact",
  footnotes: "footnote",
  results: "result",
  alerts: "same-day change",
};
const INLINE_MEMBERS = { programme: ["time", "title", "place", "session", "live"] };
const INNER_LISTS = { agenda: ["links"], programme: ["links"], results: ["links"] };

/** Return what the closed row says: its name, and a few facts. */
export function describePart(kind, part, store) {
  const session = part.session && store.document.sessions?.find(({ id }) => id === part.session);
  const facts = [];
  let name = part.title || part.name || part.mark || "";
  if (kind === "agenda") {
    name = `${part.number} ${part.title}`.trim();
    if (part.links.length) facts.push(part.links.length === 1 ? "1 link" : `${part.links.length} links`);
    if (part.state) facts.push(part.state);
    if (part.result) facts.push("result");
  } else if (kind === "programme") {
    name = [part.time_text, part.title || labelOf(store, kind, "kind", part.kind)].filter(Boolean).join("  ");
    facts.push(...[part.place, part.live && "live", part.state].filter(Boolean));
  } else if (kind === "links") facts.push(part.url || part.image ? labelOf(store, kind, "kind", part.kind) : "no web address yet");
  else if (kind === "footnotes") name = `${part.mark} ${getPlainText(part.text)}`;
  else if (kind === "alerts") name = part.text;
  else if (part.role) facts.push(part.role);
  if (kind !== "sessions" && part.date) facts.push(formatDay(part.date));
  if (session) facts.push(session.title);
  return { name: name || `New ${NAMES[kind]}`, facts };
}

const labelOf = (store, kind, member, value) => store.controls[kind].find(({ name }) => name === member).choices.find(([key]) => key === value)?.[1] ?? "";

/** One part. It keeps its fields while it is open, and only then has any. */
export class Row {
  constructor(editor, id, kind) {
    Object.assign(this, { editor, id, kind });
    this.fields = [];
    this.inlineFields = [];
    this.titleId = newId();
    this.toggle = button("", () => this.setOpen(!this.isOpen), { class: "row-title", id: this.titleId, "aria-expanded": "false" });
    this.facts = element("span", { class: "row-facts" });
    this.marks = element("span", { class: "row-marks" });
    this.handle = element("span", { class: "handle", "aria-hidden": "true", title: "Drag to move" }, "⠿");
    this.head = element("div", { class: "row-head" }, this.handle, this.makeInline(), this.toggle, this.facts, this.marks, this.makeTools());
    this.body = element("div", { class: "row-body", hidden: true });
    this.inner = kind === "agenda" ? element("div", { class: "rows", "data-owner": id, "data-member": "items" }) : null;
    this.element = element("section", { class: `row row-${kind}`, "aria-labelledby": this.titleId, "data-id": id, "data-kind": kind }, this.head, this.body, this.inner);
    this.toggle.addEventListener("keydown", (event) => this.moveByKey(event));
    this.body.addEventListener("paste", (event) => this.fields.find((field) => field.takePaste)?.takePaste(event));
    this.refresh();
  }

  get part() { return this.editor.store.find(this.id)?.part; }

  /** The programme is a table: its most important members can be typed without opening a row. */
  makeInline() {
    const names = INLINE_MEMBERS[this.kind];
    if (!names) return null;
    const controls = this.editor.store.controls[this.kind];
    this.inlineFields = names.map((name) => makeField(this.editor, this.id, { ...controls.find((control) => control.name === name), help: "" }));
    this.inlineFields.find(({ control }) => control.name === "title").input.addEventListener("change", () => this.guessKind());
    return element("div", { class: "row-inline" }, ...this.inlineFields.map((field) => field.element));
  }

  /** A programme point that is called “Press conference” is one. */
  guessKind() {
    const { kind, title } = this.part;
    const { choices } = this.editor.store.controls[this.kind].find(({ name }) => name === "kind");
    const meant = choices.find(([, label]) => label.toLowerCase() === title.trim().toLowerCase());
    if (kind === "other" && meant) this.editor.store.set(this.id, { kind: meant[0] });
  }

  makeTools() {
    const tool = (sign, label, act) => button(sign, act, { "aria-label": label, title: label });
    const tools = [
      tool("↑", "Move up", () => this.step("up")),
      tool("↓", "Move down", () => this.step("down")),
    ];
    if (this.kind === "agenda") tools.push(tool("→", "Make part of the item above", () => this.step("in")), tool("←", "Move out of its item", () => this.step("out")));
    if (this.kind === "agenda" || this.kind === "programme") {
      tools.push(tool("Insert", "Insert below", () => this.insertBelow()));
      tools.push(tool("Copy", "Duplicate", () => this.editor.openNew(this.editor.store.duplicate(this.id))));
    }
    tools.push(tool("Delete", "Delete", () => this.editor.removePart(this.id)));
    return makeToolbar("Move, duplicate and delete", tools, { class: "row-tools" });
  }

  insertBelow() {
    const { owner, member, index, part } = this.editor.store.find(this.id);
    this.editor.openNew(this.editor.store.add(owner.id, member, { index: index + 1, values: { session: part.session ?? null } }));
  }

  step(direction) {
    if (!this.editor.store.step(this.id, direction)) {
      announce("It cannot be moved further in this direction.");
      return;
    }
    this.editor.announcePlace(this.id);
    this.editor.rows.get(this.id)?.toggle.focus();
  }

  moveByKey(event) {
    const direction = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" }[event.key];
    if (!event.altKey || !direction) return;
    event.preventDefault();
    this.step(direction);
  }

  get allFields() { return [...this.inlineFields, ...this.fields]; }

  get isOpen() { return !this.body.hidden; }

  setOpen(open) {
    if (open === this.isOpen) return;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.body.hidden = !open;
    this.element.classList.toggle("open", open);
    if (open) this.fill();
    else this.empty();
    this.refresh();
    this.editor.notePart(open ? this : null);
  }

  fill() {
    const inline = INLINE_MEMBERS[this.kind] ?? [];
    const controls = this.editor.store.controls[this.kind].filter(({ name }) => !inline.includes(name));
    const make = (control) => {
      const field = makeField(this.editor, this.id, control);
      this.fields.push(field);
      return field.element;
    };
    this.body.append(...controls.filter(({ more }) => !more).map(make));
    const more = controls.filter((control) => control.more);
    for (const member of INNER_LISTS[this.kind] ?? []) this.body.append(this.makeInnerList(member));
    if (this.kind === "agenda") this.body.append(this.makeResult());
    this.body.append(this.editor.makeInternalNote(this.id));
    if (more.length) {
      const filled = more.some(({ name }) => { const value = this.part[name]; return Array.isArray(value) ? value.length : value && value !== "item"; });
      const details = element("details", { class: "more", open: filled }, element("summary", {}, "More"), ...more.map(make));
      this.body.append(details);
    }
    this.body.append(this.makeSteps());
    this.editor.showProblemsOf(this);
  }

  /** On a phone, one part fills the screen: buttons that close it and open the one before or after it. */
  makeSteps() {
    const find = (step) => {
      const parts = [...this.element.closest("#note > section").querySelectorAll(`.row[data-kind="${this.kind}"]`)];
      return parts[parts.indexOf(this.element) + step];
    };
    const go = (step) => {
      const next = find(step);
      this.setOpen(false);
      if (next) this.editor.openPart(next.dataset.id);
    };
    const buttons = [["‹ Previous", -1], ["Next ›", 1]].filter(([, step]) => find(step));
    return element("p", { class: "part-steps" }, ...buttons.map(([label, step]) => button(label, () => go(step))));
  }

  makeInnerList(member) {
    const list = element("div", { class: "rows", "data-owner": this.id, "data-member": member });
    this.editor.fillList(list);
    return element("div", { class: "inner", role: "group", "aria-label": "Links" }, list, button("Add link", () => this.editor.openNew(this.editor.store.add(this.id, member)), { class: "add" }));
  }

  makeResult() {
    const list = element("div", { class: "rows", "data-owner": this.id, "data-member": "result" });
    this.editor.fillList(list);
    const add = button("Add result", () => this.editor.openNew(this.editor.store.add(this.id, "result")), { class: "add" });
    add.hidden = Boolean(this.part.result);
    list.addButton = add;
    return element("div", { class: "inner", role: "group", "aria-label": "Result" }, list, add);
  }

  empty() {
    for (const field of this.fields) field.end();
    for (const inner of this.body.querySelectorAll(".row")) this.editor.rows.get(inner.dataset.id)?.end();
    this.fields = [];
    this.body.replaceChildren();
  }

  end() {
    this.empty();
    for (const field of this.inlineFields) field.end();
    this.editor.rows.delete(this.id);
  }

  refresh() {
    const { name, facts } = describePart(this.kind, this.part, this.editor.store);
    if (this.inlineFields.length) {
      this.toggle.textContent = this.isOpen ? "Less" : "More";
      this.toggle.setAttribute("aria-label", `${this.toggle.textContent}: ${name}`);
      // An event without a title is known by its kind, which is not in the row.
      this.inlineFields.find(({ control }) => control.name === "title").input.placeholder = labelOf(this.editor.store, this.kind, "kind", this.part.kind);
    } else if (this.toggle.textContent !== name) this.toggle.textContent = name;
    this.facts.textContent = facts.join(" · ");
    for (const field of this.allFields) field.refresh();
  }

  showMarks(marks) {
    if (this.editor.internalNotes[this.id]) marks = [...marks, { sign: "✎", label: "Has a note for colleagues" }];
    this.marks.replaceChildren(...makeMarks(marks));
  }
}
