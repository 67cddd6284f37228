// What was typed into a form of the admin is not lost if the session had ended when the form was sent, or if no answer came
// and its user goes back: it is kept in this tab, and is in the form again once its page is open. So are the hidden fields,
// which say what it was typed over: without them, what colleagues have saved meanwhile would be overwritten unasked.
(() => {
  const KEY = "typed";
  const MAX_AGE = 86_400_000; // milliseconds
  const NOT_KEPT = new Set(["password", "file", "submit", "button", "image", "reset"]);
  const TOKEN = "csrfmiddlewaretoken";
  const { user, label, leftLabel } = document.currentScript.dataset;
  const here = location.pathname + location.search;

  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };
  const write = (typed) => { try { sessionStorage.setItem(KEY, JSON.stringify(typed)); } catch { /* nothing is kept */ } };
  const remove = () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing is kept */ } };
  const listFields = (form) => [...form.elements].filter(({ name, type }) => name && name !== TOKEN && !NOT_KEPT.has(type) && type !== "fieldset");
  const isHidden = ({ type }) => type === "hidden";
  const isChanged = (field) => isBox(field) ? field.checked !== field.defaultChecked
    : field.options ? [...field.options].some(({ selected, defaultSelected }) => selected !== defaultSelected)
    : field.value !== field.defaultValue;
  const isBox = ({ type }) => type === "checkbox" || type === "radio";

  window.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (defaultPrevented) return; // a script sends it, and keeps what was typed on the page
    if (!target.closest("#content-main") || target.getAttribute("method") !== "post" || target.id === "login-form" || target.closest(".sign-in")) return;
    const fields = listFields(target);
    if (fields.every(isHidden)) return; // a question for confirmation: what was typed before is kept
    const { pathname, search } = new URL(target.getAttribute("action") || here, location.href);
    const visible = fields.filter((field) => !isHidden(field));
    const listNames = (some) => [...new Set(some.map(({ name }) => name))];
    const names = listNames(visible);
    const changed = listNames(visible.filter(isChanged));
    const hidden = fields.filter(isHidden).map(({ name, value }) => [name, value]);
    const values = visible.filter((field) => !isBox(field) || field.checked).flatMap((field) =>
      field.type === "select-multiple" ? [...field.selectedOptions].map(({ value }) => [field.name, value]) : [[field.name, field.value]]);
    write({ user, address: pathname + search, at: Date.now(), names, needed: changed.length ? changed : names, values, hidden });
  });

  /** Put the values into the form. Several fields with one name get them in their order. */
  function fill(form, { names, values, hidden }) {
    for (const name of new Set(hidden.map(([key]) => key))) {
      const fields = listFields(form).filter((field) => isHidden(field) && field.name === name);
      if (!fields.length) continue; // what it is about is gone
      for (const [, value] of hidden.filter(([key]) => key === name)) {
        const field = fields.shift() ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
        field.value = value;
      }
      for (const field of fields) field.remove();
    }
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
  const forms = [...document.querySelectorAll("#content-main form[method=post]")];
  const isQuestion = typed.address === here && forms.length && forms.every((form) => listFields(form).every(isHidden));
  if (!user || isQuestion || document.querySelector(".sign-in")) return; // a question is about what was typed before
  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const isKept = (typed.isLost || isBack) && typed.user === user && Date.now() - typed.at < MAX_AGE;
  if (isKept && typed.address !== here) return; // after signing in, there may be recovery codes first
  remove();
  if (!isKept) return;
  const has = (form, [name, value]) => listFields(form).some((field) => isHidden(field) && field.name === name && field.value === value);
  const countFields = ({ elements }) => typed.needed.filter((name) => elements.namedItem(name)).length;
  const most = Math.max(0, ...forms.map(countFields));
  const fitting = most ? forms.filter((form) => countFields(form) === most) : [];
  const form = fitting.find((each) => typed.hidden.every((field) => has(each, field))) ?? fitting[0];
  const left = typed.values.filter(([name]) => typed.needed.includes(name) && !form?.elements.namedItem(name)).map(([, value]) => value);
  const place = form ? form.querySelector(".review-side") ?? form : document.querySelector("#content-main");
  if (left.length) {
    const field = document.createElement("textarea");
    Object.assign(field, { readOnly: true, rows: 4, value: left.join("\n") });
    const text = document.createElement("label");
    text.append(leftLabel, field);
    place.prepend(text);
  }
  if (!form) return;
  fill(form, typed);
  const note = document.createElement("p");
  Object.assign(note, { className: "page-notice", role: "status", textContent: label });
  note.dataset.unsaved = "";
  place.prepend(note);
})();
