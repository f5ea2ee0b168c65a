// A stand-in for the modules of Chilkat for Node.js, written for the tests of ports.
//
// It does what the scripts of the tests use: JSON with paths, texts, and requests by http to a server without TLS. Each
// call becomes a line of JSON in the file that CALLS_FILE names: class, member, and arguments, objects as {}. A setter
// is a call with the value; LastErrorText and LastMethodSuccess are not recorded. As in the ports, a response of any
// status is a success.

"use strict";

const { spawnSync } = require("child_process");
const fs = require("fs");
const path = require("path");

const QUIET = ["LastErrorText", "LastMethodSuccess"];
const BOUNDARY = "------------boats";

// The objects behind the proxies that scripts have.
const targets = new WeakMap();

function record(target, member, args) {
  if (!process.env.CALLS_FILE || QUIET.includes(member)) {
    return;
  }
  const shown = args.map((arg) => (targets.has(arg) ? {} : arg));
  const call = { class: target.constructor.name, member, args: shown };
  fs.appendFileSync(process.env.CALLS_FILE, JSON.stringify(call) + "\n");
}

function like(names, name) {
  return names.find((other) => other.toLowerCase() === String(name).toLowerCase());
}

// Returns an object as scripts see it: each member is recorded.
function proxy(target) {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(target)).filter((name) => name !== "constructor");
  const seen = new Proxy(target, {
    get(_, name) {
      const property = like(Object.keys(target.properties), name);
      if (property) {
        record(target, property, []);
        return target.properties[property];
      }
      const method = like(methods, name);
      return method && ((...args) => {
        record(target, method, args);
        const result = target[method](...args.map((arg) => targets.get(arg) ?? arg));
        return result instanceof Base ? proxy(result) : result;
      });
    },
    set(_, name, value) {
      const property = like(Object.keys(target.properties), name);
      if (!property) {
        return false;
      }
      record(target, property, [value]);
      target.properties[property] = value;
      return true;
    },
  });
  targets.set(seen, target);
  return seen;
}

class Base {
  constructor(properties) {
    this.properties = properties;
  }
}

class StringBuilder extends Base {
  constructor() {
    super({});
    this.text = "";
  }

  GetAsString() {
    return this.text;
  }
}

// Returns the names (texts) and indices (numbers) of a path.
function steps(json, path) {
  return [...path.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)].map(([, name, index]) =>
    name ?? json.properties[index.toUpperCase()] ?? Number(index));
}

function find(json, path) {
  return steps(json, path).reduce((value, step) => {
    const fits = value instanceof Object && Array.isArray(value) === (typeof step === "number");
    return fits ? value[step] : undefined;
  }, json.value);
}

function update(json, path, value) {
  const all = steps(json, path);
  const last = all.pop();
  let place = json.value;
  all.forEach((step, at) => {
    place = place[step] ??= typeof (all[at + 1] ?? last) === "number" ? [] : {};
  });
  place[last] = value;
  return true;
}

class JsonObject extends Base {
  constructor() {
    super({ I: 0, J: 0, K: 0 });
    this.value = {};
  }

  Load(text) {
    try {
      this.value = JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }

  LoadSb(sb) {
    return this.Load(sb.text);
  }

  Emit() {
    return JSON.stringify(this.value);
  }

  UpdateString(path, value) {
    return update(this, path, value);
  }

  UpdateInt(path, value) {
    return update(this, path, value);
  }

  UpdateBool(path, value) {
    return update(this, path, value);
  }

  StringOf(path) {
    const value = find(this, path) ?? "";
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  IntOf(path) {
    return Math.trunc(Number(find(this, path))) || 0;
  }

  SizeOfArray(path) {
    const value = find(this, path);
    return Array.isArray(value) ? value.length : -1;
  }
}

class HttpResponse extends Base {
  constructor(properties = { StatusCode: 0, StatusText: "", Header: "", BodyStr: "" }) {
    super(properties);
  }

  GetBodySb(sb) {
    sb.text = this.properties.BodyStr;
    return true;
  }
}

class HttpRequest extends Base {
  constructor() {
    super({ HttpVerb: "GET", Path: "/", ContentType: "" });
    this.params = [];
    this.headers = {};
    this.files = [];
  }

  AddParam(name, value) {
    this.params.push([name, value]);
  }

  AddHeader(name, value) {
    this.headers[name] = value;
  }

  AddStringForUpload2(name, filename, text, charset, type) {
    this.files.push([name, filename, text, type]);
    return true;
  }

  AddFileForUpload2(name, file, type) {
    this.files.push([name, path.basename(file), fs.readFileSync(file), type]);
    return true;
  }
}

// Returns the type and the body of a request.
function content(req) {
  if (req.properties.ContentType !== "multipart/form-data") {
    return ["application/x-www-form-urlencoded", new URLSearchParams(req.params).toString()];
  }
  const start = `--${BOUNDARY}\r\nContent-Disposition: form-data; name=`;
  const parts = req.params.map(([name, value]) => `${start}"${name}"\r\n\r\n${value}\r\n`);
  for (const [name, filename, text, type] of req.files) {
    const file = filename ? `; filename="${filename}"` : "";
    parts.push(`${start}"${name}"${file}\r\nContent-Type: ${type}\r\n\r\n`, text, "\r\n");
  }
  parts.push(`--${BOUNDARY}--\r\n`);
  return [`multipart/form-data; boundary=${BOUNDARY}`, Buffer.concat(parts.map((part) => Buffer.from(part)))];
}

// The program that sends a request, as Node.js cannot wait for a response.
const CLIENT = `
const { verb, url, headers, body } = JSON.parse(require("fs").readFileSync(0));
const show = (answer) => console.log(JSON.stringify(answer));
const request = require("http").request(url, { method: verb, headers, timeout: 20000 }, async (response) => {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const { statusCode, statusMessage, rawHeaders } = response;
  show({ statusCode, statusMessage, rawHeaders, text: Buffer.concat(chunks).toString() });
});
request.on("error", (error) => show({ error: String(error) }));
request.on("timeout", () => request.destroy(new Error("no answer")));
request.end(Buffer.from(body, "base64"));
`;

function send(http, verb, url, body = "", type = "", extra = {}) {
  const headers = { ...http.headers, ...extra };
  if (type) {
    headers["Content-Type"] = type;
    headers["Content-Length"] = Buffer.byteLength(body);
  }
  if (http.properties.AuthToken) {
    headers.Authorization = `Bearer ${http.properties.AuthToken}`;
  }
  const input = JSON.stringify({ verb, url, headers, body: Buffer.from(body).toString("base64") });
  const answer = JSON.parse(spawnSync(process.execPath, ["-e", CLIENT], { input, encoding: "utf8" }).stdout);
  Object.assign(http.properties, {
    LastStatus: answer.statusCode ?? 0,
    LastErrorText: answer.error ?? "",
    LastMethodSuccess: !answer.error,
  });
  if (answer.error) {
    return null;
  }
  const header = answer.rawHeaders.map((part, at) => part + (at % 2 ? "\r\n" : ": ")).join("");
  const { statusCode: StatusCode, statusMessage: StatusText, text: BodyStr } = answer;
  return new HttpResponse({ StatusCode, StatusText, Header: header, BodyStr });
}

class Http extends Base {
  constructor() {
    super({ AuthToken: "", LastStatus: 0, LastErrorText: "", LastMethodSuccess: true });
    this.headers = {};
  }

  SetRequestHeader(name, value) {
    this.headers[name] = value;
  }

  QuickGetSb(url, sb) {
    const resp = send(this, "GET", url);
    sb.text = resp?.properties.BodyStr ?? "";
    return resp !== null;
  }

  QuickGetStr(url) {
    return send(this, "GET", url)?.properties.BodyStr ?? null;
  }

  QuickGetObj(url) {
    return send(this, "GET", url);
  }

  QuickRequest(verb, url) {
    return send(this, verb, url);
  }

  QuickRequestParams(verb, url, params) {
    return send(this, verb, `${url}?${new URLSearchParams(params.value)}`);
  }

  PostJson2(url, type, text) {
    return send(this, "POST", url, text, type);
  }

  PostJson3(url, type, json) {
    return send(this, "POST", url, json.Emit(), type);
  }

  SynchronousRequest(domain, port, ssl, req) {
    const [type, body] = content(req);
    const { HttpVerb, Path } = req.properties;
    return send(this, HttpVerb, `http://${domain}:${port}${Path}`, body, type, req.headers);
  }
}

for (const of of [StringBuilder, JsonObject, HttpRequest, HttpResponse, Http]) {
  exports[of.name] = function () {
    return proxy(new of());
  };
}
