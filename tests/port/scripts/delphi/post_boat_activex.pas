unit Unit1;

interface

uses
    Winapi.Windows, System.SysUtils, System.Classes, Vcl.Controls, Vcl.Forms, Vcl.StdCtrls,
    Chilkat_TLB;

type
  TForm1 = class(TForm)
    Memo1: TMemo;
    Button1: TButton;
    procedure Button1Click(Sender: TObject);
  private
  public
  end;

var
  Form1: TForm1;

implementation

{$R *.dfm}

procedure TForm1.Button1Click(Sender: TObject);
var
http: TChilkatHttp;
success: Integer;
json: TChilkatJsonObject;
resp: IChilkatHttpResponse;
respStatusCode: Integer;

begin
http := TChilkatHttp.Create(Self);

// The following JSON is sent in the request body.

// {
//   "hull": {
//     "paint": "red \"matt\"",
//     "length": 12
//   },
//   "sold": false
// }

json := TChilkatJsonObject.Create(Self);
json.UpdateString('hull.paint','red "matt"');
json.UpdateInt('hull.length',12);
json.UpdateBool('sold',0);

// Adds the "Authorization: Bearer" header.
http.AuthToken := GetEnvironmentVariable('BOATS_TOKEN');
http.SetRequestHeader('X-Boat','1');

resp := http.PostJson3(GetEnvironmentVariable('BOATS_URL') + '/v1/boats','application/json',json.ControlInterface);
if (http.LastMethodSuccess = 0) then
  begin
    Memo1.Lines.Add(http.LastErrorText);
    Exit;
  end;

respStatusCode := resp.StatusCode;
Memo1.Lines.Add('Status: ' + IntToStr(respStatusCode));
if (respStatusCode >= 400) then
  begin
    Memo1.Lines.Add('Response Header:');
    Memo1.Lines.Add(resp.Header);
    Memo1.Lines.Add('Response Body:');
    Memo1.Lines.Add(resp.BodyStr);
    Memo1.Lines.Add('Failed.');
    Exit;
  end;

Memo1.Lines.Add('Success.');

end;

end.
