#!/usr/bin/env node
'use strict';

const chilkat = require('@chilkat/ck-node21-linux-x64');

const LARGE = 10;
const baseUrl = process.env.BOATS_URL;
const http = new chilkat.Http();

// Says what kind of vessel it is.
const describe = (name, length) => {
  const kind = length >= LARGE ? 'ship' : 'boat';
  return `${name} (${kind}, ${length} m)`;
};

// Returns the boat, or null if the server does not have it.
function fetchBoat(id) {
  const resp = http.QuickRequest('GET', `${baseUrl}/v1/boats/${id}`);
  if (!http.LastMethodSuccess) {
    throw new Error(`no answer for boat ${id}`);
  }
  if (resp.StatusCode !== 200) {
    console.log(`boat ${id}: status ${resp.StatusCode}`);
    return null;
  }
  const json = new chilkat.JsonObject();
  json.Load(resp.BodyStr);
  return json;
}

function report(names) {
  const json = new chilkat.JsonObject();
  json.UpdateInt('count', names.length);
  json.UpdateString('names', names.join(', '));
  http.PostJson2(`${baseUrl}/v1/report`, 'application/json', json.Emit());
  if (!http.LastMethodSuccess) {
    throw new Error('no answer to the report');
  }
}

async function main() {
  const names = [];
  for (const id of [3, 5, 8]) {
    const boat = fetchBoat(id);
    if (boat === null) {
      continue;
    }
    const name = boat.StringOf('name');
    console.log(describe(name, boat.IntOf('length')));
    names.push(name);
  }
  if (names.length === 0) {
    console.log('no boats');
    process.exit(1);
  }
  report(names);
  console.log(`Reported ${names.length} boats`);
}

main().catch((err) => {
  console.error(`Failed: ${err.message}`);
  process.exit(1);
});
