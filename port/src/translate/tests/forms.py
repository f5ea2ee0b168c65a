import os, sys, time, json as js
import chilkat

class Api:
    pass

def get(http, path, retries=3):
    attempt = 0
    while attempt < retries:
        resp = http.QuickRequest("GET", os.environ["BASE"] + path)
        if http.get_LastMethodSuccess():
            if resp.get_StatusCode() == 429:
                time.sleep(1)
                attempt += 1
                continue
            return resp
        attempt += 1
    return None

def status_text(code):
    if code < 300:
        return "ok"
    elif 400 <= code < 500:
        return "client error"
    else:
        return "server error"

def summarize(resp):
    names = []
    data = chilkat.CkJsonObject()
    data.Load(resp.bodyStr())
    for i in range(data.SizeOfArray("users")):
        data.put_I(i)
        names.append(data.stringOf("users[i].name"))
    return names

http = chilkat.CkHttp()
http.put_ConnectTimeout(int(os.environ.get("TIMEOUT", "30")))
resp = get(http, "/users")
if resp is None:
    print("no answer", file=sys.stderr)
    sys.exit(2)
print(f"{resp.get_StatusCode()} {status_text(resp.get_StatusCode())}")
names = summarize(resp)
for name in names:
    print(name.ljust(10) + "|")
print(", ".join(names), len(names))
if len(names) == 0:
    print("empty")
if not names:
    print("still empty")
counts = {}
for name in names:
    if name in counts:
        counts[name] += 1
    else:
        counts[name] = 1
for name in counts:
    print(name, counts[name])
i = 0
while True:
    i += 1
    if i > 3:
        break
print("%d of %s" % (i, "x"))
price = 12.5
print("price: %.2f" % price)
ok = False
try:
    value = int("12")
    if value > 10:
        raise ValueError("too big")
    ok = True
except ValueError as e:
    print("error: " + str(e))
print(ok)
flag = http.get_LastStatus() >= 400 and not ok
print(flag)
text = "abc"
print(text[1:], text[:2], text[0], text[-1])
lst = [1, 2, 3]
lst.append(4)
print(sum(lst))
print(max(3, 4), min(2, 1), abs(-3), round(2.5))
bd = chilkat.CkBinData()
bd.AppendString("abc", "utf-8")
print(bd.getEncoded("base64"))
sb = chilkat.CkStringBuilder()
success = resp.GetBodySb(sb)
if success == False:
    print("x")
    sys.exit()
print(sb.Contains("x", True))
