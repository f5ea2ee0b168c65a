require 'chilkat'

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

http = Chilkat::CkHttp.new()

req = Chilkat::CkHttpRequest.new()
req.put_HttpVerb("PUT")
req.put_Path("/v2/users/:userId/password")
req.put_ContentType("multipart/form-data")
req.AddParam("password","dolor Excepteur minim")

req.AddHeader("Authorization","Bearer <access_token>")

# resp is a CkHttpResponse
resp = http.SynchronousRequest("api.zoom.us",443,true,req)
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
