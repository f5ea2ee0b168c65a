{
const root = document.documentElement;
root.classList.add("scripted");
try {
  root.dataset.theme = localStorage.getItem("zoomkat-theme") || "";
} catch {}
addEventListener("DOMContentLoaded", () => {
  document.head.append(Object.assign(document.createElement("script"), { src: "site.js?VERSION" }));
});
}
