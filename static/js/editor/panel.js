// The panel beside the note: details of the meeting, checks, and a preview of what is typed now.

import { button, element, getPlainText } from "./elements.js";
import { formatDay } from "./fields.js";
import { describePart } from "./rows.js";
import { areOneQuestion, DAY_MEMBERS, isAboutOrder, TIME_MEMBERS, walkParts } from "./store.js";

const PREVIEW_DELAY = 1000;
const formatDays = ({ start_date, end_date }) => [...new Set([start_date, end_date])].filter(Boolean).map(formatDay).join(" to ") || "no day";

// What two people, or one person in two browsers, changed at once: who saved it first, and the button that leaves it so.
const nameSaver = (conflict) => (conflict.is_own ? "you, in another browser" : "your colleague");
const nameKept = (conflict) => (conflict.is_own ? "Keep what is saved" : "Keep your colleague’s");

export class Panel {
  constructor(editor) {
    this.editor = editor;
    this.problems = [];
    this.outdated = {};
    this.checks = [];
    this.tabs = [...document.querySelectorAll("#panel [role=tab]")];
    this.frame = document.querySelector("#preview-frame");
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab.dataset.panel));
      tab.addEventListener("keydown", (event) => this.moveByKey(event));
    }
    this.width = document.querySelector("#preview-width");
    this.width.addEventListener("change", () => this.setWidth(this.width.value));
    document.querySelector("#preview-back").addEventListener("click", () => {
      this.setWidth("phone");
      this.width.focus();
    });
    document.querySelector("#preview-language").addEventListener("change", () => this.preview());
    this.showChecks();
  }

  show(name) {
    for (const tab of this.tabs) {
      const chosen = tab.dataset.panel === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.querySelector(`#panel-${tab.dataset.panel}`).hidden = !chosen;
    }
    document.querySelector("#panel").dataset.shown = name;
    if (name === "preview") this.preview();
    if (name === "changes") this.showChanges();
  }

  moveByKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const index = (this.tabs.indexOf(event.target) + step + this.tabs.length) % this.tabs.length;
    this.show(this.tabs[index].dataset.panel);
    this.tabs[index].focus();
  }

  /** Show what is typed now in the preview or in the changes after `delay`. `isBackground`: nothing was typed. */
  changed({ delay = PREVIEW_DELAY, isBackground = false } = {}) {
    const { shown } = document.querySelector("#panel").dataset;
    const renew = { preview: () => this.preview({ isBackground }), changes: () => this.showChanges({ isBackground }) }[shown];
    clearTimeout(this.timer);
    if (renew) this.timer = setTimeout(renew, delay);
  }

  /** Show what is typed now compared with the live edition. */
  async showChanges({ isBackground = false } = {}) {
    const { keeper, store, data } = this.editor;
    const answer = await keeper.post(data.addresses.changes, { document: store.document }, { isBackground });
    if (answer.status === 429) this.changed({ delay: answer.delay, isBackground: true });
    const panel = document.querySelector("#panel-changes");
    if (answer.ok) panel.replaceChildren(...new DOMParser().parseFromString(answer.data, "text/html").body.childNodes);
    else panel.textContent = answer.data.message ?? "The changes are not available now.";
  }

  /** Show the name, the state, the button of the next step, and the menu, as they are now. */
  async showPublication() {
    const { keeper, data } = this.editor;
    clearTimeout(this.publicationTimer);
    const answer = await keeper.post(data.addresses.publication, {}, { isBackground: true });
    if (answer.status === 429) this.publicationTimer = setTimeout(() => this.showPublication(), answer.delay);
    if (!answer.ok) return;
    for (const place of new DOMParser().parseFromString(answer.data, "text/html").querySelectorAll("[data-place]")) {
      for (const shown of document.querySelectorAll(`[data-fill="${place.dataset.place}"]`)) {
        const hasFocus = shown.contains(document.activeElement);
        shown.replaceChildren(...place.cloneNode(true).childNodes);
        if (hasFocus) document.querySelector(".menu > summary").focus();
      }
    }
    const [site] = document.title.split(" | ").slice(-1);
    document.title = `${document.querySelector("h1").textContent} | ${site}`;
  }

  /** Show the preview as wide as a phone beside the note, or as a desktop instead of the note. */
  setWidth(width) {
    this.width.value = width;
    const panel = document.querySelector("#panel");
    panel.dataset.width = width;
    if (width !== "phone") panel.scrollIntoView({ block: "start", behavior: "instant" });
    document.querySelector("#preview-back").hidden = width === "phone";
  }

  /** Show the page as readers would see it. The first time the whole page is shown, then only its content changes. */
  async preview({ isBackground = false } = {}) {
    const language = document.querySelector("#preview-language").value;
    const { keeper, store, data } = this.editor;
    const answer = await keeper.post(data.addresses.preview, { document: store.document, language }, { isBackground });
    if (answer.status === 429) this.changed({ delay: answer.delay, isBackground: true });
    if (!answer.ok) {
      document.querySelector("#preview-problem").textContent = answer.data.message ?? "The preview is not available now.";
      return;
    }
    document.querySelector("#preview-problem").textContent = "";
    const page = new DOMParser().parseFromString(answer.data, "text/html");
    for (const script of page.querySelectorAll("script")) script.remove(); // the frame would refuse them with an error
    const shown = this.frame.contentDocument;
    const [now, next] = [shown?.querySelector("main"), page.querySelector("main")];
    if (now && next && shown.documentElement.lang === page.documentElement.lang) now.replaceWith(shown.adoptNode(next));
    else this.frame.srcdoc = `<!DOCTYPE html>${page.documentElement.outerHTML}`;
  }

  showAnswer({ checks, outdated, problems, others, notes, version, ...more }) {
    if (more.comments) this.editor.comments.take(more);
    if (version > this.editor.version) this.editor.tellOfSave(version);
    if (notes) this.editor.showInternalNotes(notes);
    if (checks) Object.assign(this, { checks, outdated });
    if (problems) this.problems = problems;
    const names = (others ?? []).map(({ name, part }) => `${name} is ${this.describePlace(part)}`);
    this.editor.others.textContent = names.join(". ");
    this.showChecks();
  }

  describePlace(part) {
    const [kind, id] = part.split(" ");
    const place = id && this.editor.store.find(id);
    return place ? `in “${describePart(kind, place.part, this.editor.store).name}”` : "here";
  }

  showProblems(problems) {
    this.problems = problems;
    this.showChecks();
  }

  showChecks() {
    const groups = [["Mistakes to correct", this.problems], ...Object.entries(this.editor.data.check_headings).map(([level, title]) => [title, this.checks.filter((check) => check.level === level)])];
    const shown = groups.filter(([, entries]) => entries.length);
    const list = ([title, entries]) => element("section", {}, element("h2", {}, title), element("ul", {}, ...entries.map((entry) => this.makeEntry(entry))));
    document.querySelector("#panel-checks-list").replaceChildren(...(shown.length ? shown.map(list) : [element("p", {}, "Nothing to correct.")]));
    this.showCount();
    this.markRows();
    for (const row of this.editor.rows.values()) if (row.isOpen) this.markFields(row);
    this.markFields(this.editor);
  }

  /** Show beside the name of the tab how much there is to do. */
  showCount() {
    const count = this.problems.length + this.checks.length + this.editor.comments.list.filter(({ settled }) => !settled).length;
    document.querySelector("#checks-count").textContent = count ? ` (${count})` : "";
  }

  makeEntry({ kind, id, member, message }) {
    const place = this.editor.store.find(id);
    const { name } = place && place.owner ? describePart(kind, place.part, this.editor.store) : { name: "" };
    const where = name && !message.includes(name) ? `${name}: ` : "";
    const text = `${where}${message}`;
    if (member === "required_languages") return element("li", {}, element("a", { href: this.editor.data.addresses.languages }, text));
    if (!member && !place?.owner) return element("li", {}, text); // about the whole note
    return element("li", {}, button(text, () => this.editor.openPart(id, member), { class: "link" }));
  }

  /** Mark the rows of the note and the entries of the outline. */
  markRows() {
    for (const row of this.editor.rows.values()) row.showMarks(this.listMarks([row.id]));
    this.outlineMarks = new Map();
    const { store, layout } = this.editor;
    const { document: note } = store;
    const isText = (member) => layout.texts.some(([name]) => name === member);
    this.outlineMarks.set("head", this.listMarks([note.id, ...(note.chairs ?? []).map(({ id }) => id)], (id, member) => id !== note.id || !isText(member)));
    for (const [name] of layout.texts) this.outlineMarks.set(name, this.listMarks([note.id], (_id, member) => member === name));
    for (const [member] of layout.sections) {
      if (["agenda", "programme"].includes(member)) continue;
      this.outlineMarks.set(member, this.listMarks(note[member].flatMap((part) => [part.id, ...[...walkParts(part)].map((inner) => inner.part.id)])));
    }
    for (const { part, kind } of walkParts(note)) {
      if (!["agenda", "programme"].includes(kind)) continue;
      const inner = [...walkParts({ links: part.links, result: part.result })].map((place) => place.part.id);
      this.outlineMarks.set(`part-${part.id}`, this.listMarks([part.id, ...inner]));
    }
    this.editor.markOutline();
  }

  /** Return what is to be said about parts: mistakes, questions, comments, changes that are not saved, old translations. */
  listMarks(ids, isAbout = () => true) {
    const has = (entries) => entries.some(({ id, member }) => ids.includes(id) && isAbout(id, member));
    const marks = [];
    if (has(this.problems)) marks.push({ sign: "!", label: "Has a mistake" });
    else if (has(this.checks)) marks.push({ sign: "?", label: "Please check" });
    const comments = this.editor.comments.listOpen(ids, isAbout).length;
    if (comments) marks.push({ sign: comments > 1 ? `${comments} ❝` : "❝", label: comments > 1 ? `${comments} open comments` : "1 open comment", isWide: comments > 1 });
    if (ids.some((id) => this.editor.listUnsaved(id).some((member) => isAbout(id, member)))) marks.push({ sign: "●", label: "Changed and not saved yet" });
    const languages = [...new Set(ids.flatMap((id) => this.outdated[id] ?? []))];
    const isWhole = isAbout(ids[0], "");
    if (languages.length && isWhole) marks.push({ sign: languages.length > 2 ? `${languages.length} 🌐` : languages.join(" "), label: `Translations out of date: ${languages.join(", ")}`, isWide: true });
    return marks;
  }

  markFields(owner) {
    const id = owner.id ?? owner.store.document.id;
    for (const field of owner.allFields ?? owner.fields) field.showProblem(this.problems.find((problem) => problem.id === id && problem.member === field.control.name)?.message ?? "");
  }

  /** Two people changed the same member: show both versions, of which the saved one stands. */
  showConflicts(conflicts) {
    const questions = conflicts.filter((one, index) => conflicts.findIndex((other) => areOneQuestion(one, other)) === index);
    const entries = questions.map((conflict) => {
      const done = () => {
        entry.remove();
        this.editor.settle(conflict);
        if (!document.querySelector("#panel-conflicts li")) document.querySelector("#panel-conflicts").replaceChildren();
        (document.querySelector("#panel-conflicts button") ?? document.querySelector("#panel-checks")).focus();
      };
      const entry = element("li", {}, element("strong", {}, this.nameConflict(conflict)), ...this.makeChoice(conflict, done));
      return entry;
    });
    document.querySelector("#panel-conflicts").replaceChildren(element("h2", {}, questions.every((conflict) => conflict.is_own) ? "Changed in two browsers" : "Changed by two people"), element("ul", {}, ...entries));
    this.show("checks");
  }

  /** Return what was found, and the buttons to choose. `done` removes the question. */
  makeChoice(conflict, done) {
    const { store } = this.editor;
    if (conflict.member === "") {
      const whoChanged = conflict.is_own ? "You deleted this here, and changed it in another browser." : "You deleted this, and your colleague changed it.";
      const whoDeleted = conflict.is_own ? "You deleted this in another browser, and changed it here." : "Your colleague deleted this, and you changed it.";
      const who = conflict.ours === null ? whoChanged : whoDeleted;
      const remove = button("Delete it", () => { this.editor.removePart(conflict.id); done(); });
      return [element("p", {}, `${who} It is still there.`), button("Keep it", done), remove];
    }
    if (conflict.member === "owner") {
      const moved = `You moved this to a place that ${conflict.is_own ? "your changes in another browser" : "your colleague’s changes"} exclude.`;
      const take = () => {
        if (!store.moveBack(conflict.places)) this.editor.say("It cannot be moved there, because that place is gone.");
        done();
      };
      return [element("p", {}, `${moved} Your place: ${conflict.ours}.`), button("Leave it where it is", done), button("Move it to your place", take)];
    }
    if (isAboutOrder(conflict)) {
      const take = () => { store.reorder(conflict.id, conflict.member, conflict.ours); done(); };
      const names = conflict.ours.map((id) => store.find(id)).filter(Boolean).map(({ kind, part }) => element("li", {}, describePart(kind, part, store).name));
      const own = element("details", {}, element("summary", {}, "Your order"), element("ol", { class: "own-order" }, ...names));
      return [element("p", {}, `${conflict.is_own ? "You, in another browser," : "A colleague"} moved some of them as well. The order that was saved first stays.`), own, button("Keep the saved order", done), button("Take your order", take)];
    }
    if (TIME_MEMBERS.includes(conflict.member)) return this.makeChoiceOfSeveral(conflict, TIME_MEMBERS, ({ time_text }) => time_text || "no time", done);
    if (DAY_MEMBERS.includes(conflict.member)) return this.makeChoiceOfSeveral(conflict, DAY_MEMBERS, formatDays, done);
    const take = () => { store.set(conflict.id, { [conflict.member]: conflict.ours }); done(); };
    return [...this.showVersions(conflict), button(nameKept(conflict), done), button("Take yours", take)];
  }

  /** Several members are one answer, such as the days of a meeting: both sides' are shown, and taken, together. */
  makeChoiceOfSeveral(conflict, names, format, done) {
    const { id, part } = conflict;
    const { store } = this.editor;
    const take = () => { store.set(id, Object.fromEntries(names.map((name) => [name, part[name]]))); done(); };
    return [element("p", {}, `Saved by ${nameSaver(conflict)}: ${format(store.find(id)?.part ?? {})}. Yours: ${format(part)}.`), button(nameKept(conflict), done), button("Take yours", take)];
  }

  nameConflict({ kind, name, member, ours }) {
    if (isAboutOrder({ member, ours })) return `${name}: order of ${{ programme: "the programme", agenda: "the agenda", items: "its items" }[member] ?? member}`;
    const control = this.editor.store.controls[kind || this.editor.store.document.type]?.find((each) => each.name === member);
    return [name, member === "place" ? "Place" : control?.label].filter(Boolean).join(": ");
  }

  /** Show the saved version and one’s own: word by word if they are texts. */
  showVersions(conflict) {
    const { html, theirs, ours } = conflict;
    const saver = nameSaver(conflict);
    if (html) {
      const runs = element("p", { class: "change-runs" });
      runs.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      return [element("p", { class: "help" }, `Removed: only in the version saved by ${saver}. New: only in ${conflict.is_own ? "what you typed here" : "yours"}.`), runs];
    }
    return [element("p", {}, `Saved by ${saver}: `, this.format(theirs)), element("p", {}, "Yours: ", this.format(ours))];
  }

  format(value) {
    if (typeof value === "string") return getPlainText(value);
    if (Array.isArray(value)) return value.map((each) => this.format(each)).join("; ") || "nothing";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (value?.digest) return `a picture (${value.alt || "no alternative text"})`;
    return Object.values(value ?? {}).filter(Boolean).join(", ") || "nothing";
  }
}
