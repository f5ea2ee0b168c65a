require 'chilkat'

domain = ENV["BOATS_DOMAIN"]
port = ENV["BOATS_PORT"].to_i()
token = ENV["BOATS_TOKEN"]

http = Chilkat::CkHttp.new()

# { "crop": { "x": 10, "y": 20 } }
json = Chilkat::CkJsonObject.new()
json.UpdateInt("crop.x",10)
json.UpdateInt("crop.y",20)

req = Chilkat::CkHttpRequest.new()
req.put_HttpVerb("POST")
req.put_Path("/v1/boats/7/picture")
req.put_ContentType("multipart/form-data")
req.AddParam("title","In the harbour")
req.AddStringForUpload2("meta","",json.emit(),"utf-8","application/json")
req.AddFileForUpload2("picture","boat.png","image/png")

req.AddHeader("Authorization","Bearer " + token)

# resp is a CkHttpResponse
resp = http.SynchronousRequest(domain,port,false,req)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Status: " + respStatusCode.to_s() + "\n";
if (respStatusCode != 201)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";
    exit
end

print "Success." + "\n";
