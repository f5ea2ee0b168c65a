import sys
import os
import chilkat

http = chilkat.CkHttp()

queryParams = chilkat.CkJsonObject()
queryParams.UpdateString("status","active")
queryParams.UpdateInt("page_size",300)

# resp is a CkHttpResponse
resp = http.QuickRequestParams("GET",os.environ["BOATS_URL"] + "/v1/users",queryParams)
if (http.get_LastMethodSuccess() == False):
    print(http.lastErrorText())
    sys.exit()

sbResponseBody = chilkat.CkStringBuilder()
resp.GetBodySb(sbResponseBody)

jResp = chilkat.CkJsonObject()
jResp.LoadSb(sbResponseBody)

i = 0
count_i = jResp.SizeOfArray("users")
while i < count_i :
    jResp.put_I(i)
    id = jResp.stringOf("users[i].id")
    name = jResp.stringOf("users[i].name")
    print(id + " " + name)
    j = 0
    count_j = jResp.SizeOfArray("users[i].group_ids")
    while j < count_j :
        jResp.put_J(j)
        groupId = jResp.stringOf("users[i].group_ids[j]")
        print("  group " + groupId)
        j = j + 1

    i = i + 1
