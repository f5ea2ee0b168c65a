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
sbResponseBody: TChilkatStringBuilder;
jResp: TChilkatJsonObject;
name: WideString;
i: Integer;
count_i: Integer;

begin
// This example assumes the Chilkat API to have been previously unlocked.
// See Global Unlock Sample for sample code.

http := TChilkatHttp.Create(Self);

sbResponseBody := TChilkatStringBuilder.Create(Self);
success := http.QuickGetSb(GetEnvironmentVariable('BOATS_URL') + '/v1/boats?color=red',sbResponseBody.ControlInterface);
if (success = 0) then
  begin
    Memo1.Lines.Add(http.LastErrorText);
    Exit;
  end;

jResp := TChilkatJsonObject.Create(Self);
jResp.LoadSb(sbResponseBody.ControlInterface);
jResp.EmitCompact := 0;

Memo1.Lines.Add('Status: ' + IntToStr(http.LastStatus));

// Sample JSON response:
// { "boats": [ { "name": "Ida" } ] }

i := 0;
count_i := jResp.SizeOfArray('boats');
while i < count_i do
  begin
    jResp.I := i;
    name := jResp.StringOf('boats[i].name');
    Memo1.Lines.Add(name);
    i := i + 1;
  end;

end;

end.
