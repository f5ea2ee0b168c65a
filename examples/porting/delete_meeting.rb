require 'chilkat'

# Deletes a meeting.
# ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to write meetings.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

http.put_AuthToken(token)

# resp is a CkHttpResponse
resp = http.QuickRequest("DELETE",zoom + "/v2/meetings/85746065?schedule_for_reminder=true")
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
