require 'chilkat'

# Gets an access token for a server-to-server app and makes a call with it.
# ZOOM_OAUTH_URL is https://zoom.us, ZOOM_URL is https://api.zoom.us. The other three are the app's
# credentials.
oauth = ENV["ZOOM_OAUTH_URL"]
zoom = ENV["ZOOM_URL"]
accountId = ENV["ZOOM_ACCOUNT_ID"]
clientId = ENV["ZOOM_CLIENT_ID"]
clientSecret = ENV["ZOOM_CLIENT_SECRET"]

http = Chilkat::CkHttp.new()

http.put_BasicAuth(true)
http.put_Login(clientId)
http.put_Password(clientSecret)

req = Chilkat::CkHttpRequest.new()
req.AddParam("grant_type","account_credentials")
req.AddParam("account_id",accountId)

# resp is a CkHttpResponse
resp = http.PostUrlEncoded(oauth + "/oauth/token",req)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

sbResponseBody = Chilkat::CkStringBuilder.new()
resp.GetBodySb(sbResponseBody)

jResp = Chilkat::CkJsonObject.new()
jResp.LoadSb(sbResponseBody)

respStatusCode = resp.get_StatusCode()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    v_error = jResp.stringOf("error")
    reason = jResp.stringOf("reason")
    print v_error + ": " + reason + "\n";
    print "Failed." + "\n";
    exit
end

# Sample JSON response:
# {
#   "access_token": "<access_token>",
#   "token_type": "bearer",
#   "expires_in": 3600
# }
accessToken = jResp.stringOf("access_token")
tokenType = jResp.stringOf("token_type")
expiresIn = jResp.IntOf("expires_in")
print "token_type: " + tokenType + "\n";
print "expires_in: " + expiresIn.to_s() + "\n";

http.put_BasicAuth(false)
http.put_AuthToken(accessToken)

resp = http.QuickRequest("GET",zoom + "/v2/users?page_size=1")
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

print "Response Status Code = " + resp.get_StatusCode().to_s() + "\n";
print "Response Body:" + "\n";
print resp.bodyStr() + "\n";
