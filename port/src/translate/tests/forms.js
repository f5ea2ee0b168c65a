var chilkat = require('@chilkat/ck-node20-win64');
const BASE = process.env.BASE_URL || "http://localhost";
let http = new chilkat.Http();
function log(msg) { console.log("[log] " + msg); }
function load(url) {
  const resp = http.QuickGetObj(url);
  if (resp === null) {
    throw new Error("no response: " + http.LastErrorText);
  }
  return resp;
}
const add = (a, b) => a + b;
function main() {
  let count = 0;
  const ids = ["a", "b"];
  for (const id of ids) {
    try {
      const resp = load(`${BASE}/x/${id}`);
      if (resp.StatusCode !== 200) { log(`status ${resp.StatusCode}`); continue; }
      const json = new chilkat.JsonObject();
      if (!json.Load(resp.BodyStr)) { log("bad json"); continue; }
      const n = json.SizeOfArray("items");
      for (let i = 0; i < n; i++) {
        json.I = i;
        const price = json.IntOf("items[i].price");
        if (price > 100 || json.BoolOf("items[i].sold")) continue;
        count += price;
      }
    } catch (e) {
      log("failed " + e.message);
    }
  }
  console.log(count);
  let total = 0;
  for (let i = 10; i >= 0; i -= 2) { total += i; }
  console.log("total", total);
  const sb = new chilkat.StringBuilder();
  sb.Append("x");
  let k = 0;
  do { k++; } while (k < 3);
  switch (k) { case 1: log("one"); break; case 3: log("three"); break; default: log("?"); }
  const obj = new chilkat.JsonObject();
  obj.UpdateInt("n", total);
  obj.UpdateString("k", k.toString());
  const resp = http.PostJson3(BASE + "/y", "application/json", obj);
  if (http.LastMethodSuccess !== true) { console.log(http.LastErrorText); return; }
  const ok = resp.StatusCode >= 200 && resp.StatusCode < 300;
  console.log(ok ? "good" : "bad");
  const code = resp.StatusCode;
  if (code >= 200 && code < 300) { console.log("2xx"); }
  const arr = [];
  arr.push("q"); arr.push(resp.BodyStr.trim());
  console.log(arr.join(";"), arr.length, arr[0]);
  console.log(add(1, 2));
  const field = resp.GetHeaderField("x");
  if (field === null) { console.log("none"); } else { console.log(field.toUpperCase()); }
}
main();
