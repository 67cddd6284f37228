// Remembers the language that a reader chooses: an address without one (/) leads to it from then on.
document.querySelector(".languages")?.addEventListener("click", (event) => {
  const chosen = event.target.closest("a[hreflang]")?.hreflang;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (chosen) document.cookie = `language=${chosen}; path=/; max-age=31536000; samesite=lax${secure}`;
});
