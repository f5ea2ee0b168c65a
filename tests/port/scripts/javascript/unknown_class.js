const chilkat = require('@chilkat/ck-node21-linux-x64');

const baseUrl = process.env.BOATS_URL;
const http = new chilkat.Http();

// The name of the boat.
const body = http.QuickGetStr(`${baseUrl}/v1/boats/3`);
if (!http.LastMethodSuccess) {
  console.error(http.LastErrorText);
  process.exit(1);
}
const json = new chilkat.JsonObject();
json.Load(body);
const name = json.StringOf('name');
console.log('Name:', name);

// A fingerprint of it.
const crypt = new chilkat.Crypt2();
crypt.HashAlgorithm = 'sha256';
crypt.EncodingMode = 'hex';
const fingerprint = crypt.HashStringENC(name);
console.log('Fingerprint: ' + fingerprint);

console.log('Done.');
