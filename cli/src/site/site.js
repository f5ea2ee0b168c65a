"use strict";
// The side tree, search and colours. The pages are readable without them. Nothing is sent. The
// browser stores the chosen colours, and until the window closes the open folders of the tree.
{
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  const root = document.documentElement;
  const side = document.getElementById("side");

  // Storage, which a browser may refuse. Sites in other folders of one server have other names.
  const store = (storage, prefix) => ({
    get: (name) => {
      try {
        return globalThis[storage].getItem(prefix + name);
      } catch {
        return null;
      }
    },
    set: (name, value) => {
      try {
        if (value === null) globalThis[storage].removeItem(prefix + name);
        else globalThis[storage].setItem(prefix + name, value);
      } catch {}
    },
  });
  const visit = store("sessionStorage", `zoomkat ${location.pathname.replace(/[^/]*$/, "")} `);

  // Colours: those of the system, unless the reader has chosen others.
  const theme = document.querySelector(".theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const label = () => theme.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
  theme.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    const isSystem = (chosen === "dark") === dark.matches;
    root.dataset.theme = isSystem ? "" : chosen;
    store("localStorage", "zoomkat-").set("theme", isSystem ? null : chosen);
    label();
  });
  dark.addEventListener("change", label);
  label();

  // Data, in scripts since a local page cannot read other files.
  const loads = new Map();
  const load = (file) => {
    if (!loads.has(file)) {
      loads.set(file, new Promise((resolve, reject) => {
        document.head.append(make("script", { src: file, onload: resolve, onerror: reject }));
      }));
    }
    return loads.get(file);
  };
  let nodes = null;
  const readTree = async () => {
    await load("tree.js");
    if (nodes) return nodes;
    const open = [];
    nodes = globalThis.zoomkatTree.map(([depth, name, target, verb]) => {
      const above = depth > 0 ? open[depth - 1] : null;
      const node = { depth, name, target, verb, above, children: [] };
      above?.children.push(node);
      open[depth] = node;
      return node;
    });
    return nodes;
  };
  const address = (node) => (node.verb === undefined ? `index.html#${node.target}` : `${node.target}.html`);
  const verbs = ["get", "post", "put", "patch", "delete"];
  const chip = (verb) => {
    const known = verbs.includes(verb.toLowerCase()) ? verb.toLowerCase() : "other";
    return make("span", { className: `verb ${known}`, textContent: verb });
  };

  // The side tree. The page has the part around it; the whole replaces it when a folder is opened. Only
  // open folders have elements.
  const here = side.dataset.here;
  const list = document.getElementById("tree");
  const opened = new Set((visit.get("open") ?? "").split(" ").filter(Boolean));
  const around = new Set();
  let whole = false;

  const button = (className, text) => make("button", { type: "button", className, textContent: text });
  const folderButton = (text, id, isOpen) => {
    const made = button("fold", text);
    made.dataset.folder = id;
    made.setAttribute("aria-expanded", isOpen);
    return made;
  };
  const drawItem = (node) => {
    const link = make("a", { href: address(node) });
    link.append(chip(node.verb), " ", make("span", { textContent: node.name }));
    if (node.target === here) link.setAttribute("aria-current", "page");
    return link;
  };
  const isOpen = (node) => around.has(node.target) || opened.has(node.target);
  // Without recursion, since folders can be nested to any depth.
  const draw = (into, children) => {
    const waiting = [[into, children]];
    while (waiting.length) {
      const [ul, children] = waiting.pop();
      for (const node of children) {
        const li = ul.appendChild(make("li", {}));
        if (node.verb !== undefined) {
          li.append(drawItem(node));
          continue;
        }
        li.append(folderButton(node.name, node.target, isOpen(node)));
        if (isOpen(node) && node.depth < 60) waiting.push([li.appendChild(make("ul", {})), node.children]);
      }
    }
  };
  const drawWhole = async () => {
    const all = await readTree();
    if (whole) return;
    whole = true;
    const top = side.scrollTop;
    list.replaceChildren();
    draw(list, all.filter((node) => node.depth === 0));
    side.scrollTop = top;
  };
  // Keeps a row of the tree at its place in the window, although rows before it are added.
  const keepAt = (top, row) => {
    side.scrollTop += row.getBoundingClientRect().top - top;
    row.focus({ preventScroll: true });
  };
  const toggle = async (id, clicked) => {
    const { top } = clicked.getBoundingClientRect();
    await drawWhole();
    const node = nodes.find((node) => node.verb === undefined && node.target === id);
    const made = [...list.querySelectorAll(".fold")].find((made) => made.dataset.folder === id);
    if (!node || !made) return;
    if (isOpen(node)) {
      opened.delete(id);
      around.delete(id);
      made.nextSibling?.remove();
    } else {
      opened.add(id);
      draw(made.parentElement.appendChild(make("ul", {})), node.children);
    }
    made.setAttribute("aria-expanded", isOpen(node));
    keepAt(top, made);
    visit.set("open", [...opened].join(" "));
  };
  if (list) {
    for (const link of list.querySelectorAll(".fold, .more")) {
      const id = link.hash.slice(1);
      if (link.matches(".open")) around.add(id);
      const made = link.matches(".fold") ? folderButton(link.textContent, id, link.matches(".open")) : button("more", link.textContent);
      link.replaceWith(made);
    }
    list.addEventListener("click", async (event) => {
      const made = event.target.closest("button");
      if (made?.matches(".fold")) toggle(made.dataset.folder, made);
      if (!made?.matches(".more")) return;
      const row = [...list.querySelectorAll("a, button")].indexOf(made);
      const { top } = made.getBoundingClientRect();
      await drawWhole();
      const rows = list.querySelectorAll("a, button");
      if (rows.length) keepAt(top, rows[Math.min(row, rows.length - 1)]);
    });
    side.addEventListener("pointerenter", () => readTree().catch(() => {}), { once: true });
  }
  const showCurrent = () => {
    const current = side.querySelector("[aria-current]");
    if (!current) return;
    const [outer, inner] = [side.getBoundingClientRect(), current.getBoundingClientRect()];
    if (inner.top < outer.top + 40 || inner.bottom > outer.bottom - 40) {
      side.scrollTop += inner.top - outer.top - outer.height / 3;
    }
  };
  const restore = async () => {
    if (list && [...opened].some((id) => !around.has(id))) await drawWhole().catch(() => {});
    side.scrollTop = Number(visit.get("scroll"));
    showCurrent();
  };
  restore();
  addEventListener("pagehide", () => visit.set("scroll", String(side.scrollTop)));

  // The side tree on a phone: a drawer over the page.
  const menu = document.querySelector(".menu");
  const close = side.querySelector(".close");
  const drawer = matchMedia("(max-width: 60rem)");
  const menuButton = make("button", { type: "button", className: "menu", textContent: "Menu" });
  menuButton.setAttribute("aria-controls", "side");
  const closeButton = make("button", { type: "button", className: "close", textContent: "Close menu" });
  menu.replaceWith(menuButton);
  close.replaceWith(closeButton);
  const others = [...document.body.children].filter((element) => element !== side);
  const shade = document.body.appendChild(make("div", { className: "shade", hidden: true }));
  const showDrawer = (isShown) => {
    side.classList.toggle("open", isShown);
    for (const other of others) other.inert = isShown;
    shade.hidden = !isShown;
    menuButton.setAttribute("aria-expanded", isShown);
    if (isShown) {
      showCurrent();
      (side.querySelector("[aria-current]") ?? closeButton).focus({ preventScroll: true });
    }
  };
  const closeDrawer = () => {
    if (!side.classList.contains("open")) return;
    showDrawer(false);
    menuButton.focus();
  };
  showDrawer(false);
  menuButton.addEventListener("click", () => showDrawer(true));
  closeButton.addEventListener("click", closeDrawer);
  shade.addEventListener("click", closeDrawer);
  side.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
  drawer.addEventListener("change", closeDrawer);

  // Search, in a dialog on every page.
  const MAX_HITS = 60;
  const palette = make("dialog", { className: "palette" });
  palette.setAttribute("aria-label", "Search");
  const input = make("input", { type: "search", id: "search", autocomplete: "off", spellcheck: false });
  input.placeholder = "Search";
  input.setAttribute("aria-label", "Search names, folders, verbs, paths, parameters and descriptions");
  const done = button("", "Close");
  const field = make("div", { className: "field" });
  field.append(input, done);
  const count = make("p", { className: "count" });
  count.setAttribute("role", "status");
  const hits = make("ul", { className: "hits" });
  palette.append(field, count, hits);
  document.body.append(palette);

  let entries = null;
  const readSearch = async () => {
    await Promise.all([readTree(), load("search.js")]);
    if (entries) return;
    let row = 0;
    entries = nodes.map((node) => {
      const folders = [];
      for (let at = node.above; at && folders.length < 8; at = at.above) folders.unshift(at.name);
      const isItem = node.verb !== undefined;
      const [path, names, lead, words, ids] = isItem ? globalThis.zoomkatSearch[row++] : ["", "", "", "", ""];
      const small = [node.name, isItem ? node.verb : "", path, folders.join(" "), names, `${lead} ${words}`];
      return { node, folders, path, names, lead, ids, isItem, texts: small.map((text) => text.toLowerCase()) };
    });
  };
  const WEIGHTS = [8, 6, 5, 3, 2, 1];
  const rank = (entry, words) => {
    let sum = 0;
    for (const word of words) {
      const at = entry.texts.findIndex((text) => text.includes(word));
      // A folder is found by its own name.
      if (at < 0 || (!entry.isItem && at > 0)) return 0;
      sum += WEIGHTS[at] + (at === 0 && entry.texts[0].startsWith(word) ? 4 : 0);
    }
    return sum + (entry.isItem ? 0 : 1);
  };
  const reason = (entry, words) => {
    for (const word of words) {
      const at = entry.texts.findIndex((text) => text.includes(word));
      if (at !== 4) continue;
      const names = entry.names.split(" ");
      const found = names.findIndex((name) => name.toLowerCase().includes(word));
      return { text: `Parameter: ${names[found] ?? word}`, id: entry.ids?.split(" ")[found] };
    }
    return { text: entry.lead };
  };
  // Shows a text with the words marked.
  const marked = (className, text, words) => {
    const made = make("span", { className });
    const small = text.toLowerCase();
    let at = 0;
    while (small.length === text.length && at < text.length) {
      let [first, length] = [-1, 0];
      for (const word of words) {
        const found = small.indexOf(word, at);
        if (found >= 0 && (first < 0 || found < first)) [first, length] = [found, word.length];
      }
      if (first < 0) break;
      made.append(text.slice(at, first), make("mark", { textContent: text.slice(first, first + length) }));
      at = first + length;
    }
    made.append(text.slice(at));
    return made;
  };
  const search = () => {
    if (!entries) return;
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    hits.replaceChildren();
    const items = entries.filter((entry) => entry.isItem).length;
    if (!words.length) {
      count.textContent = `Names, folders, verbs, paths, parameters and descriptions of ${items} requests`;
      return;
    }
    const found = entries.map((entry) => [rank(entry, words), entry]).filter(([sum]) => sum > 0);
    found.sort(([one], [other]) => other - one);
    for (const [, entry] of found.slice(0, MAX_HITS)) {
      const why = reason(entry, words);
      const link = make("a", { href: address(entry.node) + (why.id ? `#${why.id}` : "") });
      link.append(entry.isItem ? chip(entry.node.verb) : make("span", { className: "verb other", textContent: "Folder" }));
      link.append(" ", marked("name", entry.node.name, words));
      if (entry.path) link.append(" ", marked("path", entry.path, words));
      if (entry.folders.length) link.append(" ", marked("where-in", entry.folders.join(" › "), words));
      if (why.text) link.append(" ", marked("why", why.text, words));
      hits.appendChild(make("li", {})).append(link);
    }
    if (!found.length) {
      count.replaceChildren("No request matches. ", make("a", { href: "index.html", textContent: "Open the overview" }));
      return;
    }
    const requests = found.filter(([, entry]) => entry.isItem).length;
    const more = found.length > MAX_HITS ? `, the first ${MAX_HITS} results are shown` : "";
    count.textContent = `${requests} of ${items} requests${more}`;
  };
  const showSearch = async () => {
    if (palette.open) return input.select();
    closeDrawer();
    palette.showModal();
    input.select();
    count.textContent = "Loading";
    try {
      await readSearch();
      search();
    } catch {
      count.textContent = "The search data could not be loaded. The overview lists all requests.";
    }
  };
  input.addEventListener("input", search);
  done.addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => {
    // A click beside the dialog, or on a link to the same page.
    if (event.target === palette || event.target.closest("a")) palette.close();
  });
  palette.addEventListener("keydown", (event) => {
    const links = [...hits.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && links.length) links[Math.min(at + 1, links.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] ?? input).focus();
    else if (event.key === "Enter" && document.activeElement === input && links.length) links[0].click();
    else return;
    event.preventDefault();
  });
  document.querySelector(".find").addEventListener("click", showSearch);
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing) return;
    event.preventDefault();
    showSearch();
  });

  // The folders of the index.
  const folders = [...document.querySelectorAll("main .folder")];
  if (folders.length) {
    const all = button("", "");
    const name = () => {
      all.textContent = folders.every((folder) => folder.open) ? "Close all folders" : "Open all folders";
    };
    all.addEventListener("click", () => {
      const open = !folders.every((folder) => folder.open);
      for (const folder of folders) folder.open = open;
    });
    document.addEventListener("toggle", name, true);
    name();
    document.querySelector("main .line").append(all);
  }
  const reveal = () => {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (!target?.matches(".folder")) return;
    for (let at = target; at; at = at.parentElement.closest(".folder")) at.open = true;
    target.scrollIntoView();
  };
  reveal();
  addEventListener("hashchange", reveal);
}
