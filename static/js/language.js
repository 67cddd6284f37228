// Stores the language that a reader chooses. From then on an address without a language (/) redirects to it.
document.querySelector(".languages")?.addEventListener("click", (event) => {
  const chosen = event.target.closest("a[hreflang]")?.hreflang;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (chosen) document.cookie = `language=${chosen}; path=/; max-age=31536000; samesite=lax${secure}`;
});
