const chilkat = require('@chilkat/ck-node22-linux64');
const http = new chilkat.Http();
const json = new chilkat.JsonObject();
function name(json) {
  return json.StringOf("name") || json.StringOf("title") || "none";
}
const url = process.env.URL || "http://localhost";
const body = http.QuickGetStr(url) ?? "none";
console.log(name(json), body);
const x = json.StringOf("a") || process.env.B;
console.log(x);
const o = json.ObjectOf("p") || json.ObjectOf("q");
if (o) { console.log(o.Emit()); }
const n = json.IntOf("a") || json.IntOf("b") || 3;
console.log(n + 1);
const parts = body.split(",");
console.log(parts[1], parts.length);
for (let i = 0; i < parts.length; i++) { console.log(parts[i]); }
if (parts[0] === "x") { console.log("x"); }
let total = 0;
for (const p of parts) { total += p.length; }
console.log("avg " + total / parts.length);
const half = total / 2;
json.UpdateInt("half", half);
const t = json.BoolOf("t");
console.log(t ? 1 : 2, t && json.BoolOf("u"));
console.log(parts.length % 2 === 1 ? "odd" : "even");
const pct = Math.round(total * 100 / 7);
console.log(pct);
