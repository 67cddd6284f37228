// Show the colours of the theme that was chosen in the admin: light, dark, or those of the system.
//
// The styles have one block of dark colours, in a media query. The choice, which Django's admin keeps, decides when that
// block applies.
{
  const isDark = (rule) => rule.media?.mediaText.includes("prefers-color-scheme: dark");
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter(isDark);
  const written = rules.map((rule) => rule.media.mediaText);
  const show = () => {
    const theme = localStorage.getItem("theme") ?? "auto";
    if (document.documentElement.dataset.theme !== theme) document.documentElement.dataset.theme = theme;
    for (const [index, rule] of rules.entries()) {
      rule.media.mediaText = { dark: "screen", light: "not all" }[theme] ?? written[index];
    }
  };
  addEventListener("storage", show); // it was chosen in another tab
  new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme"] }); // or with the button
  show();
}
