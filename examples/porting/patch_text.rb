require 'chilkat'

# Changes a user's names.
# ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write users.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

# { "first_name": "Zoë", "last_name": "Chill", "language": "de-DE" }
json = Chilkat::CkJsonObject.new()
json.UpdateString("first_name","Zoë")
json.UpdateString("last_name","Chill")
json.UpdateString("language","de-DE")

sbRequestBody = Chilkat::CkStringBuilder.new()
json.EmitSb(sbRequestBody)

http.put_AuthToken(token)
http.SetRequestHeader("Accept","application/json")

# The last two arguments: whether to send an MD5 digest, and whether to compress the body.
# resp is a CkHttpResponse
resp = http.PTextSb("PATCH",zoom + "/v2/users/jchill@example.com",sbRequestBody,"utf-8","application/json",false,false)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode != 204)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";
    exit
end

print "Success." + "\n";
