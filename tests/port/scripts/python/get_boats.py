import sys
import os
import chilkat

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

url = os.environ["BOATS_URL"]

http = chilkat.CkHttp()

sbResponseBody = chilkat.CkStringBuilder()
success = http.QuickGetSb(url + "/v1/boats?color=red",sbResponseBody)
if (success == False):
    print(http.lastErrorText())
    sys.exit()

jResp = chilkat.CkJsonObject()
jResp.LoadSb(sbResponseBody)
jResp.put_EmitCompact(False)

respStatusCode = http.get_LastStatus()
print("Status: " + str(respStatusCode))

# Sample JSON response:
# {
#   "boats": [
#     { "name": "Ida" },
#     { "name": "Zoe \"the red\"" }
#   ]
# }

i = 0
count_i = jResp.SizeOfArray("boats")
while i < count_i :
    jResp.put_I(i)
    name = jResp.stringOf("boats[i].name")
    print(name)
    i = i + 1
