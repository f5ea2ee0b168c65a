procedure TForm1.Button1Click(Sender: TObject);
var
  http: HCkHttp;
  json: HCkJsonObject;
  fac: HCkFileAccess;
  size: Integer;
  body: string;
begin
  // The size of the list on this disk.
  fac := CkFileAccess_Create();
  size := CkFileAccess_FileSize(fac, 'boats.txt');
  Memo1.Lines.Add('size: ' + IntToStr(size));
  CkFileAccess_Dispose(fac);

  http := CkHttp_Create();
  body := CkHttp__quickGetStr(http, PWideChar(GetEnvironmentVariable('BOATS_URL') + '/v1/boats/3'));
  if CkHttp_getLastMethodSuccess(http) = False then
  begin
    Memo1.Lines.Add(CkHttp__lastErrorText(http));
    Halt(1);
  end;

  json := CkJsonObject_Create();
  CkJsonObject_Load(json, PWideChar(body));
  Memo1.Lines.Add('name: ' + CkJsonObject__stringOf(json, 'name'));
  CkHttp_Dispose(http);
  CkJsonObject_Dispose(json);
end;
