// Keyboard shortcuts of the translation editor. Without JavaScript, its buttons and links do the same. And what to send with
// words that the browser puts back.
(() => {
  const form = document.querySelector("form[data-translating]");
  if (!form) return;
  const fields = [...form.querySelectorAll("textarea")];
  const nameOf = (field) => field.name.replace("text-", "");
  const proposalsOf = (field) => [...form.querySelectorAll("button[data-typed]")].filter((button) => button.value.startsWith(`${nameOf(field)}:`));
  const setText = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  const focusField = (field) => {
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.closest(".translated-text").scrollIntoView({ block: "nearest" });
  };
  const ownTexts = new Map(); // the text of a field before a proposal replaced it
  const proposalIndexes = new Map();

  const showNextProposal = (field) => {
    const proposals = proposalsOf(field);
    const index = proposalIndexes.get(field) ?? 0;
    if (index === 0) ownTexts.set(field, field.value);
    setText(field, index < proposals.length ? proposals[index].dataset.typed : ownTexts.get(field));
    proposalIndexes.set(field, index < proposals.length ? index + 1 : 0);
  };
  const focusNextToDo = (field) => {
    const todo = fields.filter((other) => other === field || (other.closest("[data-todo]") && other.value === other.defaultValue));
    const nextField = todo[(todo.indexOf(field) + 1) % todo.length];
    if (nextField) focusField(nextField);
  };

  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    const field = document.activeElement?.closest(".translated-text")?.querySelector("textarea");
    if (control && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    } else if (control && !event.altKey && event.key === "Enter") {
      event.preventDefault();
      focusNextToDo(field);
    } else if (event.altKey && !control && event.key === "Enter" && field) {
      event.preventDefault();
      showNextProposal(field);
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-typed]");
    if (!button) return;
    event.preventDefault();
    setText(fields.find((field) => button.value.startsWith(`${nameOf(field)}:`)), button.dataset.typed);
  });
  form.addEventListener("focusin", (event) => {
    const field = event.target.closest(".translated-text")?.querySelector("textarea");
    if (field) form.elements.at.value = nameOf(field);
  });
  form.querySelector("[data-keys]").hidden = false;

  // A browser puts typed words into a form to which its user goes back, but not the hidden fields, which say what was typed
  // over. They are kept with the page's entry in the history: what colleagues have saved since is not overwritten unasked.
  const sources = [...form.querySelectorAll("input[name^='from-']")];
  const isTyped = (field) => field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  addEventListener("pageshow", () => { // by now, the browser has filled in what it kept
    for (const source of sources) {
      const before = history.state?.sources?.[source.name];
      const row = source.closest(".translated-text");
      if (before && [...row.querySelectorAll("textarea, input[type=checkbox]")].some(isTyped)) source.value = before;
    }
    const kept = Object.fromEntries(sources.map(({ name, value }) => [name, value]));
    try { history.replaceState({ ...history.state, sources: kept }, ""); } catch { /* too much */ }
  });
})();
