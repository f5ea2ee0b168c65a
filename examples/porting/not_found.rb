require 'chilkat'

# Requests a user that does not exist and prints the response.
# ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

http.put_AuthToken(token)

resp = Chilkat::CkHttpResponse.new()
success = http.HttpNoBody("GET",zoom + "/v2/users/nobody@example.com",resp)
if (success == false)
    print http.lastErrorText() + "\n";
    exit
end

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    print "Response Header:" + "\n";
    print resp.header() + "\n";
    print "Response Body:" + "\n";
    print resp.bodyStr() + "\n";
    print "Failed." + "\n";
    exit
end

print resp.bodyStr() + "\n";
print "Success." + "\n";
