require 'chilkat'

# Creates a user and prints the response.
# ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write users.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

# The following JSON is sent in the request body.
# {
#   "action": "create",
#   "user_info": {
#     "email": "jchill@example.com",
#     "type": 1,
#     "first_name": "Jill",
#     "last_name": "O'Chill \"JC\"",
#     "feature": {
#       "zoom_phone": false,
#       "zoom_one_type": 16
#     }
#   }
# }
json = Chilkat::CkJsonObject.new()
json.UpdateString("action","create")
json.UpdateString("user_info.email","jchill@example.com")
json.UpdateInt("user_info.type",1)
json.UpdateString("user_info.first_name","Jill")
json.UpdateString("user_info.last_name","O'Chill \"JC\"")
json.UpdateBool("user_info.feature.zoom_phone",false)
json.UpdateInt("user_info.feature.zoom_one_type",16)

http.put_AuthToken(token)

# resp is a CkHttpResponse
resp = http.PostJson3(zoom + "/v2/users","application/json",json)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

sbResponseBody = Chilkat::CkStringBuilder.new()
resp.GetBodySb(sbResponseBody)

jResp = Chilkat::CkJsonObject.new()
jResp.LoadSb(sbResponseBody)
jResp.put_EmitCompact(false)

print "Response Body:" + "\n";
print jResp.emit() + "\n";

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Failed." + "\n";
    exit
end

userId = jResp.stringOf("id")
userType = jResp.IntOf("type")

print "id: " + userId + "\n";
print "type: " + userType.to_s() + "\n";
