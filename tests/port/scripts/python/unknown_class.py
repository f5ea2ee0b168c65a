# Signs a text, and looks up one boat.
import os
import sys
import chilkat

base_url = os.getenv("BOATS_URL", "http://127.0.0.1:8080")

crypt = chilkat.CkCrypt2()
crypt.put_HashAlgorithm("sha256")
crypt.put_EncodingMode("hex")
digest = crypt.hashStringENC("the red boat")
print("digest: " + digest)

http = chilkat.CkHttp()
body = http.quickGetStr(base_url + "/v1/boats/3")
if http.get_LastMethodSuccess() == False:
    print(http.lastErrorText(), file=sys.stderr)
    sys.exit(1)

json = chilkat.CkJsonObject()
json.Load(body)
print("name: " + json.stringOf("name"))
