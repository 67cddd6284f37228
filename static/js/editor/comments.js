// The comments of colleagues: at the part and field that they are about, and all of them in the panel.

import { findQuote, squash } from "../passages.js";
import { button, element, getPlainText, newId } from "./elements.js";

const WHEN = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Brussels" });
const FLAG_DELAY = 500; // milliseconds

export class Comments {
  constructor(editor) {
    this.editor = editor;
    this.list = [];
    this.version = "";
    this.answers = new Map(); // answers that are being typed, by the number of their comment
    this.flags = []; // the places that say that a passage has changed
  }

  /** Show what the server sent: `{ comments, comments_version }`. Say if a colleague has commented or answered. */
  take({ comments, comments_version }) {
    const known = new Map(this.list.map((comment) => [comment.id, comment.replies.length]));
    const isNews = ({ id, replies }) => replies.length > (known.get(id) ?? -1);
    const news = this.version ? comments.filter((comment) => !comment.settled && isNews(comment)) : [];
    this.list = comments;
    this.version = comments_version;
    this.show();
    if (news.length && !this.isOwn) {
      const [{ by, replies }] = news;
      this.editor.say(`${replies.at(-1)?.by ?? by} has commented.`, ["Show", () => this.editor.showChecks()]);
    }
  }

  /** The part that a comment is shown at: its own, or the whole note if that is gone. */
  getPart({ part }) {
    return this.editor.store.find(part) ? part : this.editor.store.document.id;
  }

  listOpen(ids, isAbout = () => true) {
    return this.list.filter((comment) => {
      const part = this.getPart(comment);
      return !comment.settled && ids.includes(part) && isAbout(part, part === comment.part ? comment.member : "");
    });
  }

  show() {
    const focus = this.rememberFocus();
    this.flags = [];
    const open = this.list.filter(({ settled }) => !settled);
    const settled = this.list.filter((comment) => comment.settled);
    const makeList = (comments) => element("ol", {}, ...comments.map((comment) => this.makeCard(comment, { isInPanel: true })));
    const panel = document.querySelector("#panel-comments");
    const wasOpen = panel.querySelector(":scope > details")?.open ?? false;
    const parts = [
      this.list.length ? element("h2", { tabindex: "-1" }, open.length ? `Comments (${open.length})` : "Comments: all settled") : "",
      open.length ? makeList(open) : "",
      settled.length ? element("details", { open: wasOpen }, element("summary", {}, `Settled (${settled.length})`), makeList(settled)) : "",
    ];
    panel.replaceChildren(...parts.filter(Boolean));
    this.editor.panel?.showCount();
    for (const row of this.editor.rows.values()) if (row.isOpen) this.showIn(row);
    this.showInNote();
    this.editor.showMarks();
    focus();
  }

  /** Keep the caret in the answer that is being typed. Return a function that puts it back. */
  rememberFocus() {
    const area = document.activeElement;
    if (!area?.dataset.answer) return () => {};
    const { selectionStart, selectionEnd } = area;
    const place = area.closest("#panel-comments") ? "#panel-comments" : ".comments-here";
    return () => {
      const again = document.querySelector(`${place} [data-answer="${area.dataset.answer}"]`);
      again?.focus();
      again?.setSelectionRange(selectionStart, selectionEnd);
    };
  }

  /** Show the open comments on a part in its row: each below its field, or else above the fields. */
  showIn(row) {
    const open = this.listOpen([row.id]);
    const isOf = (field, { member }) => member === field.control.name;
    for (const field of row.fields) this.fill(field.element, open.filter((comment) => isOf(field, comment)));
    this.fill(row.body, open.filter((comment) => !row.fields.some((field) => isOf(field, comment))), "prepend");
  }

  /** Show the open comments on the whole note and on its own texts. */
  showInNote() {
    const { fields, store } = this.editor;
    const open = this.listOpen([store.document.id]);
    const isGone = ({ part }) => part !== store.document.id;
    const isOf = (field, comment) => !isGone(comment) && comment.member === field.control.name && !field.element.closest(".head-sentence");
    for (const field of fields) if (!field.element.closest(".head-sentence")) this.fill(field.element, open.filter((comment) => isOf(field, comment)));
    this.fill(document.querySelector("#head"), open.filter((comment) => !fields.some((field) => isOf(field, comment))));
  }

  fill(owner, comments, where = "append") {
    const old = [...owner.children].find((child) => child.matches(".comments-here"));
    const box = comments.length ? element("ol", { class: "comments-here", "aria-label": "Comments" }, ...comments.map((comment) => this.makeCard(comment))) : "";
    if (old) old.replaceWith(box);
    else if (box) owner[where](box);
  }

  makeCard(comment, { isInPanel = false } = {}) {
    const { id, part, place, language, quote, text, by, at, settled, replies } = comment;
    const isGone = !this.editor.store.find(part);
    const name = place || "The whole note";
    const other = language === this.editor.store.document.source_language ? "" : ` (${language})`;
    const isOfNote = part === this.editor.store.document.id && !comment.member;
    const head = isInPanel && !isGone && !isOfNote
      ? button(name + other, () => this.editor.openPart(part, comment.member), { class: "link" })
      : element("strong", {}, name + other);
    const flag = element("p", { class: "help", hidden: true }, "This passage has changed since.");
    if (quote) this.flags.push([comment, flag]);
    const card = element("li", { class: "comment", "data-comment": id },
      isInPanel || isGone || isOfNote ? element("p", {}, head) : null,
      isGone ? element("p", { class: "help" }, "This part has been deleted.") : null,
      quote ? element("blockquote", { lang: language }, quote) : null,
      flag,
      element("p", { class: "comment-text" }, text),
      element("p", { class: "help" }, `${by}, ${WHEN.format(new Date(at))}`),
      ...replies.map((reply) => element("div", { class: "comment-reply" },
        reply.text ? element("p", { class: "comment-text" }, reply.text) : null,
        element("p", { class: "help" }, `${reply.act === "answered" ? "" : `${reply.label}: `}${reply.by}, ${WHEN.format(new Date(reply.at))}`))),
      this.editor.data.can_comment ? this.makeActions(comment, settled) : null);
    this.flagChanged();
    return card;
  }

  makeActions({ id }, settled) {
    const problem = element("p", { class: "problem", role: "alert", hidden: true });
    const act = (name, text = "") => this.send(id, name, text, problem);
    if (settled) return element("div", { class: "comment-actions" }, button("Reopen", () => act("reopened")), problem);
    const area = element("textarea", { id: newId(), rows: "2", maxlength: "2000", "data-answer": id });
    area.value = this.answers.get(id) ?? "";
    area.addEventListener("input", () => {
      if (area.value) this.answers.set(id, area.value);
      else this.answers.delete(id);
      this.editor.keepOrClear();
    });
    const answer = element("div", { class: "field comment-answer", hidden: !this.answers.has(id) }, element("label", { for: area.id }, "Your answer"), area,
      button("Send answer", () => act("answered", area.value)));
    const open = button("Answer", () => { answer.hidden = !answer.hidden; if (!answer.hidden) area.focus(); });
    return element("div", { class: "comment-actions" }, button("Settle", () => act("settled")), open, answer, problem);
  }

  async send(comment, act, text, problem) {
    const { keeper, data } = this.editor;
    if (this.isOwn) return; // pressed twice
    this.isOwn = true;
    const isInPanel = Boolean(problem.closest("#panel-comments"));
    const answer = await keeper.post(data.addresses.comment, { comment, act, text });
    if (answer.ok) {
      if (this.answers.delete(comment)) this.editor.keepOrClear();
      this.take(answer.data);
      if (isInPanel) (document.querySelector(`#panel-comments > ol [data-comment="${comment}"] button`) ?? document.querySelector("#panel-comments > h2")).focus();
      this.editor.status.textContent = { answered: "Answer sent", settled: "Comment settled", reopened: "Comment reopened" }[act];
    } else {
      problem.textContent = answer.data.message ?? "Not sent: there is no connection.";
      problem.hidden = false;
    }
    this.isOwn = false;
  }

  /** Something was typed: say at each comment whether its passage is still there. */
  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.flags = this.flags.filter(([, flag]) => flag.isConnected);
      this.flagChanged();
    }, FLAG_DELAY);
  }

  flagChanged() {
    const { document: note } = this.editor.store;
    for (const [comment, flag] of this.flags) {
      const value = comment.member && this.editor.store.get(comment.part, comment.member);
      const isKnown = typeof value === "string" && comment.language === note.source_language;
      flag.hidden = !isKnown || findQuote(squash(getPlainText(value)), comment) >= 0;
    }
  }
}
