import sys
import os
import chilkat2

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

url = os.environ["BOATS_URL"]

http = chilkat2.Http()

sbResponseBody = chilkat2.StringBuilder()
success = http.QuickGetSb(url + "/v1/boats?color=red",sbResponseBody)
if (success == False):
    print(http.LastErrorText)
    sys.exit()

jResp = chilkat2.JsonObject()
jResp.LoadSb(sbResponseBody)
jResp.EmitCompact = False

respStatusCode = http.LastStatus
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
    jResp.I = i
    name = jResp.StringOf("boats[i].name")
    print(name)
    i = i + 1
