require 'chilkat'

# Uploads me.png from this folder as the user's picture.
# ZOOM_DOMAIN is api.zoom.us, ZOOM_PORT is 443, ZOOM_SSL is true. ZOOM_ACCESS_TOKEN needs permission
# to write the user.
domain = ENV["ZOOM_DOMAIN"]
port = ENV["ZOOM_PORT"].to_i()
ssl = (ENV["ZOOM_SSL"] == "true")
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

# This JSON is sent with the picture.
# { "crop": { "x": 10, "y": 20 }, "note": "Aufnahme für Zoë" }
json = Chilkat::CkJsonObject.new()
json.UpdateInt("crop.x",10)
json.UpdateInt("crop.y",20)
json.UpdateString("note","Aufnahme für Zoë")

req = Chilkat::CkHttpRequest.new()
req.put_HttpVerb("POST")
req.put_Path("/v2/users/me/picture")
req.put_ContentType("multipart/form-data")
req.AddStringForUpload2("meta","",json.emit(),"utf-8","application/json")
req.AddFileForUpload2("pic_file","me.png","image/png")
req.AddHeader("Authorization","Bearer " + token)

# resp is a CkHttpResponse
resp = http.SynchronousRequest(domain,port,ssl,req)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode != 201)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";
    exit
end

print "Success." + "\n";
