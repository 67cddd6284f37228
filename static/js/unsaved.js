// Ask before leaving a page of the admin with unsaved input.
(() => {
  const form = document.querySelector("#content-main form[method=post]");
  if (!form) return;
  const refused = document.querySelector(".errornote, [data-unsaved]") !== null; // a form with errors shows unsaved input
  let leaving = false;

  const chosen = (select) => [...select.options].map((option) => option.selected).join();
  const firstChosen = (select) => {
    const options = [...select.options];
    const one = select.type === "select-one" && !options.some((option) => option.defaultSelected);
    return options.map((option, place) => option.defaultSelected || (one && place === 0)).join();
  };
  const isChanged = (field) => {
    if (!field.name || field.type === "hidden") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return chosen(field) !== firstChosen(field);
    return "defaultValue" in field && field.value !== field.defaultValue;
  };

  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && (refused || [...form.elements].some(isChanged))) event.preventDefault();
  });
})();
