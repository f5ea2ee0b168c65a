// Checks a site in Chromium: node look.mjs SITE SHOTS CHROMIUM PAGE
// SITE is the site's folder, SHOTS a folder for screenshots, PAGE the name of an item's page to check
// closely. Exits with an error at the first fault.

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [site, shots, executablePath, itemPage] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 390, height: 844 };
const TABLET = { width: 768, height: 1024 };
const DESKTOP = { width: 1360, height: 900 };

const server = http.createServer((request, response) => {
  const name = new URL(request.url, "http://localhost").pathname.slice(1);
  const type = { html: "text/html", css: "text/css", js: "text/javascript" }[name.split(".").pop()];
  const known = fs.readdirSync(site).includes(name) && type;
  response.writeHead(known ? 200 : 404, { "content-type": type ?? "text/plain" });
  response.end(known ? fs.readFileSync(path.join(site, name)) : "");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});

const fromServer = `http://127.0.0.1:${server.address().port}/`;
const fromFile = pathToFileURL(site).href + "/";

// Waits for the script, which runs when the page is complete.
const ready = (page) => page.locator(".palette").waitFor({ state: "attached" });

// Opens a page that fails on console errors and on requests that leave its origin.
async function opened(options, name, base) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    const favicon = message.location().url.endsWith("/favicon.ico");
    if (["error", "warning"].includes(message.type()) && !favicon) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) complaints.push(`a request to ${request.url()}`);
  });
  await page.goto(base + name);
  if (options.javaScriptEnabled !== false) await ready(page);
  const close = async () => {
    assert.deepEqual(complaints, [], `${base}${name}`);
    await context.close();
  };
  return { page, context, close };
}

async function soundIn(page, what, withScript = true) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${what}: ${wide} pixels wider than the window`);
  // axe waits by timers, which do not run in a page without script.
  if (!withScript) return;
  await page.evaluate(axe);
  const { passes, violations } = await page.evaluate(() => window.axe.run({ preload: false }));
  assert.ok(passes.length > 10, `${what}: axe found nothing to look at`);
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
  assert.deepEqual(told, [], what);
}

// The numbers of requests in a status such as `3 of 24 requests`, once it is there.
async function found(page) {
  const status = page.locator(".palette [role=status]");
  await page.waitForFunction((status) => / of |^No /.test(status.textContent), await status.elementHandle());
  if (/^No request matches/.test(await status.innerText())) return [0, 0];
  return (await status.innerText()).match(/^(\d+) of (\d+) requests/).slice(1).map(Number);
}

async function searching(base) {
  const { page, close } = await opened({ viewport: DESKTOP }, itemPage, base);
  const [name, verb] = [await page.locator("h1").innerText(), await page.locator("main .verb").first().innerText()];
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search", "a slash should focus the search box");
  await page.keyboard.type(`${verb.toLowerCase()} ${name.toUpperCase()}`);
  const [some, all] = await found(page);
  assert.ok(some >= 1 && some < all, `${some} of ${all} are found`);
  const pages = fs.readdirSync(site).filter((file) => file.endsWith(".html"));
  assert.equal(all, pages.length - 1 - pages.includes("variables.html"));
  assert.ok(await page.locator(`.hits a[href="${itemPage}"]`).isVisible(), "the item should be found");
  await soundIn(page, "search");
  await page.screenshot({ path: path.join(shots, `search-${base.slice(0, 4)}.png`) });
  await page.keyboard.press("Control+A");
  await page.keyboard.type("no such thing anywhere");
  assert.equal((await found(page))[0], 0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator(".palette").isVisible()), "Escape should close the search");
  // By keyboard alone to a result and to its page.
  await page.locator(".home").click();
  assert.ok(page.url().endsWith("index.html"));
  await ready(page);
  await page.keyboard.press("/");
  await page.keyboard.type(name);
  await found(page);
  await page.keyboard.press("ArrowDown");
  while (!(await page.evaluate((to) => document.activeElement.getAttribute("href") === to, itemPage))) {
    const before = await page.evaluate(() => document.activeElement.href);
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await page.evaluate(() => document.activeElement.href), before, "the item should be reachable");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/${itemPage}`);
  assert.equal(await page.locator("h1").innerText(), name);
  await close();
}

// Searching finds folders and everything in them, parameters and descriptions, on a phone too.
async function searchingByOtherTexts(base) {
  const { page, close } = await opened({ viewport: PHONE }, "index.html", base);
  const folder = page.locator("main .folder").first();
  const name = await folder.locator("summary > :first-child").first().innerText();
  const inside = await folder.locator(".items > li").count();
  await page.locator("button.find").click();
  await page.locator("#search").fill(name);
  const [some] = await found(page);
  assert.ok(some >= inside, `${some} of ${inside} in ${name}`);
  assert.ok(await page.locator(".hits a", { hasText: name }).first().isVisible());
  await page.screenshot({ path: path.join(shots, `folder-${base.slice(0, 4)}.png`) });
  const rows = await page.evaluate(() => globalThis.zoomkatSearch);
  for (const at of [1, 3]) {
    const word = rows.map((row) => row[at].split(" ")[0]).find((word) => word.length > 2);
    if (!word) continue;
    await page.locator("#search").fill(word);
    assert.ok((await found(page))[0] >= 1, `${word} should be found`);
  }
  // A parameter is found with its row.
  const named = rows.flatMap((row) => {
    const ids = row[4].split(" ");
    return row[1].split(" ").map((name, at) => [name, ids[at], row[0]]);
  });
  const usable = named.filter(([name, id, place]) => id && !place.includes(name) && !/\s/.test(name));
  const [parameter, id] = usable.sort(([one], [other]) => other.length - one.length)[0];
  await page.locator("#search").fill(parameter);
  await found(page);
  await page.locator(`.hits a[href$="#${id}"]`).first().click();
  await page.locator(`tr#${id}:target`).waitFor();
  await close();
}

// The tree of a page marks it. Opening a folder shows all that is in it, and the next page keeps it open.
async function climbing(base) {
  const { page, close } = await opened({ viewport: DESKTOP }, itemPage, base);
  const current = page.locator(".side [aria-current=page]");
  assert.equal(await current.getAttribute("href"), itemPage);
  const inView = () => current.evaluate((link) => {
    const [inner, outer] = [link.getBoundingClientRect(), link.closest(".side").getBoundingClientRect()];
    return inner.top >= outer.top && inner.bottom <= outer.bottom;
  });
  assert.ok(await inView(), "the place in the tree should be in view");
  const closed = page.locator(".side .fold[aria-expanded=false]").first();
  const id = await closed.getAttribute("data-folder");
  await closed.focus();
  const top = (await closed.boundingBox()).y;
  await page.keyboard.press("Enter");
  const opening = page.locator(`.side .fold[data-folder="${id}"][aria-expanded=true]`);
  await opening.waitFor();
  assert.ok(Math.abs((await opening.boundingBox()).y - top) < 2, "the folder should stay at its place");
  assert.ok(await opening.evaluate((made) => made === document.activeElement), "the focus should stay");
  assert.ok((await page.locator(`.side li:has(> [data-folder="${id}"]) > ul > li`).count()) > 0);
  assert.equal(await current.getAttribute("href"), itemPage);
  await page.locator(".pager a").first().click();
  await opening.waitFor();
  assert.ok(await inView());
  await opening.click();
  await page.locator(`.side .fold[data-folder="${id}"][aria-expanded=false]`).waitFor();
  await close();
}

// On a phone the tree is a drawer, which keeps the focus and gives it back.
async function drawer(base, javaScriptEnabled) {
  const { page, close } = await opened({ viewport: PHONE, javaScriptEnabled }, itemPage, base);
  const side = page.locator(".side");
  assert.ok(!(await side.isVisible()));
  await page.locator(".menu").click();
  assert.ok(await side.isVisible());
  assert.ok(await page.locator(".side [aria-current=page]").isVisible());
  if (javaScriptEnabled) {
    await soundIn(page, "drawer");
    await page.screenshot({ path: path.join(shots, `drawer-${base.slice(0, 4)}.png`) });
    assert.equal(await page.evaluate(() => document.querySelector("main").inert), true);
    await page.keyboard.press("Escape");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".menu")), "the focus should return");
  } else {
    await page.locator(".close").click();
  }
  assert.ok(!(await side.isVisible()));
  await close();
}

// The chosen colours are kept on the next page.
async function colouring(base) {
  const { page, close } = await opened({ viewport: DESKTOP, colorScheme: "light" }, "index.html", base);
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await colour();
  await page.locator(".theme").click();
  const dark = await colour();
  assert.notEqual(dark, light);
  await page.goto(base + itemPage);
  assert.equal(await colour(), dark);
  await page.locator(".theme").click();
  assert.equal(await colour(), light);
  await close();
}

// Everything that can be clicked is reached with the Tab key, in the order of the page, and is marked.
async function walking(base) {
  const { page, close } = await opened({ viewport: DESKTOP }, itemPage, base);
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".skip")), "first, a link to the content");
  const reached = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, summary, [tabindex='0']")];
    // Of the tabs, only the chosen one.
    return all.filter((element) => element.checkVisibility() && element.tabIndex >= 0).length;
  });
  const places = [];
  for (let at = 1; at < reached; at += 1) {
    await page.keyboard.press("Tab");
    places.push(await page.evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return [outlineStyle !== "none" && outlineWidth !== "0px", element.outerHTML.slice(0, 120)];
    }));
  }
  for (const [isMarked, html] of places) assert.ok(isMarked, `the focus is not visible: ${html}`);
  assert.ok(!places.some(([, html]) => html.startsWith("<body")), "the focus should not be lost");
  await close();
}

async function copying(base, clipboard) {
  const { page, context, close } = await opened({ viewport: DESKTOP }, itemPage, base);
  if (clipboard === "none") {
    // Like a page loaded over plain HTTP from another host.
    await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.reload();
  } else if (base.startsWith("http")) {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  }
  const block = page.locator(".code").first();
  const text = await block.locator("code").evaluate((code) => code.textContent);
  const button = block.getByRole("button", { name: /^Copy: / });
  await button.click();
  await page.getByText(/^Copied: /).waitFor({ state: "attached" });
  assert.equal(await button.innerText(), "Copied");
  // The pasted text is the text shown, regardless of how it was copied.
  await page.evaluate(() => document.body.prepend(document.createElement("textarea")));
  await page.locator("textarea").focus();
  await page.keyboard.press("Control+V");
  assert.equal(await page.locator("textarea").inputValue(), text);
  await close();
}

// The tabs follow the ARIA pattern, and the next page shows the chosen one.
async function tabbing(base) {
  const { page, close } = await opened({ viewport: DESKTOP }, itemPage, base);
  const tabs = page.getByRole("tab");
  const names = await tabs.allInnerTexts();
  assert.deepEqual(names.slice(0, 3), ["Rust", "curl", "Postman"]);
  const panels = page.locator(".tabs > [role=tabpanel]:visible");
  const isShown = async (name) => {
    assert.equal(await page.locator('[role=tab][aria-selected="true"]').innerText(), name);
    assert.equal(await page.locator('[role=tab][tabindex="0"]').innerText(), name);
    assert.equal(await panels.count(), 1);
    const selected = page.locator('[role=tab][aria-selected="true"]');
    assert.equal(await panels.getAttribute("aria-labelledby"), await selected.getAttribute("id"));
  };
  await isShown("Rust");
  await tabs.first().focus();
  for (const [key, at] of [["ArrowRight", 1], ["Home", 0], ["ArrowLeft", -1], ["ArrowRight", 0], ["End", -1], ["Home", 0], ["ArrowRight", 1]]) {
    await page.keyboard.press(key);
    await isShown(names.at(at));
    assert.equal(await page.evaluate(() => document.activeElement.textContent), names.at(at), key);
  }
  await page.keyboard.press("Tab");
  assert.ok(await panels.evaluate((panel) => panel.contains(document.activeElement)), "Tab leaves the tabs");
  await page.reload();
  await isShown("curl");
  await page.goto(`${base}${itemPage}#postman`);
  await page.reload();
  await isShown("Postman");
  await close();
}

async function looking(base, name, scheme, viewport, javaScriptEnabled) {
  const script = javaScriptEnabled ? "" : "-without-script";
  const what = `${name.replace(".html", "")}-${scheme}-${viewport.width}${script}`;
  const { page, close } = await opened({ viewport, colorScheme: scheme, javaScriptEnabled }, name, base);
  await soundIn(page, what, javaScriptEnabled);
  if (!javaScriptEnabled) {
    assert.equal(await page.locator("button:visible, input:visible").count(), 0, `${what}: a control without a script`);
    assert.ok((await page.locator("main").innerText()).length > 20);
    if (name === "index.html") {
      const pages = fs.readdirSync(site).filter((file) => file.endsWith(".html")).length;
      const others = 1 + fs.existsSync(path.join(site, "variables.html"));
      assert.equal(await page.locator(".items a").count(), pages - others, "the index should be complete");
    } else {
      assert.ok((await page.locator(".side a").count()) > 2, "the tree around the page should be there");
    }
  }
  await page.screenshot({ path: path.join(shots, `${what}.png`), fullPage: true });
  await close();
}

try {
  fs.mkdirSync(shots, { recursive: true });
  for (const base of [fromFile, fromServer]) {
    await searching(base);
    await searchingByOtherTexts(base);
    await climbing(base);
    await colouring(base);
    await copying(base, "given");
    await copying(base, "none");
    await tabbing(base);
  }
  await drawer(fromFile, true);
  await drawer(fromServer, false);
  await walking(fromFile);
  for (const name of ["index.html", "variables.html", itemPage]) {
    for (const scheme of ["light", "dark"]) {
      for (const viewport of [DESKTOP, TABLET, PHONE]) await looking(fromFile, name, scheme, viewport, true);
    }
    await looking(fromFile, name, "light", PHONE, false);
    await looking(fromServer, name, "dark", DESKTOP, false);
  }
  // Other pages may load or run something: one window visits them in turn.
  const others = fs.readdirSync(site).filter((file) => file.endsWith(".html")).slice(0, 25);
  const { page, close } = await opened({ viewport: PHONE }, others[0], fromFile);
  for (const name of others) {
    await page.goto(fromFile + name);
    await soundIn(page, name);
  }
  await close();
  console.log("looked at", site);
} finally {
  await browser.close();
  server.close();
}
