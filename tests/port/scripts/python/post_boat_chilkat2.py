import sys
import os
import chilkat2

http = chilkat2.Http()

# Use this online tool to generate code from sample JSON: Generate Code to Create JSON

# The following JSON is sent in the request body.

# {
#   "hull": {
#     "paint": "red \"matt\"",
#     "length": 12
#   },
#   "sold": false
# }

json = chilkat2.JsonObject()
json.UpdateString("hull.paint","red \"matt\"")
json.UpdateInt("hull.length",12)
json.UpdateBool("sold",False)

# Adds the "Authorization: Bearer" header.
http.AuthToken = os.environ["BOATS_TOKEN"]
http.SetRequestHeader("X-Boat","1")

# resp is a CkHttpResponse
resp = http.PostJson3(os.environ["BOATS_URL"] + "/v1/boats","application/json",json)
if (http.LastMethodSuccess == False):
    print(http.LastErrorText)
    sys.exit()

respStatusCode = resp.StatusCode
print("Status: " + str(respStatusCode))
if (respStatusCode >= 400):
    print("Response Header:")
    print(resp.Header)
    print("Response Body:")
    print(resp.BodyStr)
    print("Failed.")
    sys.exit()

print("Success.")
