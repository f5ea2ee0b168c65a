procedure TForm1.Button1Click(Sender: TObject);
var
http: HCkHttp;
success: Boolean;
json: HCkJsonObject;
resp: HCkHttpResponse;
respStatusCode: Integer;

begin
http := CkHttp_Create();

// The following JSON is sent in the request body.

// {
//   "hull": {
//     "paint": "red \"matt\"",
//     "length": 12
//   },
//   "sold": false
// }

json := CkJsonObject_Create();
CkJsonObject_UpdateString(json,'hull.paint','red "matt"');
CkJsonObject_UpdateInt(json,'hull.length',12);
CkJsonObject_UpdateBool(json,'sold',False);

// Adds the "Authorization: Bearer" header.
CkHttp_putAuthToken(http,PWideChar(GetEnvironmentVariable('BOATS_TOKEN')));
CkHttp_SetRequestHeader(http,'X-Boat','1');

resp := CkHttp_PostJson3(http,PWideChar(GetEnvironmentVariable('BOATS_URL') + '/v1/boats'),'application/json',json);
if (CkHttp_getLastMethodSuccess(http) = False) then
  begin
    Memo1.Lines.Add(CkHttp__lastErrorText(http));
    Exit;
  end;

respStatusCode := CkHttpResponse_getStatusCode(resp);
Memo1.Lines.Add('Status: ' + IntToStr(respStatusCode));
if (respStatusCode >= 400) then
  begin
    Memo1.Lines.Add('Response Header:');
    Memo1.Lines.Add(CkHttpResponse__header(resp));
    Memo1.Lines.Add('Response Body:');
    Memo1.Lines.Add(CkHttpResponse__bodyStr(resp));
    Memo1.Lines.Add('Failed.');
    Exit;
  end;
CkHttpResponse_Dispose(resp);

Memo1.Lines.Add('Success.');

CkHttp_Dispose(http);
CkJsonObject_Dispose(json);

end;
