import sys
import os
import chilkat

domain = os.environ["BOATS_DOMAIN"]
port = int(os.environ["BOATS_PORT"])
token = os.environ["BOATS_TOKEN"]

http = chilkat.CkHttp()

# { "crop": { "x": 10, "y": 20 } }
json = chilkat.CkJsonObject()
json.UpdateInt("crop.x",10)
json.UpdateInt("crop.y",20)

req = chilkat.CkHttpRequest()
req.put_HttpVerb("POST")
req.put_Path("/v1/boats/7/picture")
req.put_ContentType("multipart/form-data")
req.AddParam("title","In the harbour")
req.AddStringForUpload2("meta","",json.emit(),"utf-8","application/json")
req.AddFileForUpload2("picture","boat.png","image/png")

req.AddHeader("Authorization","Bearer " + token)

# resp is a CkHttpResponse
resp = http.SynchronousRequest(domain,port,False,req)
if (http.get_LastMethodSuccess() == False):
    print(http.lastErrorText())
    sys.exit()

respStatusCode = resp.get_StatusCode()
print("Status: " + str(respStatusCode))
if (respStatusCode != 201):
    print("Response Header:")
    print(resp.header())
    print("Response Body:")
    print(resp.bodyStr())
    print("Failed.")
    sys.exit()

print("Success.")
