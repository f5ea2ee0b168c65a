"""A stand-in for the modules chilkat and chilkat2, written for the tests of ports.

It does what the scripts of the tests use: JSON with paths, texts, and requests by http.client to a server without TLS.
Each call becomes a line of JSON in the file that CALLS_FILE names: class, member, and arguments, objects as {}. A
setter is a call with the value; LastErrorText and LastMethodSuccess are not recorded. As in the ports, a response of
any status is a success.
"""

import base64
import hashlib
import http.client
import json as pyjson
import mimetypes
import os
import re
import urllib.parse

QUIET = {"LastErrorText", "LastMethodSuccess"}


def record(of, member, args):
    path = os.environ.get("CALLS_FILE")
    if not path or member in QUIET:
        return
    args = [{} if isinstance(arg, Base) else arg for arg in args]
    line = pyjson.dumps({"class": of.CLASS, "member": member, "args": args}, ensure_ascii=False)
    with open(path, "a", encoding="utf-8") as calls:
        calls.write(line + "\n")


class Base:
    """An object whose properties are in `state` and whose methods have Chilkat's names with `do_` before them."""

    CLASS = ""
    DEFAULTS = {}

    def __init__(self):
        object.__setattr__(self, "state", dict(self.DEFAULTS))

    def recorded(self, member):
        method = getattr(type(self), "do_" + member)

        def call(*args):
            record(self, member, args)
            return method(self, *args)

        return call

    def read(self, member):
        record(self, member, [])
        getter = getattr(type(self), "get_of_" + member, None)
        return getter(self) if getter else self.state[member]

    def write(self, member, value):
        record(self, member, [value])
        self.state[member] = value


class StringBuilder(Base):
    CLASS = "StringBuilder"
    DEFAULTS = {"Length": 0}

    def __init__(self):
        super().__init__()
        self.state["text"] = ""

    def get_of_Length(self):
        return len(self.state["text"])

    def do_Append(self, text):
        self.state["text"] += text
        return True

    def do_GetAsString(self):
        return self.state["text"]


class Json(Base):
    """What JsonObject and JsonArray have in common: `state["value"]`."""

    def emitted(self):
        if self.state["EmitCompact"]:
            return pyjson.dumps(self.state["value"], ensure_ascii=False, separators=(",", ":"))
        return pyjson.dumps(self.state["value"], ensure_ascii=False, indent=2)

    def load(self, text):
        try:
            self.state["value"] = pyjson.loads(text)
            return True
        except ValueError:
            return False

    def view(self, cls, value):
        made = factory(self, cls)
        made.state["value"] = value
        return made

    def steps(self, path):
        steps = []
        for name, index in re.findall(r"([^.\[\]]+)|\[([^\]]*)\]", path):
            if name:
                steps.append(name)
            else:
                steps.append(self.state[index.upper()] if index in ("i", "j", "k") else int(index))
        return steps

    def find(self, path):
        value = self.state["value"]
        for step in self.steps(path):
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def update(self, path, new):
        value = self.state["value"]
        steps = self.steps(path)
        for step, following in zip(steps, steps[1:]):
            empty = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                while len(value) <= step:
                    value.append(type(empty)())
                value = value[step]
            else:
                value = value.setdefault(step, empty)
        if isinstance(steps[-1], int):
            while len(value) <= steps[-1]:
                value.append(None)
        value[steps[-1]] = new
        return True

    def do_Load(self, text):
        return self.load(text)

    def do_LoadSb(self, sb):
        return self.load(sb.state["text"])

    def do_Emit(self):
        return self.emitted()

    def do_EmitSb(self, sb):
        sb.state["text"] += self.emitted()
        return True


class JsonObject(Json):
    CLASS = "JsonObject"
    DEFAULTS = {"EmitCompact": True, "I": 0, "J": 0, "K": 0, "Size": 0}

    def __init__(self):
        super().__init__()
        self.state["value"] = {}

    def get_of_Size(self):
        return len(self.state["value"])

    def do_UpdateString(self, path, value):
        return self.update(path, value)

    do_UpdateInt = do_UpdateBool = do_UpdateString

    def do_UpdateNull(self, path):
        return self.update(path, None)

    def do_UpdateNumber(self, path, value):
        return self.update(path, pyjson.loads(value))

    def do_StringOf(self, path):
        value = self.find(path)
        if value is None:
            return ""
        return value if isinstance(value, str) else pyjson.dumps(value)

    def do_IntOf(self, path):
        value = self.find(path)
        return int(value) if isinstance(value, (int, float)) else 0

    def do_BoolOf(self, path):
        return self.find(path) is True

    def do_HasMember(self, path):
        return self.find(path) is not None

    def do_SizeOfArray(self, path):
        value = self.find(path)
        return len(value) if isinstance(value, list) else -1

    def do_ObjectOf(self, path):
        value = self.find(path)
        return self.view(JsonObject, value) if isinstance(value, dict) else None

    def do_ArrayOf(self, path):
        value = self.find(path)
        return self.view(JsonArray, value) if isinstance(value, list) else None

    def do_AddArrayCopyAt(self, _index, name, array):
        self.state["value"][name] = pyjson.loads(array.emitted())
        return True


class JsonArray(Json):
    CLASS = "JsonArray"
    DEFAULTS = {"EmitCompact": True, "I": 0, "J": 0, "K": 0, "Size": 0}

    def __init__(self):
        super().__init__()
        self.state["value"] = []

    def get_of_Size(self):
        return len(self.state["value"])

    def do_AddObjectAt(self, index):
        items = self.state["value"]
        items.insert(len(items) if index < 0 else index, {})
        return True

    def do_ObjectAt(self, index):
        return self.view(JsonObject, self.state["value"][index])

    def do_StringAt(self, index):
        return str(self.state["value"][index])


class HttpResponse(Base):
    CLASS = "HttpResponse"
    DEFAULTS = {"StatusCode": 0, "StatusText": "", "Header": "", "BodyStr": ""}

    def do_GetBodySb(self, sb):
        sb.state["text"] = self.state["BodyStr"]
        return True


class HttpRequest(Base):
    CLASS = "HttpRequest"
    DEFAULTS = {"HttpVerb": "GET", "Path": "/", "ContentType": ""}

    def __init__(self):
        super().__init__()
        self.state.update(params=[], headers=[], files=[], body=None)

    def do_AddParam(self, name, value):
        self.state["params"].append((name, value))

    def do_AddHeader(self, name, value):
        self.state["headers"].append((name, value))

    def do_AddStringForUpload2(self, name, filename, text, _charset, content_type):
        self.state["files"].append((name, filename, text.encode(), content_type))
        return True

    def do_AddFileForUpload2(self, name, path, content_type):
        with open(path, "rb") as file:
            content = file.read()
        content_type = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
        self.state["files"].append((name, os.path.basename(path), content, content_type))
        return True

    def do_LoadBodyFromSb(self, sb, _charset):
        self.state["body"] = sb.state["text"].encode()
        return True

    def do_LoadBodyFromString(self, text, _charset):
        self.state["body"] = text.encode()
        return True

    def content(self):
        """Returns the path, the type and the body."""
        state = self.state
        query = urllib.parse.urlencode(state["params"])
        if state["body"] is not None:
            return state["Path"], state["ContentType"], state["body"]
        if state["ContentType"] == "multipart/form-data":
            boundary = "------------boats"
            parts = b""
            for name, value in state["params"]:
                head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                parts += head.encode() + value.encode() + b"\r\n"
            for name, filename, content, content_type in state["files"]:
                file = f'; filename="{filename}"' if filename else ""
                head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n'
                parts += f"{head}Content-Type: {content_type}\r\n\r\n".encode() + content + b"\r\n"
            parts += f"--{boundary}--\r\n".encode()
            return state["Path"], f"multipart/form-data; boundary={boundary}", parts
        if state["HttpVerb"] in ("GET", "DELETE"):
            return state["Path"] + ("?" + query if query else ""), "", None
        return state["Path"], "application/x-www-form-urlencoded", query.encode()


class Http(Base):
    CLASS = "Http"
    DEFAULTS = {
        "AuthToken": "", "BasicAuth": False, "Login": "", "Password": "", "PercentDoneScale": 100,
        "HeartbeatMs": 0, "LastStatus": 0, "LastErrorText": "", "LastMethodSuccess": True, "LastHeader": "",
    }

    def __init__(self):
        super().__init__()
        self.state["headers"] = []

    def do_SetRequestHeader(self, name, value):
        self.state["headers"] = [pair for pair in self.state["headers"] if pair[0] != name] + [(name, value)]

    def send(self, verb, url, body=None, content_type="", headers=()):
        parts = urllib.parse.urlsplit(url)
        fields = dict(self.state["headers"])
        fields.update(headers)
        if content_type:
            fields["Content-Type"] = content_type
        if self.state["AuthToken"]:
            fields["Authorization"] = "Bearer " + self.state["AuthToken"]
        elif self.state["BasicAuth"]:
            pair = f'{self.state["Login"]}:{self.state["Password"]}'.encode()
            fields["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        self.state.update(LastStatus=0, LastMethodSuccess=False)
        try:
            connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=20)
            connection.request(verb, target, body, fields)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except OSError as error:
            self.state["LastErrorText"] = str(error)
            return None
        header = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
        self.state.update(LastStatus=answer.status, LastMethodSuccess=True, LastErrorText="", LastHeader=header)
        resp = factory(self, HttpResponse)
        resp.state.update(StatusCode=answer.status, StatusText=answer.reason, Header=header, BodyStr=text)
        return resp

    def do_QuickGetSb(self, url, sb):
        resp = self.send("GET", url)
        sb.state["text"] = resp.state["BodyStr"] if resp else ""
        return resp is not None

    def do_QuickGetStr(self, url):
        resp = self.send("GET", url)
        return resp.state["BodyStr"] if resp else None

    def do_QuickGetObj(self, url):
        return self.send("GET", url)

    def do_QuickRequest(self, verb, url):
        return self.send(verb, url)

    def do_QuickRequestParams(self, verb, url, params):
        query = urllib.parse.urlencode({k: str(v) for k, v in params.state["value"].items()})
        return self.send(verb, f"{url}?{query}")

    def do_PostJson2(self, url, content_type, text):
        return self.send("POST", url, text.encode(), content_type)

    def do_PostJson3(self, url, content_type, json):
        return self.send("POST", url, json.emitted().encode(), content_type)

    def do_PTextSb(self, verb, url, sb, _charset, content_type, _md5, _gzip):
        return self.send(verb, url, sb.state["text"].encode(), content_type)

    def do_PostUrlEncoded(self, url, req):
        body = urllib.parse.urlencode(req.state["params"]).encode()
        return self.send("POST", url, body, "application/x-www-form-urlencoded", req.state["headers"])

    def do_SynchronousRequest(self, domain, port, _ssl, req):
        path, content_type, body = req.content()
        url = f"http://{domain}:{port}{path}"
        return self.send(req.state["HttpVerb"], url, body, content_type, req.state["headers"])

    def do_HttpNoBody(self, verb, url, resp):
        answer = self.send(verb, url)
        if answer:
            resp.state.update(answer.state)
        return answer is not None

    def do_Download(self, url, path):
        answer = self.send("GET", url)
        if answer is None or answer.state["StatusCode"] >= 400:
            self.state["LastMethodSuccess"] = False
            return False
        with open(path, "w", encoding="utf-8") as file:
            file.write(answer.state["BodyStr"])
        return True


class Crypt2(Base):
    CLASS = "Crypt2"
    DEFAULTS = {"HashAlgorithm": "sha1", "EncodingMode": "base64"}

    def do_HashStringENC(self, text):
        return hashlib.new(self.state["HashAlgorithm"], text.encode()).hexdigest()


CLASSES = [StringBuilder, JsonObject, JsonArray, HttpResponse, HttpRequest, Http, Crypt2]


def factory(near, cls):
    """Makes an object of the module that another one is of."""
    return near.MODULE[cls.CLASS]()
