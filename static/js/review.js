// The review screen: comment on passages of the page in the frame. Without this script, one can comment on parts.

import { growFrame, whenLoaded } from "./page_frame.js";
import { findPassage } from "./passages.js";

const PARTS = '[id^="item-"], [id^="point-"], [id^="result-"], [id^="footnote-"]';
const ID_LENGTH = 36;
const MAX_QUOTE = 1000; // as the column
const CONTEXT = 60; // characters that are kept before and after a passage
const SELECTION_DELAY = 250; // milliseconds after which a selection counts

const frame = document.querySelector("#reviewed-page");
const getSection = () => document.querySelector("#comments");
const getForm = () => document.querySelector(".new-comment");
const subject = getSection().dataset.subject;
let page = null;
let selectionButton = null;

const makeButton = (label, onclick, spoken = "") => {
  const made = page.createElement("button");
  Object.assign(made, { type: "button", className: "comment-on", textContent: label });
  if (spoken) made.ariaLabel = spoken;
  made.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  made.addEventListener("click", onclick);
  return made;
};

// Where things are on the page

/** Return the text or part that an element is in, as `{ element, part, member }`. */
function locate(element) {
  const known = new Set([...(getForm()?.elements.part.options ?? [])].map(({ value }) => value));
  for (let place = element; place; place = place.parentElement) {
    const path = place.dataset.text?.split(" ");
    if (path?.length === 1) return { element: place, part: subject, member: path[0] };
    if (path && known.has(path[1])) return { element: place, part: path[1], member: path[2] };
    const id = place.matches(PARTS) ? place.id.slice(-ID_LENGTH) : "";
    if (known.has(id)) return { element: place, part: id, member: "" };
  }
  return { element: page.querySelector("main"), part: subject, member: "" };
}

const findPart = (id) => (id === subject ? page.querySelector("main") : [...page.querySelectorAll(PARTS)].find((part) => part.id.endsWith(id)));

function findElement({ part, member }) {
  const path = part === subject ? member : ` ${part} ${member}`;
  return (member && [...page.querySelectorAll("[data-text]")].find(({ dataset }) => (part === subject ? dataset.text === path : dataset.text.endsWith(path)))) || findPart(part);
}

function highlight(name, ranges) {
  const { CSS, Highlight } = frame.contentWindow;
  CSS.highlights?.set(name, new Highlight(...ranges));
}

// Choosing a passage

/** Put the passage, or the part, into the form for a new comment. */
function choose({ part, member = "", quote = "", before = "", after = "" }) {
  const form = getForm();
  const values = [...form.elements.part.options].map(({ value }) => value);
  form.elements.part.value = values.includes(`${part}.${member}`) ? `${part}.${member}` : part;
  for (const [name, value] of Object.entries({ member, quote, before, after })) form.elements[name].value = value;
  showQuote();
  form.elements.text.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function showQuote() {
  const form = getForm();
  const { quote } = form.elements;
  const box = form.querySelector(".quoted");
  box.hidden = !quote.value;
  box.firstElementChild.textContent = quote.value;
  if (!quote.value) highlight("chosen", []);
}

function forgetPassage() {
  for (const name of ["member", "quote", "before", "after"]) getForm().elements[name].value = "";
  showQuote();
}

function readSelection() {
  const selection = page.getSelection();
  const quote = selection.toString().replaceAll(/\s+/g, " ").trim().slice(0, MAX_QUOTE);
  if (!quote || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const { commonAncestorContainer: inner } = range;
  const place = locate(inner.nodeType === Node.ELEMENT_NODE ? inner : inner.parentElement);
  const around = page.createRange();
  around.selectNodeContents(place.element);
  around.setEnd(range.startContainer, range.startOffset);
  const before = around.toString().slice(-CONTEXT);
  around.selectNodeContents(place.element);
  around.setStart(range.endContainer, range.endOffset);
  return { ...place, quote, before, after: around.toString().slice(0, CONTEXT), range: range.cloneRange() };
}

/** Show a button below the selected words. It comes next in the order of the Tab key. */
function offerSelection() {
  const passage = readSelection();
  selectionButton?.remove();
  if (!passage) return;
  selectionButton = makeButton(getSection().dataset.commentLabel, () => {
    selectionButton.remove();
    highlight("chosen", [passage.range]);
    choose(passage);
  });
  selectionButton.classList.add("on-selection");
  const box = [...passage.range.getClientRects()].at(-1) ?? passage.range.getBoundingClientRect();
  passage.element.after(selectionButton);
  const left = Math.max(0, Math.min(box.right, page.documentElement.clientWidth - selectionButton.offsetWidth - 8));
  const origin = selectionButton.getBoundingClientRect(); // where it is without an offset
  selectionButton.style.setProperty("translate", `${left - origin.left}px ${box.bottom + 4 - origin.top}px`);
}

// Showing the comments on the page

function listComments() {
  return [...document.querySelectorAll(".comment")].map((item) => ({ item, ...item.dataset, isOpen: !item.closest("details .comment, section > details") }));
}

function showPlaces() {
  const { language, changedLabel, showLabel } = getSection().dataset;
  const ranges = [];
  const counts = new Map();
  for (const comment of listComments()) {
    if (comment.isOpen) counts.set(comment.part, (counts.get(comment.part) ?? 0) + 1);
    if (comment.language !== language) continue;
    const root = findElement(comment) ?? null;
    const range = root && comment.quote ? findPassage(root, comment) : null;
    if (range && comment.isOpen) ranges.push(range);
    const place = comment.item.querySelector(".comment-place");
    if (comment.quote && !range) {
      const changed = document.createElement("p");
      Object.assign(changed, { className: "help", textContent: changedLabel });
      place.after(changed);
    }
    if (!root) continue;
    const show = document.createElement("button");
    Object.assign(show, { type: "button", className: "button", textContent: showLabel });
    show.addEventListener("click", () => {
      highlight("chosen", range ? [range] : []);
      const at = (range ?? root).getBoundingClientRect().top + frame.getBoundingClientRect().top + scrollY;
      scrollTo({ top: at - innerHeight / 3 });
    });
    (comment.item.querySelector(".comment-actions") ?? comment.item).prepend(show);
  }
  highlight("comments", ranges);
  for (const button of page.querySelectorAll("[data-comment-part]")) {
    const count = counts.get(button.dataset.commentPart);
    button.textContent = count ? `${getSection().dataset.commentLabel} (${count})` : getSection().dataset.commentLabel;
  }
}

/** Give each part of the page a button, for those who do not select words. */
function addPartButtons() {
  const { commentLabel, commentOnLabel } = getSection().dataset;
  const known = new Set([...getForm().elements.part.options].map(({ value }) => value));
  const add = (place, where, part, member = "", spoken = "") => {
    const name = (spoken || place.textContent).replaceAll(/\s+/g, " ").trim().slice(0, 80);
    const made = makeButton(commentLabel, () => { highlight("chosen", []); choose({ part, member }); }, `${commentOnLabel} ${name}`);
    if (!member) made.dataset.commentPart = part;
    place[where](made);
  };
  for (const part of page.querySelectorAll(PARTS)) {
    const id = part.id.slice(-ID_LENGTH);
    const heading = part.querySelector("h2, h3, h4, h5, h6");
    const name = heading ?? part.querySelector(".slot-details > p, .footnote-mark");
    if (known.has(id) && name) add(name, heading ? "after" : "append", id);
  }
  const anchored = new Set([...page.querySelectorAll(PARTS)].map(({ id }) => id.slice(-ID_LENGTH)));
  const places = new Set(); // a part without an anchor has one button for itself, and one for its picture
  for (const text of page.querySelectorAll("[data-text]")) {
    const [kind, id, member] = text.dataset.text.split(" ");
    const isPicture = text.localName === "img";
    const key = isPicture ? `${id}.${member}` : id;
    if (kind === "topics" || !known.has(id) || anchored.has(id) || places.has(key)) continue;
    places.add(key);
    const chair = kind === "chairs" && text.closest("li");
    if (chair) {
      add(chair, "append", id);
      continue;
    }
    const place = isPicture ? (text.closest("figure").querySelector("figcaption") ?? text.closest("a")) : text.localName === "span" ? (text.closest("h3, h4, a") ?? text) : text;
    add(place, "after", id, isPicture ? member : "", isPicture ? text.alt : "");
  }
  for (const text of page.querySelectorAll(".prose[data-text]")) {
    const path = text.dataset.text.split(" ");
    const heading = text.parentElement.querySelector("h2");
    if (path.length === 1 && heading) add(heading, "after", subject, path[0]);
  }
}

// Sending without leaving the page

let sending = null; // the comment under way, if there is one

/** Send a form, and show the comments as they are now. What is typed elsewhere stays. */
async function send(form, submitter) {
  const problem = form.querySelector(".comment-problem");
  const isNew = form === getForm();
  try {
    const response = await fetch(location.href.replace(/#.*/, ""), { method: "POST", body: new FormData(form, submitter) });
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = answer.querySelector("#comments");
    if (!response.ok || !fresh) throw new Error(answer.querySelector("#content p")?.textContent);
    const typed = [...getSection().querySelectorAll(".comment textarea")].filter((area) => area.value && !form.contains(area));
    const old = getForm();
    getSection().replaceWith(document.adoptNode(fresh));
    if (!isNew) getForm().replaceWith(old);
    for (const { id, value } of typed) {
      const area = document.getElementById(id);
      if (!area) continue;
      area.value = value;
      area.closest("details").open = true;
    }
    for (const place of ["#open-comments", "label[for=id_remark]"]) {
      const [shown, next] = [document.querySelector(place), answer.querySelector(place)];
      if (shown && next) shown.textContent = next.textContent;
    }
    highlight("chosen", []);
    showPlaces();
    const refused = getSection().querySelector(".errorlist ~ * textarea, .errorlist ~ textarea");
    const target = refused ?? (isNew ? [...getSection().querySelectorAll(":scope > ol > .comment")].at(-1) : document.querySelector("#comments-heading"));
    target.focus({ preventScroll: !refused });
    target.scrollIntoView({ block: "nearest" });
  } catch {
    problem.textContent = getSection().dataset.offlineLabel;
    problem.hidden = false;
  }
}

/** If a comment or an answer is typed and not sent, say so instead of deciding without it. Return whether there is one. */
function keepUnsent() {
  const typed = [...getSection().querySelectorAll("textarea")].find(({ value }) => value.trim());
  if (!typed) return false;
  const problem = typed.form.querySelector(".comment-problem");
  problem.textContent = getSection().dataset.unsentLabel;
  problem.hidden = false;
  typed.focus();
  return true;
}

function start() {
  page = frame.contentDocument;
  growFrame(frame);
  if (getForm()) {
    addPartButtons();
    let timer = null;
    page.addEventListener("selectionchange", () => {
      clearTimeout(timer);
      timer = setTimeout(offerSelection, SELECTION_DELAY);
    });
    document.addEventListener("submit", (event) => {
      const isComment = event.target.closest("#comments");
      if (isComment || sending || keepUnsent()) event.preventDefault();
      if (isComment) sending ??= send(event.target, event.submitter).finally(() => { sending = null; });
      else sending?.then(() => event.target.requestSubmit(event.submitter)); // a decision waits for the comment
    });
    document.addEventListener("change", ({ target }) => { if (target === getForm().elements.part) forgetPassage(); });
    document.addEventListener("click", ({ target }) => { if (target.closest(".new-comment .quoted button")) forgetPassage(); });
  }
  showPlaces();
  document.querySelector(".review-side :is(.errorlist, .errornote)")?.scrollIntoView({ block: "center" });
  document.body.dataset.ready = "true";
}

whenLoaded(frame, start);
