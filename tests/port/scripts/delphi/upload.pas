procedure TForm1.Button1Click(Sender: TObject);
var
http: HCkHttp;
json: HCkJsonObject;
req: HCkHttpRequest;
resp: HCkHttpResponse;
respStatusCode: Integer;

begin
http := CkHttp_Create();

json := CkJsonObject_Create();
CkJsonObject_UpdateInt(json,'crop.x',10);
CkJsonObject_UpdateInt(json,'crop.y',20);

req := CkHttpRequest_Create();
CkHttpRequest_putHttpVerb(req,'POST');
CkHttpRequest_putPath(req,'/v1/boats/7/picture');
CkHttpRequest_putContentType(req,'multipart/form-data');
CkHttpRequest_AddParam(req,'title','In the harbour');
CkHttpRequest_AddStringForUpload2(req,'meta','',CkJsonObject__emit(json),'utf-8','application/json');
CkHttpRequest_AddFileForUpload2(req,'picture','boat.png','image/png');

CkHttpRequest_AddHeader(req,'Authorization',PWideChar('Bearer ' + GetEnvironmentVariable('BOATS_TOKEN')));

resp := CkHttp_SynchronousRequest(http,PWideChar(GetEnvironmentVariable('BOATS_DOMAIN')),StrToInt(GetEnvironmentVariable('BOATS_PORT')),False,req);
if (CkHttp_getLastMethodSuccess(http) <> True) then
  begin
    Memo1.Lines.Add(CkHttp__lastErrorText(http));
    Exit;
  end;

respStatusCode := CkHttpResponse_getStatusCode(resp);
Memo1.Lines.Add('Status: ' + IntToStr(respStatusCode));
if (respStatusCode <> 201) then
  begin
    Memo1.Lines.Add('Response Header:');
    Memo1.Lines.Add(CkHttpResponse__header(resp));
    Memo1.Lines.Add('Response Body:');
    Memo1.Lines.Add(CkHttpResponse__bodyStr(resp));
    Memo1.Lines.Add('Failed.');
    Exit;
  end;

Memo1.Lines.Add('Success.');

CkHttpResponse_Dispose(resp);
CkHttp_Dispose(http);
CkJsonObject_Dispose(json);
CkHttpRequest_Dispose(req);

end;
