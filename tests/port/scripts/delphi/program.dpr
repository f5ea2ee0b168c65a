program Harbour;

{$APPTYPE CONSOLE}

uses
  System.SysUtils, System.Classes, Http, HttpResponse, JsonObject;

const
  ShipLength = 10;

{ What a boat is called depends on its length. }
function Describe(const Name: string; Length: Integer): string;
var
  Kind: string;
begin
  if Length >= ShipLength then
    Kind := 'ship'
  else
    Kind := 'boat';
  Result := Format('%s (%s, %d m)', [Name, Kind, Length]);
end;

procedure Report(http: HCkHttp; Names: TStringList; const BaseUrl: string);
var
  json: HCkJsonObject;
  resp: HCkHttpResponse;
  i: Integer;
  Joined: string;
begin
  Joined := '';
  for i := 0 to Names.Count - 1 do
  begin
    if i > 0 then Joined := Joined + ', ';
    Joined := Joined + Names[i];
  end;
  json := CkJsonObject_Create();
  CkJsonObject_UpdateInt(json, 'count', Names.Count);
  CkJsonObject_UpdateString(json, 'names', PWideChar(Joined));
  resp := CkHttp_PostJson2(http, PWideChar(BaseUrl + '/v1/report'), 'application/json', CkJsonObject__emit(json));
  if not CkHttp_getLastMethodSuccess(http) then
    raise Exception.Create('the report was not sent');
  CkHttpResponse_Dispose(resp);
  CkJsonObject_Dispose(json);
end;

var
  http: HCkHttp;
  resp: HCkHttpResponse;
  boat: HCkJsonObject;
  Names: TStringList;
  Ids: array of Integer;
  Id, Status: Integer;
  BaseUrl, Name: string;

begin
  BaseUrl := GetEnvironmentVariable('BOATS_URL');
  Ids := [3, 5, 8];
  http := CkHttp_Create();
  Names := TStringList.Create;
  try
    for Id in Ids do
    begin
      resp := CkHttp_QuickRequest(http, 'GET', PWideChar(BaseUrl + '/v1/boats/' + IntToStr(Id)));
      if not CkHttp_getLastMethodSuccess(http) then
        raise Exception.Create('no response for boat ' + IntToStr(Id));
      Status := CkHttpResponse_getStatusCode(resp);
      if Status <> 200 then
      begin
        WriteLn('boat ' + IntToStr(Id) + ': status ' + IntToStr(Status));
        Continue;
      end;
      boat := CkJsonObject_Create();
      CkJsonObject_Load(boat, CkHttpResponse__bodyStr(resp));
      Name := CkJsonObject__stringOf(boat, 'name');
      WriteLn(Describe(Name, CkJsonObject_IntOf(boat, 'length')));
      Names.Add(Name);
    end;

    if Names.Count = 0 then
    begin
      WriteLn('no boats');
      Halt(1);
    end;

    Report(http, Names, BaseUrl);
    WriteLn(Format('Reported %d boats', [Names.Count]));
  except
    on E: Exception do
    begin
      WriteLn('Failed: ' + E.Message);
      Halt(1);
    end;
  end;
end.
