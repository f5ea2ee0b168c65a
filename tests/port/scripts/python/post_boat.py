import sys
import os
import chilkat

http = chilkat.CkHttp()

# Use this online tool to generate code from sample JSON: Generate Code to Create JSON

# The following JSON is sent in the request body.

# {
#   "hull": {
#     "paint": "red \"matt\"",
#     "length": 12
#   },
#   "sold": false
# }

json = chilkat.CkJsonObject()
json.UpdateString("hull.paint","red \"matt\"")
json.UpdateInt("hull.length",12)
json.UpdateBool("sold",False)

# Adds the "Authorization: Bearer" header.
http.put_AuthToken(os.environ["BOATS_TOKEN"])
http.SetRequestHeader("X-Boat","1")

# resp is a CkHttpResponse
resp = http.PostJson3(os.environ["BOATS_URL"] + "/v1/boats","application/json",json)
if (http.get_LastMethodSuccess() == False):
    print(http.lastErrorText())
    sys.exit()

respStatusCode = resp.get_StatusCode()
print("Status: " + str(respStatusCode))
if (respStatusCode >= 400):
    print("Response Header:")
    print(resp.header())
    print("Response Body:")
    print(resp.bodyStr())
    print("Failed.")
    sys.exit()

print("Success.")
