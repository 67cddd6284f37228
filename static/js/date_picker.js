// Lets people choose the date of a publication time in the browser's calendar. The time of day stays as typed.
for (const label of document.querySelectorAll("[data-date-of]")) {
  const [picker, field] = [label.querySelector("input"), document.getElementById(label.dataset.dateOf)];
  if (!field) continue;
  label.hidden = false;
  picker.value = field.value.match(/^\d{4}-\d\d-\d\d/)?.[0] ?? "";
  picker.addEventListener("change", () => {
    if (!picker.value) return;
    const time = field.value.match(/\d?\d[:.h]\d\d(:\d\d)?\s*$/)?.[0].trim() ?? "09:00";
    field.value = `${picker.value} ${time}`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
