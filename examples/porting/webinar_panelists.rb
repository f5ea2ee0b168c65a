require 'chilkat'

# Adds two panelists to a webinar.
# ZOOM_DOMAIN is api.zoom.us, ZOOM_PORT is 443, ZOOM_SSL is true. ZOOM_ACCESS_TOKEN needs permission
# to write webinars.
domain = ENV["ZOOM_DOMAIN"]
port = ENV["ZOOM_PORT"].to_i()
ssl = (ENV["ZOOM_SSL"] == "true")
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

# [
#   { "name": "Jill Chill", "email": "jchill@example.com" },
#   { "name": "Ann \"Busy\" O'Neil", "email": "busy@example.com" }
# ]
panelists = Chilkat::CkJsonArray.new()

panelists.AddObjectAt(-1)
panelist = panelists.ObjectAt(panelists.get_Size() - 1)
panelist.UpdateString("name","Jill Chill")
panelist.UpdateString("email","jchill@example.com")

panelists.AddObjectAt(-1)
panelist = panelists.ObjectAt(panelists.get_Size() - 1)
panelist.UpdateString("name","Ann \"Busy\" O'Neil")
panelist.UpdateString("email","busy@example.com")

# They are sent as { "panelists": [ ... ] }.
json = Chilkat::CkJsonObject.new()
json.AddArrayCopyAt(-1,"panelists",panelists)

sbRequestBody = Chilkat::CkStringBuilder.new()
json.EmitSb(sbRequestBody)

req = Chilkat::CkHttpRequest.new()
req.put_HttpVerb("POST")
req.put_Path("/v2/webinars/97871060/panelists")
req.put_ContentType("application/json")
req.LoadBodyFromSb(sbRequestBody,"utf-8")
req.AddHeader("Authorization","Bearer " + token)

# resp is a CkHttpResponse
resp = http.SynchronousRequest(domain,port,ssl,req)
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
if (respStatusCode != 201)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Failed." + "\n";
    exit
end

updatedAt = jResp.stringOf("updated_at")
print "updated_at: " + updatedAt + "\n";
