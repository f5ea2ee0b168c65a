require 'chilkat'

http = Chilkat::CkHttp.new()

queryParams = Chilkat::CkJsonObject.new()
queryParams.UpdateString("status","active")
queryParams.UpdateInt("page_size",300)

# resp is a CkHttpResponse
resp = http.QuickRequestParams("GET",ENV["BOATS_URL"] + "/v1/users",queryParams)
if (http.get_LastMethodSuccess() == false)
    print http.lastErrorText() + "\n";
    exit
end

sbResponseBody = Chilkat::CkStringBuilder.new()
resp.GetBodySb(sbResponseBody)

jResp = Chilkat::CkJsonObject.new()
jResp.LoadSb(sbResponseBody)

i = 0
count_i = jResp.SizeOfArray("users")
while i < count_i
    jResp.put_I(i)
    id = jResp.stringOf("users[i].id")
    name = jResp.stringOf("users[i].name")
    print id + " " + name + "\n";
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    while j < count_j
        jResp.put_J(j)
        groupId = jResp.stringOf("users[i].group_ids[j]")
        print "  group " + groupId + "\n";
        j = j + 1
    end

    i = i + 1
end
