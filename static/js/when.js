// Lets the button of the release screen say what it does with what is chosen: publish now, or schedule.
(() => {
  const button = document.querySelector("input[data-now][data-at]");
  if (!button) return;
  const untold = button.value;
  const tell = () => {
    const chosen = button.form.querySelector("[name=when]:checked")?.value;
    const time = button.form.querySelector("[name=at]")?.value.trim();
    button.value = chosen === "now" && !time ? button.dataset.now : chosen !== "now" && time ? button.dataset.at : untold;
  };
  button.form.addEventListener("input", tell);
  addEventListener("pageshow", tell);
})();
