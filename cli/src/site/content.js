// An item's page: copying, wrapping, cutting, and tabs. The page is complete without them. Nothing is sent; the
// chosen tab and the wrapping are kept in the browser.
{
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  // A browser may refuse storage, in particular for local files.
  const stored = (name) => {
    try {
      return localStorage.getItem(`zoomkat.${name}`);
    } catch {
      return null;
    }
  };
  const store = (name, value) => {
    try {
      localStorage.setItem(`zoomkat.${name}`, value);
    } catch {}
  };

  // Copying. Pages loaded over plain HTTP have no clipboard, hence the fallback.
  const status = document.body.appendChild(make("p", { className: "hidden" }));
  status.setAttribute("role", "status");

  const copyBySelection = (text) => {
    const area = document.body.appendChild(make("textarea", { value: text, className: "hidden", readOnly: true }));
    const focused = document.activeElement;
    area.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {}
    area.remove();
    focused?.focus({ preventScroll: true });
    return done;
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  };
  const addCopy = (code, what, place) => {
    const button = make("button", { type: "button", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy: ${what}`);
    let timer;
    button.addEventListener("click", async () => {
      const done = await copy(code.textContent);
      if (!done) getSelection().selectAllChildren(code);
      button.textContent = done ? "Copied" : "Selected";
      button.classList.toggle("done", done);
      status.textContent = done ? `Copied: ${what}` : `Could not copy. Selected: ${what}`;
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = "Copy";
        button.classList.remove("done");
        status.textContent = "";
      }, 2500);
    });
    place.append(button);
  };

  // Wrapping, for blocks with long lines.
  const LONG = 60;
  const wraps = [];
  const wrap = (on) => {
    for (const { pre, button } of wraps) {
      pre.classList.toggle("unwrapped", !on);
      button.setAttribute("aria-pressed", String(on));
    }
  };
  // Long code is cut until the reader wants all of it.
  const [MAX_LINES, COLUMNS] = [26, 80];
  const addCut = (block, text, what) => {
    const lines = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / COLUMNS)), 0);
    if (lines <= MAX_LINES) return;
    const button = make("button", { type: "button", className: "whole" });
    const cut = (isCut) => {
      block.classList.toggle("cut", isCut);
      button.textContent = isCut ? "Show all" : "Show less";
      button.setAttribute("aria-label", `${button.textContent}: ${what}`);
      button.setAttribute("aria-expanded", String(!isCut));
    };
    button.addEventListener("click", () => {
      cut(button.getAttribute("aria-expanded") === "true");
      button.scrollIntoView({ block: "nearest" });
    });
    cut(true);
    block.append(button);
  };
  for (const block of document.querySelectorAll(".code")) {
    const [pre, code, bar] = ["pre", "code", ".caption"].map((part) => block.querySelector(part));
    const what = pre.getAttribute("aria-label");
    if (code.textContent.split("\n").some((line) => line.length > LONG)) {
      const button = make("button", { type: "button", textContent: "Wrap" });
      button.setAttribute("aria-label", `Wrap lines: ${what}`);
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        wrap(on);
        store("wrap", on ? "on" : "off");
      });
      wraps.push({ pre, button });
      bar.append(button);
    }
    addCopy(code, what, bar);
    addCut(block, code.textContent, what);
  }
  wrap(stored("wrap") !== "off");
  const where = document.querySelector("div.where");
  if (where) addCopy(where.querySelector("code"), "URL", where);

  // Tabs.
  const tabs = document.querySelector(".tabs");
  if (tabs) {
    const list = make("div");
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-labelledby", "code");
    const all = [...tabs.children].map((panel) => {
      const heading = panel.querySelector("h3");
      const tab = make("button", { type: "button", id: `tab-${heading.id}`, textContent: heading.textContent });
      // The heading stays for links to it.
      panel.id = `panel-${heading.id}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      heading.classList.add("hidden");
      // A panel without code has nothing else that takes the focus.
      if (!panel.querySelector("pre")) panel.tabIndex = 0;
      list.append(tab);
      return { name: heading.id, tab, panel };
    });
    const show = (chosen) => {
      for (const one of all) {
        one.tab.setAttribute("aria-selected", String(one === chosen));
        one.tab.tabIndex = one === chosen ? 0 : -1;
        one.panel.hidden = one !== chosen;
      }
    };
    const choose = (chosen) => {
      show(chosen);
      chosen.tab.focus();
      store("tab", chosen.name);
    };
    all.forEach((one, at) => {
      one.tab.addEventListener("click", () => choose(one));
      one.tab.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
        const last = all.length - 1;
        const next = {
          ArrowRight: at === last ? 0 : at + 1,
          ArrowLeft: at === 0 ? last : at - 1,
          Home: 0,
          End: last,
        }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        choose(all[next]);
      });
    });
    const byName = (name) => all.find((one) => one.name === name);
    show(byName(stored("tab")) ?? all[0]);
    tabs.prepend(list);
    tabs.classList.add("ready");
    // The tabs share the bar of the code, unless there is a note instead of it.
    const isCode = ({ panel }) => panel.querySelector("h3").nextElementSibling?.classList.contains("code");
    tabs.classList.toggle("one-bar", all.every(isCode));
    const reveal = () => {
      const linked = byName(location.hash.slice(1));
      if (!linked) return;
      show(linked);
      tabs.scrollIntoView({ block: "nearest" });
    };
    reveal();
    addEventListener("hashchange", reveal);
  }
}
