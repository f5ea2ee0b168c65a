require 'chilkat'

# This example assumes the Chilkat API to have been previously unlocked.
# See Global Unlock Sample for sample code.

url = ENV["BOATS_URL"]

http = Chilkat::CkHttp.new()

sbResponseBody = Chilkat::CkStringBuilder.new()
success = http.QuickGetSb(url + "/v1/boats?color=red",sbResponseBody)
if (success == false)
    print http.lastErrorText() + "\n";
    exit
end

jResp = Chilkat::CkJsonObject.new()
jResp.LoadSb(sbResponseBody)
jResp.put_EmitCompact(false)

respStatusCode = http.get_LastStatus()
print "Status: " + respStatusCode.to_s() + "\n";

# Sample JSON response:
# {
#   "boats": [
#     { "name": "Ida" },
#     { "name": "Zoe \"the red\"" }
#   ]
# }

i = 0
count_i = jResp.SizeOfArray("boats")
while i < count_i
    jResp.put_I(i)
    name = jResp.stringOf("boats[i].name")
    print name + "\n";
    i = i + 1
end
