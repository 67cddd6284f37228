// What was typed into a form of the admin is not lost if the session had ended when the form was sent: it is kept in this
// tab, and is in the form again once its user has signed in and the page is open again.
(() => {
  const KEY = "typed";
  const MAX_AGE = 86_400_000; // milliseconds
  const NOT_KEPT = new Set(["hidden", "password", "file", "submit", "button", "image", "reset"]);
  const { user, label } = document.currentScript.dataset;
  const here = location.pathname + location.search;

  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };
  const write = (typed) => { try { sessionStorage.setItem(KEY, JSON.stringify(typed)); } catch { /* nothing is kept */ } };
  const remove = () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing is kept */ } };
  const listFields = (form) => [...form.elements].filter(({ name, type }) => name && !NOT_KEPT.has(type) && type !== "fieldset");
  const isBox = ({ type }) => type === "checkbox" || type === "radio";

  document.addEventListener("submit", ({ target }) => {
    if (!target.closest("#content-main") || target.getAttribute("method") !== "post" || target.id === "login-form" || target.closest(".sign-in")) return;
    const fields = listFields(target);
    if (!fields.length) return; // a question for confirmation carries hidden fields only: what was typed before is kept
    const { pathname, search } = new URL(target.getAttribute("action") || here, location.href);
    const names = [...new Set(fields.map(({ name }) => name))];
    const values = fields.filter((field) => !isBox(field) || field.checked).flatMap((field) =>
      field.type === "select-multiple" ? [...field.selectedOptions].map(({ value }) => [field.name, value]) : [[field.name, field.value]]);
    write({ user, address: pathname + search, at: Date.now(), names, values });
  });

  /** Put the values into the form. Several fields with one name get them in their order. */
  function fill(form, { names, values }) {
    for (const name of names) {
      const given = values.filter(([key]) => key === name).map(([, value]) => value);
      const fields = listFields(form).filter((field) => field.name === name);
      fields.forEach((field, place) => {
        if (isBox(field)) field.checked = given.includes(field.value);
        else if (field.type === "select-multiple") for (const option of field.options) option.selected = given.includes(option.value);
        else if (given[place] !== undefined) field.value = given[place];
      });
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const typed = read();
  if (!typed) return;
  if (document.querySelector("[data-form-lost]")) {
    write({ ...typed, isLost: true });
    return;
  }
  if (!user) return; // signing in takes several pages
  const isKept = typed.isLost && typed.user === user && Date.now() - typed.at < MAX_AGE;
  if (isKept && typed.address !== here) return; // after signing in, there may be recovery codes first
  remove();
  if (!isKept) return;
  const forms = [...document.querySelectorAll("#content-main form[method=post]")];
  const form = forms.find(({ elements }) => typed.names.every((name) => elements.namedItem(name)));
  if (!form) return;
  fill(form, typed);
  const note = document.createElement("p");
  Object.assign(note, { className: "page-notice", role: "status", textContent: label });
  note.dataset.unsaved = "";
  (form.querySelector(".review-side") ?? form).prepend(note);
})();
