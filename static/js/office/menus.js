// Close an open menu of the header with Escape, or with a click elsewhere.
{
  const close = (menu) => menu.removeAttribute("open");
  addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".office-menu[open]")) if (!menu.contains(event.target)) close(menu);
  });
  addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".office-menu[open]");
    if (!menu) return;
    close(menu);
    menu.querySelector("summary").focus();
  });
}
