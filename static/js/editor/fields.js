// A control for each member of a part. `makeField` returns an element with `refresh()`, `focusText()` and `end()`.

import { announce, button, element, newId } from "./elements.js";
import { makeRichText } from "./rich_text.js";
import { walkItems } from "./store.js";

const formatSpeaker = ({ name, role }) => (name.includes(",") ? `${name} | ${role}` : role ? `${name}, ${role}` : name);
const parseSpeaker = (line) => {
  const sign = line.includes("|") ? "|" : ",";
  const at = line.indexOf(sign);
  return at < 0 ? { name: line, role: "" } : { name: line.slice(0, at).trim(), role: line.slice(at + 1).trim() };
};
const SEARCH_DELAY = 300; // milliseconds after the last letter
const splitLines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
export const formatDay = (value) => (value ? DAY.format(new Date(`${value}T00:00:00Z`)).replace(",", "") : "");

function growWithText(area) {
  const grow = () => {
    area.style.setProperty("block-size", "auto");
    area.style.setProperty("block-size", `${area.scrollHeight + 2}px`);
  };
  area.addEventListener("input", grow);
  new ResizeObserver(grow).observe(area.parentElement ?? area);
  return grow;
}

/** Enter makes no line in a text that only wraps. It ends the typing, as in an input. */
function keepOnOneLine(area) {
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    area.dispatchEvent(new Event("change"));
  });
}

/** Return the text on one line: tabs and all line breaks that Unicode knows become spaces. */
function joinLines(text) {
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " ");
}

/** The controls that are one input: how a value becomes text, and text a value. */
const AS_TEXT = {
  text: [(value) => value ?? "", joinLines],
  long: [(value) => value ?? "", joinLines],
  lines: [(value) => value.join("\n"), splitLines],
  speakers: [(value) => value.map(formatSpeaker).join("\n"), (text) => splitLines(text).map(parseSpeaker)],
};

class Field {
  constructor(editor, id, control) {
    this.editor = editor;
    this.id = id;
    this.control = control;
    this.inputId = newId();
  }

  get value() { return this.editor.store.get(this.id, this.control.name); }

  set(value) { this.editor.store.set(this.id, { [this.control.name]: value }); }

  wrap(input) {
    input.id ||= this.inputId;
    if (this.editor.isReadOnly) {
      if (input.localName === "select" || input.type === "checkbox") input.disabled = true;
      else input.readOnly = true;
    }
    this.input = input;
    const label = element("label", { for: input.id }, this.control.label);
    this.help = this.control.help ? element("p", { class: "help", id: `${input.id}-help` }, this.control.help) : null;
    this.problem = element("p", { class: "problem", hidden: true, id: `${input.id}-problem` });
    this.element = element("div", { class: `field field-${this.control.control}`, "data-member": this.control.name }, label, input, this.problem, this.help);
    this.describeInput("");
    return this.element;
  }

  /** Keep a question about what was typed, such as a wrong weekday, until something else is typed. */
  ask(text) {
    this.question = text;
    this.showProblem("");
  }

  /** Show a mistake below the control, or else the question about what was typed, or nothing. */
  showProblem(mistake) {
    const text = mistake || this.question || "";
    if (!this.problem) return;
    this.problem.textContent = text;
    this.problem.hidden = !text;
    this.describeInput(text);
  }

  describeInput(problem) {
    this.input.ariaInvalid = problem ? "true" : null;
    const described = [problem && this.problem, this.help].filter(Boolean);
    if (described.length) this.input.setAttribute("aria-describedby", described.map(({ id }) => id).join(" "));
    else this.input.removeAttribute("aria-describedby");
  }

  refresh() {}

  focusText() { this.input.focus(); }

  end() {}
}

class TextField extends Field {
  make() {
    const [format, parse] = AS_TEXT[this.control.control];
    this.format = format;
    const many = this.control.control !== "text";
    const input = element(many ? "textarea" : "input", { rows: many ? "1" : null });
    input.value = format(this.value);
    input.addEventListener("input", () => this.set(parse(input.value)));
    if (this.control.control === "long") keepOnOneLine(input);
    this.wrap(input);
    if (many) this.grow = growWithText(input);
    if (["documents", "procedures"].includes(this.control.name)) input.addEventListener("change", () => this.read(input.value));
    return this.element;
  }

  async read(text) {
    const answer = text.trim() && (await this.editor.read(this.control.name, text));
    if (!answer || this.input.value !== text) return; // something else was typed meanwhile
    if (answer.is_readable) {
      this.set(answer.value);
      this.input.value = this.format(answer.value);
    }
    this.ask(answer.message ?? "");
  }

  refresh(isChanged = false) {
    const text = this.format(this.value);
    if ((isChanged || document.activeElement !== this.input) && this.input.value !== text) {
      this.input.value = text;
      this.grow?.();
    }
  }
}

class ChoiceField extends Field {
  make() {
    const select = element("select", {}, ...this.listChoices().map(([value, label]) => element("option", { value }, label)));
    select.value = this.value ?? "";
    select.addEventListener("change", () => this.set(this.parse(select.value)));
    return this.wrap(select);
  }

  listChoices() { return this.control.choices; }

  parse(value) { return value; }

  refresh() { this.input.value = this.value ?? ""; }
}

class SessionField extends ChoiceField {
  listChoices() {
    return [["", "No session"], ...this.editor.store.document.sessions.map(({ id, title }) => [id, title || "Session without a title"])];
  }

  parse(value) { return value || null; }

  refresh() {
    this.input.replaceChildren(...this.listChoices().map(([value, label]) => element("option", { value }, label)));
    super.refresh();
  }
}

class YesField extends Field {
  make() {
    const box = element("input", { type: "checkbox" });
    box.checked = this.value;
    box.addEventListener("change", () => this.set(box.checked));
    return this.wrap(box);
  }

  refresh() { this.input.checked = this.value; }
}

/** Set what the server read in a date or time; null if the field was emptied. */
export function takeRead(store, id, { name, control }, value) {
  if (control === "time") store.set(id, value ?? { time: null, time_precision: "", time_text: "" });
  else if (name === "end_date") store.set(id, { end_date: value ?? store.get(id, "start_date") });
  else if (name === "start_date" && store.get(id, "end_date") === store.get(id, "start_date")) store.set(id, { start_date: value, end_date: value });
  else store.set(id, { [name]: value });
}

/** Dates and times: the server reads what was typed when the field is left. Until then the text waits in `typed`. */
class ReadField extends Field {
  make(input = element("input", {})) {
    input.autocomplete = "off";
    input.placeholder = " "; // styles for print find an empty one by it
    input.value = this.editor.typed.get(this.key) ?? this.format();
    input.addEventListener("input", () => this.editor.setTyped(this.key, input.value));
    input.addEventListener("change", () => this.read());
    return this.wrap(input);
  }

  get key() { return `${this.id}.${this.control.name}`; }

  async read() {
    if (!this.editor.typed.has(this.key)) return; // nothing was typed since; a save may have shown another value
    const text = this.input.value.trim();
    const answer = text ? await this.editor.read(this.control.control, text) : { value: null };
    if (!answer || this.input.value.trim() !== text) return; // no connection, so it waits; or something else was typed
    this.ask(answer.message ?? "");
    if (answer.is_readable === false) return; // it stays in `typed`, and a save names it
    this.editor.clearTyped(this.key);
    takeRead(this.editor.store, this.id, this.control, answer.value);
    this.input.value = this.format();
  }

  refresh(isChanged = false) {
    if (isChanged || document.activeElement !== this.input) this.input.value = this.editor.typed.get(this.key) ?? this.format();
  }
}

class DateField extends ReadField {
  /** The last day of a meeting of one day is left blank. */
  get first() { return this.control.name === "end_date" ? this.editor.store.get(this.id, "start_date") : null; }

  format() { return this.value && this.value === this.first ? "" : formatDay(this.value); }
}

/** The words of a time, such as “at the end of the meeting”, wrap in its narrow column. */
class TimeField extends ReadField {
  make() {
    const area = element("textarea", { rows: "1" });
    super.make(area);
    keepOnOneLine(area);
    this.grow = growWithText(area);
    return this.element;
  }

  refresh(isChanged = false) {
    super.refresh(isChanged);
    this.grow?.();
  }

  format() { return this.editor.store.get(this.id, "time_text") ?? ""; }
}

class RichField extends Field {
  make() {
    const rich = makeRichText({
      html: this.value,
      label: this.control.label,
      language: this.editor.store.document.language,
      isReadOnly: this.editor.isReadOnly,
      onchange: (html) => this.set(html),
      onsimplified: (lines, undo) => this.editor.say(lines.join(" "), ["Undo the paste", () => {
        if (!undo()) this.editor.say("You have typed since. Undo with Ctrl+Z in the text.");
      }]),
    });
    this.rich = rich;
    this.problem = element("p", { class: "problem", hidden: true });
    this.input = rich;
    this.element = element("div", { class: "field field-rich", "data-member": this.control.name }, element("span", { class: "label" }, this.control.label), rich, this.problem);
    return this.element;
  }

  describeInput(problem) { this.rich.classList.toggle("wrong", Boolean(problem)); }

  refresh(isChanged = false) { this.rich.refresh(this.value, isChanged); }

  focusText() { this.rich.focusText(); }

  end() { this.rich.end(); }
}

/** Several of a list: agenda items of a programme point, topics of an item. */
class SeveralField extends Field {
  make() {
    this.list = element("ul", { class: "several" });
    this.count = element("summary", {});
    this.element = element("details", { class: "field field-several", "data-member": this.control.name }, this.count, this.list);
    this.refresh();
    return this.element;
  }

  refresh() {
    const chosen = this.value.map((each) => each.id ?? each);
    this.count.textContent = `${this.control.label}: ${chosen.length || "none"}`;
    const all = this.listAll();
    const isSame = this.boxes?.size === all.length && all.every(({ key, label }) => this.boxes.get(key)?.label === label);
    if (isSame) { // a box keeps the focus
      for (const [key, { box }] of this.boxes) box.checked = chosen.includes(key);
      return;
    }
    this.boxes = new Map();
    this.list.replaceChildren(...all.map(({ key, label, value }) => {
      const box = element("input", { type: "checkbox", disabled: Boolean(this.editor.isReadOnly) });
      box.checked = chosen.includes(key);
      box.addEventListener("change", () => {
        const others = this.value.filter((each) => (each.id ?? each) !== key);
        this.set(box.checked ? [...others, value] : others);
      });
      this.boxes.set(key, { box, label });
      return element("li", {}, element("label", {}, box, ` ${label}`));
    }));
  }

  focusText() { this.count.focus(); }
}

class ItemsField extends SeveralField {
  listAll() {
    return [...walkItems(this.editor.store.document.agenda)].map(({ item }) => ({ key: item.id, label: `${item.number} ${item.title}`.trim(), value: item.id }));
  }
}

/** Topics of an item: all of them to choose from or, if there are many, those that were chosen and those found. */
class TopicsField extends SeveralField {
  make() {
    this.listed = new Map(); // chosen at some time, so that a box stays when it is unticked
    super.make();
    if (this.editor.hasMoreTopics && !this.editor.isReadOnly) this.list.before(this.makeSearch());
    return this.element;
  }

  makeSearch() {
    const input = element("input", { type: "search", autocomplete: "off", maxlength: "200" });
    const note = element("span", { class: "help", role: "status" });
    let waiting;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const text = input.value.trim();
        note.textContent = "";
        const found = text ? await this.editor.findTopics(text) : { topics: [] };
        if (input.value.trim() !== text) return; // something else was typed
        if (!found) note.textContent = "The search did not work. Type again in a moment.";
        else {
          this.found = found.topics;
          if (text && !found.topics.length) note.textContent = "No topic has these words.";
          if (found.has_more) note.textContent = "There are more. Type more words.";
          this.refresh();
        }
      }, SEARCH_DELAY);
    });
    return element("label", { class: "search" }, "Find a topic: ", input, " ", note);
  }

  listAll() {
    for (const topic of this.value) this.listed.set(topic.id, topic);
    const offered = this.found ?? this.editor.topics;
    const others = [...this.listed.values()].filter(({ id }) => !offered.some((topic) => topic.id === id));
    return [...others, ...offered].map((topic) => ({ key: topic.id, label: topic.title, value: topic }));
  }
}

/** The picture of an infographic, with its alternative text. It can be chosen, dropped or pasted. */
class ImageField extends Field {
  make() {
    const { help, label } = this.control;
    this.file = element("input", { type: "file", accept: "image/png,image/jpeg,image/webp", hidden: true });
    this.file.addEventListener("change", () => {
      this.upload(this.file.files[0]);
      this.file.value = ""; // so that the same file can be chosen again
    });
    this.choose = button("", () => this.file.click(), { "aria-describedby": `${this.inputId}-help ${this.inputId}-problem` });
    this.remove = button("Remove", () => this.removePicture());
    this.image = element("img", { alt: "" });
    this.size = element("p", { class: "help" });
    this.hint = element("p", { class: "help" }, "Or drop it here, or paste it.");
    this.zone = element("div", { class: "drop-zone" }, this.image, element("div", {}, this.size, element("p", { class: "actions" }, this.choose, this.remove), this.hint), this.file);
    this.alt = element("textarea", { rows: "2", id: this.inputId, "aria-describedby": `${this.inputId}-alt` });
    this.alt.addEventListener("input", () => this.set({ ...this.value, alt: this.alt.value.replaceAll("\n", " ") }));
    this.alt.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    this.altHelp = element("p", { id: `${this.inputId}-alt` });
    this.altField = element("div", { class: "field" }, element("label", { for: this.inputId }, "Alternative text"), this.alt, this.altHelp);
    this.grow = growWithText(this.alt);
    this.problem = element("p", { class: "problem", hidden: true, role: "alert", id: `${this.inputId}-problem` });
    this.help = element("p", { class: "help", id: `${this.inputId}-help` }, help);
    this.input = this.choose;
    this.element = element("div", { class: "field field-image", role: "group", "aria-label": label, "data-member": this.control.name }, element("span", { class: "label" }, label), this.zone, this.problem, this.help, this.altField);
    this.alt.readOnly = Boolean(this.editor.isReadOnly);
    this.listenForFiles();
    this.refresh();
    return this.element;
  }

  listenForFiles() {
    const mark = (event) => {
      if (this.editor.isReadOnly || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.zone.classList.add("over");
    };
    const unmark = () => this.zone.classList.remove("over");
    for (const name of ["dragenter", "dragover"]) this.zone.addEventListener(name, mark);
    this.zone.addEventListener("dragleave", unmark);
    this.zone.addEventListener("drop", (event) => {
      unmark();
      event.preventDefault();
      this.upload(event.dataTransfer.files[0]);
    });
  }

  /** Take a picture from the clipboard. A row passes on what is pasted anywhere in it. */
  takePaste(event) {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file || this.element.hidden) return;
    event.preventDefault();
    this.upload(file);
  }

  async upload(file) {
    if (!file || this.editor.isReadOnly || this.isBusy) return;
    this.ask("");
    if (file.size > this.control.max_bytes) {
      this.ask(this.control.too_large);
      return;
    }
    this.isBusy = true;
    this.refresh();
    const answer = await this.editor.keeper.upload(this.editor.data.addresses.picture, file);
    this.isBusy = false;
    if (answer.ok) this.set({ ...answer.data.image, alt: this.value?.alt ?? "" });
    else this.ask(answer.data.message ?? (answer.status === 413 ? this.control.too_large : "The picture was not uploaded. Try again."));
    this.refresh();
    if (answer.ok) {
      announce("The picture is uploaded. Describe it in the alternative text.");
      this.alt.focus();
    }
  }

  removePicture() {
    this.ask("");
    this.set(null);
    announce("The picture is removed.");
    this.choose.focus();
  }

  refresh(isChanged = false) {
    const picture = this.value;
    this.element.hidden = !picture && this.editor.store.get(this.id, "kind") !== "infographic";
    this.choose.textContent = this.isBusy ? "Uploading…" : picture ? "Choose another picture…" : "Choose a picture…";
    this.choose.disabled = Boolean(this.isBusy);
    this.choose.hidden = Boolean(this.editor.isReadOnly);
    this.hint.hidden = this.choose.hidden;
    this.remove.hidden = this.choose.hidden || !picture;
    for (const each of [this.image, this.size, this.altField]) each.hidden = !picture;
    if (!picture) return;
    const address = `${this.editor.data.addresses.images}${picture.digest}/${Math.min(480, picture.width)}.webp`;
    if (this.image.getAttribute("src") !== address) this.image.src = address;
    this.size.textContent = `${picture.width} × ${picture.height} pixels`;
    if ((isChanged || document.activeElement !== this.alt) && this.alt.value !== picture.alt) {
      this.alt.value = picture.alt;
      this.grow();
    }
    const isMissing = !picture.alt.trim();
    this.altHelp.className = isMissing ? "problem" : "help";
    this.altHelp.textContent = isMissing ? "Required before you submit. Say what the picture shows, for people who do not see it." : "For people who do not see the picture.";
  }
}

const FIELDS = {
  text: TextField, long: TextField, lines: TextField, speakers: TextField, choice: ChoiceField, session: SessionField,
  yes: YesField, date: DateField, time: TimeField, rich: RichField, items: ItemsField, topics: TopicsField,
  image: ImageField,
};

export function makeField(editor, id, control) {
  const field = new FIELDS[control.control](editor, id, control);
  field.make();
  return field;
}
