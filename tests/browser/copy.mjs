// The text of "Copy as cURL" in Chromium's DevTools: node copy.mjs URL CHROMIUM < CALLS
// URL is the address of a server, and CALLS a JSON array of [target, options of fetch]. A page of
// that server fetches each, and the script requests the text of each from the page's DevTools. Prints
// a JSON array of {bash, cmd}.

import fs from "node:fs";
import net from "node:net";
import { chromium } from "playwright-core";

const [base, executablePath] = process.argv.slice(2);
const calls = JSON.parse(fs.readFileSync(0, "utf8"));

// DevTools connect to the page through a port, which must be chosen before the browser starts.
const reserved = net.createServer();
await new Promise((ready) => reserved.listen(0, "127.0.0.1", ready));
const { port } = reserved.address();
await new Promise((closed) => reserved.close(closed));

const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    `--remote-debugging-port=${port}`, "--remote-allow-origins=*",
  ],
});

const page = await browser.newPage();
await page.goto(base);
await page.evaluate(() => { document.cookie = "it's=a%20b; path=/"; });
const own = await page.context().newCDPSession(page);
const { targetInfo } = await own.send("Target.getTargetInfo");

// Evaluates an expression in the browser's DevTools, which have their own tab.
const all = await browser.newBrowserCDPSession();
const socket = `127.0.0.1:${port}/devtools/page/${targetInfo.targetId}`;
const { targetId } = await all.send("Target.createTarget", {
  url: `devtools://devtools/bundled/devtools_app.html?ws=${socket}`,
});
const { sessionId } = await all.send("Target.attachToTarget", { targetId, flatten: false });
const waiting = new Map();
all.on("Target.receivedMessageFromTarget", ({ message }) => {
  const answer = JSON.parse(message);
  waiting.get(answer.id)?.(answer);
});
async function inDevTools(expression) {
  const id = waiting.size + 1;
  const answered = new Promise((done) => waiting.set(id, done));
  const params = { expression, awaitPromise: true, returnByValue: true };
  const message = JSON.stringify({ id, method: "Runtime.evaluate", params });
  await all.send("Target.sendMessageToTarget", { sessionId, message });
  const { result, error } = await answered;
  if (error || result.exceptionDetails) throw new Error(JSON.stringify(error ?? result));
  return result.result.value;
}
const requests = "(await import('devtools://devtools/bundled/models/logs/logs.js'))" +
  ".NetworkLog.NetworkLog.instance().requests()";

// Waits until a condition is true, for at most a minute.
async function until(what, isSo) {
  const end = Date.now() + 60_000;
  while (!(await isSo())) if (Date.now() > end) throw new Error(`never: ${what}`);
}

// The DevTools are ready once they have seen a request, which may take several.
const seen = (path) => inDevTools(
  `(async () => ${requests}.some((one) => one.finished && one.url().includes("${path}")))()`
).catch(() => false);
const fetched = (target, options) => page.evaluate(
  ([target, options]) => fetch(target, options).then((answer) => answer.text()), [target, options]
);
await until("DevTools see a request", async () => {
  await fetched("/probe", {});
  return seen("/probe");
});

for (const [target, { form, ...options }] of calls) {
  await page.evaluate(async ([target, options, form]) => {
    if (form) {
      options.body = new FormData();
      for (const [name, value] of form) options.body.append(name, value);
    }
    await (await fetch(target, options)).text();
  }, [target, options, form]);
}
await fetched("/last", {});
await until("DevTools see the last request", () => seen("/last"));

const copies = await inDevTools(`(async () => {
  const panel = await import("devtools://devtools/bundled/panels/network/network.js");
  const { NetworkLogView } = panel.NetworkLogView;
  const all = [];
  for (const one of ${requests}.filter((one) => /\\/copy\\//.test(one.url()))) {
    const [bash, cmd] = await Promise.all(
      ["unix", "win"].map((shell) => NetworkLogView.generateCurlCommand(one, shell))
    );
    all.push({ bash, cmd });
  }
  return all;
})()`);
console.log(JSON.stringify(copies));
await browser.close();
