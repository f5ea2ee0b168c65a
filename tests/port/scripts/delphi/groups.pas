// A page that begins inside its procedure.
http := CkHttp_Create();

queryParams := CkJsonObject_Create();
CkJsonObject_UpdateString(queryParams,'status','active');
CkJsonObject_UpdateInt(queryParams,'page_size',300);

resp := CkHttp_QuickRequestParams(http,'GET',PWideChar(GetEnvironmentVariable('BOATS_URL') + '/v1/users'),queryParams);
if (CkHttp_getLastMethodSuccess(http) <> True) then
  begin
    Memo1.Lines.Add(CkHttp__lastErrorText(http));
    Exit;
  end;

sbResponseBody := CkStringBuilder_Create();
CkHttpResponse_GetBodySb(resp,sbResponseBody);
jResp := CkJsonObject_Create();
CkJsonObject_LoadSb(jResp,sbResponseBody);

i := 0;
count_i := CkJsonObject_SizeOfArray(jResp,'users');
while i < count_i do
  begin
    CkJsonObject_putI(jResp,i);
    id := CkJsonObject__stringOf(jResp,'users[i].id');
    name := CkJsonObject__stringOf(jResp,'users[i].name');
    Memo1.Lines.Add(id + ' ' + name);
    j := 0;
    count_j := CkJsonObject_SizeOfArray(jResp,'users[i].group_ids');
    while j < count_j do
      begin
        CkJsonObject_putJ(jResp,j);
        groupId := CkJsonObject__stringOf(jResp,'users[i].group_ids[j]');
        Memo1.Lines.Add('  group ' + groupId);
        j := j + 1;
      end;

    i := i + 1;
  end;

CkHttpResponse_Dispose(resp);
CkHttp_Dispose(http);
end;
