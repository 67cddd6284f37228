// Ticks all places of a language at once in “Find and replace”. Without JavaScript, each place is ticked by itself.
(() => {
  const group = document.querySelector(".hit-languages");
  if (!group) return;
  const placesOf = (box) => [...document.querySelectorAll(`input[data-of="${box.dataset.language}"]:enabled`)];
  const show = () => {
    for (const box of group.querySelectorAll("input")) {
      const ticked = placesOf(box).filter((place) => place.checked).length;
      box.checked = ticked === placesOf(box).length;
      box.indeterminate = ticked > 0 && !box.checked;
    }
  };
  group.addEventListener("change", (event) => {
    for (const place of placesOf(event.target)) place.checked = event.target.checked;
    show();
  });
  document.addEventListener("change", show);
  show();
  group.hidden = false;
})();
