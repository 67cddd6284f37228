// Makes the button of the publish screen say what it will do with the chosen time: publish now, or schedule.
(() => {
  const button = document.querySelector("input[data-now][data-at]");
  if (!button) return;
  const initialLabel = button.value;
  const updateLabel = () => {
    const chosen = button.form.querySelector("[name=when]:checked")?.value;
    const time = button.form.querySelector("[name=at]")?.value.trim();
    button.value = chosen === "now" && !time ? button.dataset.now : chosen !== "now" && time ? button.dataset.at : initialLabel;
  };
  button.form.addEventListener("input", updateLabel);
  addEventListener("pageshow", updateLabel);
})();
