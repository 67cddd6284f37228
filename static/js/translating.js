// Keys of the translation desk. Without this, its buttons and links do the same.
(() => {
  const form = document.querySelector("form[data-translating]");
  if (!form) return;
  const fields = [...form.querySelectorAll("textarea")];
  const nameOf = (field) => field.name.replace("text-", "");
  const proposalsOf = (field) => [...form.querySelectorAll("button[data-typed]")].filter((button) => button.value.startsWith(`${nameOf(field)}:`));
  const put = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  const go = (field) => {
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.closest(".translated-text").scrollIntoView({ block: "nearest" });
  };
  const had = new Map(); // what stood in a field before something was taken over
  const taken = new Map();

  const takeNext = (field) => {
    const proposals = proposalsOf(field);
    const place = taken.get(field) ?? 0;
    if (place === 0) had.set(field, field.value);
    put(field, place < proposals.length ? proposals[place].dataset.typed : had.get(field));
    taken.set(field, place < proposals.length ? place + 1 : 0);
  };
  const next = (field) => {
    const todo = fields.filter((one) => one === field || (one.closest("[data-todo]") && one.value === one.defaultValue));
    const place = todo.indexOf(field);
    const found = todo[(place + 1) % todo.length];
    if (found) go(found);
  };

  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    const field = document.activeElement?.closest(".translated-text")?.querySelector("textarea");
    if (control && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    } else if (control && !event.altKey && event.key === "Enter") {
      event.preventDefault();
      next(field);
    } else if (event.altKey && !control && event.key === "Enter" && field) {
      event.preventDefault();
      takeNext(field);
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-typed]");
    if (!button) return;
    event.preventDefault();
    put(fields.find((one) => button.value.startsWith(`${nameOf(one)}:`)), button.dataset.typed);
  });
  form.addEventListener("focusin", (event) => {
    const field = event.target.closest(".translated-text")?.querySelector("textarea");
    if (field) form.elements.at.value = nameOf(field);
  });
  form.querySelector("[data-keys]").hidden = false;
})();
