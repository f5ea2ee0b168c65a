"use strict";
// Search. The pages are complete without it. Nothing is sent.
{
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // Search on the index.
  const find = document.querySelector(".find");
  const input = find?.querySelector("input");
  if (find) {
    const folders = [...document.querySelectorAll(".folder")];
    const names = new Map(folders.map((folder) => [folder, folder.querySelector("summary > :first-child").textContent]));
    const abouts = [...document.querySelectorAll(".about")];
    const items = [...document.querySelectorAll(".items > li")].map((li) => {
      const around = parents(li);
      const texts = [li.textContent, ...around.map((folder) => names.get(folder))];
      return { li, text: texts.join("\n").toLowerCase(), folders: around };
    });
    const count = find.querySelector("[role=status]");
    let before = null;

    function parents(li) {
      const all = [];
      for (let at = li.closest(".folder"); at; at = at.parentElement.closest(".folder")) all.push(at);
      return all;
    }
    const search = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const searching = words.length > 0;
      if (searching && !before) before = folders.map((folder) => folder.open);
      const hits = new Set();
      let found = 0;
      for (const item of items) {
        const hit = words.every((word) => item.text.includes(word));
        item.li.hidden = !hit;
        if (hit) {
          found += 1;
          for (const folder of item.folders) hits.add(folder);
        }
      }
      folders.forEach((folder, at) => {
        folder.hidden = searching && !hits.has(folder);
        if (searching) folder.open = true;
        else if (before) folder.open = before[at];
      });
      // Descriptions would push the results off the screen.
      for (const about of abouts) about.hidden = searching;
      if (!searching) before = null;
      count.textContent = searching ? `${found} of ${items.length} requests` : `${items.length} requests`;
    };
    input.addEventListener("input", search);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && input.value) {
        event.preventDefault();
        input.value = "";
        search();
      }
    });
    if (folders.length) {
      const all = make("button", { type: "button" });
      const name = () => {
        all.textContent = folders.every((folder) => folder.open) ? "Close all folders" : "Open all folders";
      };
      all.addEventListener("click", () => {
        const open = !folders.every((folder) => folder.open);
        for (const folder of folders) folder.open = open;
      });
      document.addEventListener("toggle", name, true);
      name();
      find.querySelector(".line").append(all);
    }
    const reveal = () => {
      if (location.hash === "#search") input.focus();
      const target = document.getElementById(location.hash.slice(1));
      for (let at = target?.closest(".folder"); at; at = at.parentElement.closest(".folder")) at.open = true;
      if (target) target.scrollIntoView();
    };
    find.hidden = false;
    search();
    reveal();
    addEventListener("hashchange", reveal);
    addEventListener("pageshow", search);
  }

  // The slash key opens the search box, on other pages through the index.
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing) return;
    event.preventDefault();
    if (input) input.select();
    else location.href = "index.html#search";
  });
}
