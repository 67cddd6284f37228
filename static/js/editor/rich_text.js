// The editor of rich texts: django-prose-editor with the elements that a document may contain.

import { button, element, makeToolbar } from "./elements.js";
import { cleanPastedHtml } from "./paste.js";

const {
  Blockquote, Bold, BulletList, Document, Editor, HardBreak, Heading, History, Italic, Link, ListItem, OrderedList,
  Paragraph, Subscript, Superscript, Text,
} = await import(document.querySelector("#note-editor").dataset.prose);


const NoteLink = Link.extend({
  addAttributes: () => ({ href: { default: null } }),
  addKeyboardShortcuts: () => ({}), // Ctrl+K opens our own form
}).configure({ openOnClick: false, autolink: false, linkOnPaste: true, protocols: ["http", "https", "mailto"] });

// Tab leaves the text, also in a list. Items of a list are nested with the buttons, or with the keys of Word.
const NoteListItem = ListItem.extend({
  addKeyboardShortcuts() {
    const inList = (act) => () => { if (!this.editor.isActive(this.name)) return false; act(this.editor.commands); return true; };
    return {
      Enter: () => this.editor.commands.splitListItem(this.name),
      "Alt-Shift-ArrowRight": inList((commands) => commands.sinkListItem(this.name)),
      "Alt-Shift-ArrowLeft": inList((commands) => commands.liftListItem(this.name)),
    };
  },
});

const BUTTONS = [
  ["Bold", "B", (chain) => chain.toggleBold(), "bold"],
  ["Italic", "I", (chain) => chain.toggleItalic(), "italic"],
  ["Bulleted list", "•", (chain) => chain.toggleBulletList(), "bulletList"],
  ["Numbered list", "1.", (chain) => chain.toggleOrderedList(), "orderedList"],
  ["Move list item right (Alt+Shift+→)", "⇥", (chain) => chain.sinkListItem("listItem")],
  ["Move list item left (Alt+Shift+←)", "⇤", (chain) => chain.liftListItem("listItem")],
  ["Heading", "H", (chain) => chain.toggleHeading({ level: 3 }), "heading", { level: 3 }],
  ["Smaller heading", "h", (chain) => chain.toggleHeading({ level: 4 }), "heading", { level: 4 }],
  ["Quote", "❝", (chain) => chain.toggleBlockquote(), "blockquote"],
];

// As in meetings/fields/richtext.py.
const SPACE_AROUND_BLOCKS = /\s*(<\/?(?:p|ul|ol|li|h3|h4|blockquote)(?: [^>]*)?>)\s*/g;
const EMPTY_PARAGRAPH = /<p>(?:\s|&nbsp;|<br>)*<\/p>/g;

/** Write HTML as the server writes it, so that opening a text does not change it. */
export function tidyHtml(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const part of body.querySelectorAll("li, ul, ol")) if (!part.textContent.trim()) part.remove();
  for (const item of body.querySelectorAll("li")) {
    const [only, ...others] = item.children;
    if (only?.localName === "p" && others.every((other) => ["ul", "ol"].includes(other.localName))) only.replaceWith(...only.childNodes);
  }
  for (const marked of body.querySelectorAll("[data-type], [class], [target], [rel]")) {
    for (const name of ["data-type", "class", "target", "rel"]) marked.removeAttribute(name);
  }
  return body.textContent.trim() ? body.innerHTML.replaceAll(EMPTY_PARAGRAPH, "").replaceAll(SPACE_AROUND_BLOCKS, "$1").trim() : "";
}

/** Return an element with an editor of `html`. `onchange` gets the new HTML, `onsimplified` what a paste lost. */
export function makeRichText({ html, label, language, isReadOnly, onchange, onsimplified }) {
  const area = element("div", { class: "rich-area" });
  let content = html;
  const editor = new Editor({
    element: area,
    injectCSS: false,
    content: html,
    editable: !isReadOnly,
    extensions: [
      Document, Paragraph, Text, Bold, Italic, NoteLink, BulletList, OrderedList, NoteListItem, Heading.configure({ levels: [3, 4] }),
      Blockquote, Subscript, Superscript, HardBreak, History,
    ],
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label, lang: language },
      transformPastedHTML: (pasted) => {
        const cleaned = cleanPastedHtml(pasted);
        if (cleaned.simplified.length) onsimplified(cleaned.simplified, makeUndo());
        return cleaned.html;
      },
    },
    onUpdate: () => {
      const tidy = tidyHtml(editor.getHTML());
      if (tidy === content) return;
      content = tidy;
      onchange(tidy);
    },
  });
  /** Return a function that undoes the paste, unless something was typed after it. */
  const makeUndo = () => {
    let pasted = null;
    setTimeout(() => { pasted = editor.getHTML(); });
    return () => (editor.getHTML() === pasted ? editor.commands.undo() : false);
  };
  const tools = BUTTONS.map(([name, sign, act, mark, options]) => {
    const tool = button(sign, () => act(editor.chain().focus()).run(), { "aria-label": name, title: name });
    tool.addEventListener("mousedown", (event) => event.preventDefault());
    if (mark) tool.isOn = () => editor.isActive(mark, options);
    return tool;
  });
  const address = element("input", { "aria-label": "Web address of the link", placeholder: "https://" });
  const problem = element("p", { class: "problem", role: "status" });
  const dialog = element("form", { class: "link-form", hidden: true, onsubmit: (event) => { event.preventDefault(); setLink(address.value.trim()); } },
    address, problem, element("button", {}, "Set link"), button("Remove link", () => setLink("")), button("Cancel", () => closeLink()));
  const closeLink = () => { dialog.hidden = true; editor.commands.focus(); };
  const setLink = (typed) => {
    const href = !typed || /^[a-z]+:/i.test(typed) ? typed : `https://${typed}`;
    if (href && !/^(https?:\/\/\S+\.\S+|mailto:\S+@\S+)$/i.test(href)) {
      problem.textContent = "This is not a web address. It begins with https://.";
      return;
    }
    problem.textContent = "";
    const chain = editor.chain().focus().extendMarkRange("link");
    if (!href) chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
    } else chain.setLink({ href }).run();
    dialog.hidden = true;
  };
  const openLink = () => {
    address.value = editor.getAttributes("link").href ?? "";
    dialog.hidden = false;
    address.focus();
  };
  const link = button("Link", openLink, { "aria-label": "Link (Ctrl+K)", title: "Link (Ctrl+K)", "aria-pressed": "false" });
  link.isOn = () => editor.isActive("link");
  const toolbar = makeToolbar(`Format of ${label}`, [...tools, link], { class: "rich-tools" });
  toolbar.hidden = isReadOnly;
  const showState = () => { for (const tool of [...tools, link]) if (tool.isOn) tool.setAttribute("aria-pressed", String(tool.isOn())); };
  showState();
  editor.on("transaction", showState);
  area.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openLink();
    }
  });
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") closeLink(); });
  const whole = element("div", { class: "rich" }, toolbar, dialog, area);
  whole.refresh = (newHtml, isChanged) => {
    if (newHtml === content || (editor.isFocused && !isChanged)) return;
    content = newHtml;
    editor.commands.setContent(newHtml, { emitUpdate: false });
  };
  whole.focusText = () => editor.commands.focus("end");
  whole.end = () => editor.destroy();
  return whole;
}
