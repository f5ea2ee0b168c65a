require 'chilkat'

http = Chilkat::CkHttp.new()

# Use this online tool to generate code from sample JSON: Generate Code to Create JSON

# The following JSON is sent in the request body.

# {
#   "hull": {
#     "paint": "red \"matt\"",
#     "length": 12
#   },
#   "sold": false
# }

json = Chilkat::CkJsonObject.new()
json.UpdateString("hull.paint","red \"matt\"")
json.UpdateInt("hull.length",12)
json.UpdateBool("sold",false)

# Adds the "Authorization: Bearer" header.
http.put_AuthToken(ENV["BOATS_TOKEN"])
http.SetRequestHeader("X-Boat","1")

# resp is a CkHttpResponse
resp = http.PostJson3(ENV["BOATS_URL"] + "/v1/boats","application/json",json)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Status: " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";
    exit
end

print "Success." + "\n";
