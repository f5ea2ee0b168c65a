require 'chilkat'

# Prints the users of the account and their groups.
# ZOOM_URL is https://api.zoom.us. ZOOM_ACCESS_TOKEN needs permission to read users.
zoom = ENV["ZOOM_URL"]
token = ENV["ZOOM_ACCESS_TOKEN"]

http = Chilkat::CkHttp.new()

http.put_AuthToken(token)
http.SetRequestHeader("Accept","application/json")

sbResponseBody = Chilkat::CkStringBuilder.new()
success = http.QuickGetSb(zoom + "/v2/users?status=active&page_size=300",sbResponseBody)
if (success == false)
    print http.lastErrorText() + "\n";
    exit
end

jResp = Chilkat::CkJsonObject.new()
jResp.LoadSb(sbResponseBody)
jResp.put_EmitCompact(true)

respStatusCode = http.get_LastStatus()
print "Response Status Code = " + respStatusCode.to_s() + "\n";
if (respStatusCode >= 400)
    print "Request Header:" + "\n";
    print http.lastHeader() + "\n";
    print "Response Body:" + "\n";
    print jResp.emit() + "\n";
    print "Failed." + "\n";
    exit
end

# Sample JSON response:
# {
#   "total_records": 2,
#   "users": [
#     { "id": "lorem", "email": "jchill@example.com", "type": 2, "group_ids": ["ipsum", "dolor"] },
#     { "id": "amet", "email": "busy@example.com", "type": 1 }
#   ]
# }
totalRecords = jResp.IntOf("total_records")
print "total_records: " + totalRecords.to_s() + "\n";

i = 0
count_i = jResp.SizeOfArray("users")
while i < count_i
    jResp.put_I(i)
    id = jResp.stringOf("users[i].id")
    email = jResp.stringOf("users[i].email")
    v_type = jResp.IntOf("users[i].type")
    print id + " " + email + " " + v_type.to_s() + "\n";
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    while j < count_j
        jResp.put_J(j)
        groupId = jResp.stringOf("users[i].group_ids[j]")
        print "    group " + groupId + "\n";
        j = j + 1
    end
    i = i + 1
end
