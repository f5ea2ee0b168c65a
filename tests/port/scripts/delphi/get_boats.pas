procedure TForm1.Button1Click(Sender: TObject);
var
http: HCkHttp;
success: Boolean;
sbResponseBody: HCkStringBuilder;
jResp: HCkJsonObject;
name: PWideChar;
i: Integer;
count_i: Integer;

begin
// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

http := CkHttp_Create();

sbResponseBody := CkStringBuilder_Create();
success := CkHttp_QuickGetSb(http,PWideChar(GetEnvironmentVariable('BOATS_URL') + '/v1/boats?color=red'),sbResponseBody);
if (success = False) then
  begin
    Memo1.Lines.Add(CkHttp__lastErrorText(http));
    Exit;
  end;

jResp := CkJsonObject_Create();
CkJsonObject_LoadSb(jResp,sbResponseBody);
CkJsonObject_putEmitCompact(jResp,False);

Memo1.Lines.Add('Status: ' + IntToStr(CkHttp_getLastStatus(http)));

// Sample JSON response:
// { "boats": [ { "name": "Ida" } ] }

i := 0;
count_i := CkJsonObject_SizeOfArray(jResp,'boats');
while i < count_i do
  begin
    CkJsonObject_putI(jResp,i);
    name := CkJsonObject__stringOf(jResp,'boats[i].name');
    Memo1.Lines.Add(name);
    i := i + 1;
  end;

CkHttp_Dispose(http);
CkStringBuilder_Dispose(sbResponseBody);
CkJsonObject_Dispose(jResp);

end;
