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
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

const server = http.createServer((request, response) => {
  const name = new URL(request.url, "http://localhost").pathname.slice(1);
  const known = fs.readdirSync(site).includes(name) && name.endsWith(".html");
  response.writeHead(known ? 200 : 404, { "content-type": "text/html" });
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
  const { passes, violations } = await page.evaluate(() => window.axe.run());
  assert.ok(passes.length > 10, `${what}: axe found nothing to look at`);
  const bad = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  const told = bad.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
  assert.deepEqual(told, [], what);
}

async function searching(base) {
  const { page, close } = await opened({ viewport: DESKTOP }, "index.html", base);
  const items = page.locator(".items > li");
  const all = await items.count();
  const visible = () => page.locator(".items > li:visible").count();
  const link = page.locator(`.items a[href="${itemPage}"]`);
  const [name, verb] = [await link.locator(".name").innerText(), await link.locator(".verb").innerText()];
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search", "a slash should focus the search box");
  await page.keyboard.type(`${verb.toLowerCase()} ${name.toUpperCase()}`);
  assert.ok(await link.isVisible(), "the item should be found");
  const found = await visible();
  assert.ok(found >= 1 && found < all, `${found} of ${all} are found`);
  assert.match(await page.locator(".find [role=status]").innerText(), new RegExp(`^${found} of ${all} `));
  await page.screenshot({ path: path.join(shots, `search-${base.slice(0, 4)}.png`) });
  await page.keyboard.press("Control+A");
  await page.keyboard.type("no such thing anywhere");
  assert.equal(await visible(), 0);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".items > li:not([hidden])").count(), all, "all items should be visible again");
  await link.evaluate((a) => {
    for (let at = a.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  });
  await link.click();
  assert.ok(page.url().endsWith(itemPage));
  assert.equal(await page.locator("h1").innerText(), name);
  await page.locator(".crumbs a").first().click();
  assert.ok(page.url().endsWith("index.html"));
  await close();
}

// Searching for a folder's name finds everything in it, and on a phone no description precedes the
// items.
async function searchingByFolder(base) {
  const { page, close } = await opened({ viewport: PHONE }, "index.html", base);
  const folder = page.locator(".folder", { has: page.locator(".about") }).first();
  const inside = await folder.locator(".items > li").count();
  await page.locator("#search").fill(await folder.locator("summary > :first-child").first().innerText());
  assert.ok(inside > 0);
  assert.equal(await folder.locator(".items > li:visible").count(), inside, "the whole folder should be found");
  const found = await page.locator(".items > li:visible").count();
  assert.ok(found < (await page.locator(".items > li").count()), "other items should be hidden");
  assert.equal(await page.locator(".about:visible").count(), 0);
  await page.screenshot({ path: path.join(shots, `folder-${base.slice(0, 4)}.png`) });
  await page.locator("#search").fill("");
  assert.equal(await page.locator(".about:not([hidden])").count(), await page.locator(".about").count());
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
      assert.equal(await page.locator(".items a").count(), pages - 1, "the index should be complete");
    }
  }
  await page.screenshot({ path: path.join(shots, `${what}.png`), fullPage: true });
  await close();
}

try {
  fs.mkdirSync(shots, { recursive: true });
  for (const base of [fromFile, fromServer]) {
    await searching(base);
    await searchingByFolder(base);
    await copying(base, "given");
    await copying(base, "none");
    await tabbing(base);
  }
  for (const name of ["index.html", itemPage]) {
    for (const scheme of ["light", "dark"]) {
      for (const viewport of [DESKTOP, PHONE]) await looking(fromFile, name, scheme, viewport, true);
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
