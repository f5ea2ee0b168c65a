use super::read;
use crate::read::shared::testing::{check, check_endless};

#[test]
fn what_is_no_script_is_read_to_its_end() {
    let openers = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("begin\n", "\nend"),
        ("if a then begin\n", "\nend"),
        ("if a then ", ""),
        ("try\n", "\nend"),
        ("repeat\n", "\nuntil a"),
        ("case a of 1: ", " end"),
        ("f(", ")"),
        ("a + (", ")"),
        ("not ", ""),
        ("- ", ""),
        ("a.b.", ""),
        ("a + ", ""),
        ("while a do ", ""),
        ("procedure a; ", ""),
        ("array of ", ""),
        ("x: array of ", ""),
        ("var x: T<", ">"),
    ];
    check_endless(&read, &openers);
}

#[test]
fn a_procedure_of_a_form_is_the_program() {
    check(
        read,
        r#"
            procedure TForm1.Button1Click(Sender: TObject);
            var
            http: HCkHttp;
            success: Boolean;

            begin
            http := CkHttp_Create(); // the client
            CkHttp_putAuthToken(http,'{{boat_token}}');
            success := CkHttp_QuickGetSb(http,'https://a.example/v1',sb);
            if (success = False) then
              begin
                Memo1.Lines.Add(CkHttp__lastErrorText(http));
                Exit;
              end;
            Memo1.Lines.Add('Status: ' + IntToStr(CkHttp_getLastStatus(http)));
            CkHttp_Dispose(http);
            end;
        "#,
        r#"
            declare http: Http
            declare success: Bool
            http = new Http  # the client
            http.putAuthToken("{{boat_token}}")
            success = http.QuickGetSb("https://a.example/v1", sb)
            if (success == false)
              println http.lastErrorText()
              exit -
            println ("Status: " + ToText!(http.getLastStatus()))
            dispose http
        "#,
    );
}

#[test]
fn objects_of_activex_have_properties() {
    check(
        read,
        r#"
            http := TChilkatHttp.Create(Self);
            http.AuthToken := 'x';
            resp := http.PostJson3('u','application/json',json.ControlInterface);
            if (http.LastMethodSuccess <> 1) then Exit;
            ole := CreateOleObject('Chilkat_9_5_0.Http');
            http.Free;
            FreeAndNil(ole);
        "#,
        r#"
            http = new Http
            http.AuthToken = "x"
            resp = http.PostJson3("u", "application/json", json)
            if (http.LastMethodSuccess != 1)
              exit -
            ole = new Http
            dispose http
            dispose ole
        "#,
    );
}

#[test]
fn literals_of_text_are_read_with_their_escapes() {
    check(
        read,
        r#"
            a := 'it''s'#13#10'b' + #9 + '';
            b := $1f + 1.5 - 3;
            { braces }
            (* stars
               two *)
            c := [1, 2];
            d := nil;
        "#,
        r#"
            a = (("it's\r\nb" + "\t") + "")
            b = ((31 + 1.5) - 3)
            # braces
            # stars
            # two
            c = [1, 2]
            d = null
        "#,
    );
}

#[test]
fn what_is_printed() {
    check(
        read,
        r#"
            WriteLn('a');
            Write('b', 2);
            ShowMessage('c' + IntToStr(n));
            WriteLn(ErrOutput, 'd');
            WriteLn(Format('%s: %d of %.2f', [a, b, c]));
            Memo1.Lines.Clear;
        "#,
        r#"
            println "a"
            print concat("b", 2)
            println ("c" + ToText!(n))
            eprintln "d"
            println concat(a, ": ", b, " of ", Fixed!(c, 2))
            boilerplate
        "#,
    );
}

#[test]
fn conditions_and_loops_in_all_forms() {
    check(
        read,
        r#"
            if a and not b then x := 1 else if c or d then x := 2 else begin x := 3; end;
            while i < n do
              begin
                i := i + 1;
              end;
            for i := 0 to n - 1 do WriteLn(I);
            for i := 10 downto 1 do begin Continue; end;
            for s in names do WriteLn(s);
            repeat
              Inc(i);
              Dec(j, 2);
            until i >= 3;
            case n of
              1, 2: x := 1;
              3: begin x := 2; end;
            else
              x := 3;
            end;
            case n of
              1..5: x := 1;
            end;
        "#,
        r#"
            if (a and !b)
              x = 1
            elsif (c or d)
              x = 2
            else
              x = 3
            while (i < n)
              i = (i + 1)
            for i in 0..n
              println i
            for i in 10..=1 step -1
              continue
            each s in names
              println s
            do while !(i >= 3)
              i = (i + 1)
              j = (j - 2)
            switch n
            case 1, 2
              x = 1
            case 3
              x = 2
            else
              x = 3
            if ((n >= 1) and (n <= 5))
              x = 1
        "#,
    );
}

#[test]
fn errors_are_raised_and_caught() {
    check(
        read,
        r#"
            try
              try
                raise Exception.Create('bad ' + s);
              except
                on E: Exception do
                begin
                  WriteLn('Failed: ' + E.Message);
                  Halt(1);
                end;
              end;
            finally
              http.Free;
            end;
            try
              x := 1;
            except
              raise;
            end;
        "#,
        r#"
            try
              try
                throw ("bad " + s)
              catch E
                println ("Failed: " + Message!(E))
                exit 1
            finally
              dispose http
            try
              x = 1
            catch -
              throw -
        "#,
    );
}

#[test]
fn functions_return_their_result() {
    check(
        read,
        r#"
            function Kind(Length: Integer): string;
            begin
              if Length >= 10 then Result := 'ship' else Result := 'boat';
            end;
            function Sum(const A: array of Integer; var Count: Integer; Start: Integer = 0): Integer;
            var
              i: Integer;
            begin
              Result := Start;
              for i := Low(A) to High(A) do
                Result := Result + A[i];
              if Result > 100 then Exit;
              Count := 1;
            end;
            begin
              WriteLn(Kind(12));
            end.
        "#,
        r#"
            fn Kind(Length: Int): Text
              if (Length >= 10)
                return "ship"
              else
                return "boat"
            fn Sum(A: List(Int), &Count: Int, Start: Int = 0): Int
              declare Result: Int
              declare i: Int
              Result = Start
              for i in 0..Length!(A)
                Result = (Result + A[i])
              if (Result > 100)
                return Result
              Count = 1
              return Result
            println Kind(12)
        "#,
    );
}

#[test]
fn a_unit_has_declarations_around_it() {
    check(
        read,
        r#"
            unit Unit1;
            interface
            uses Winapi.Windows, Http;
            type
              TForm1 = class(TForm)
                procedure Button1Click(Sender: TObject);
              end;
              TBoat = record
                Name: string;
              end;
            const
              Limit = 10;
            var
              Form1: TForm1;
            implementation
            {$R *.dfm}
            procedure TForm1.Button1Click(Sender: TObject);
            begin
              WriteLn('x');
            end;
            end.
        "#,
        r#"
            boilerplate
            boilerplate
            unported 8-10: a type of the script's own is not ported
            Limit = 10
            println "x"
        "#,
    );
}

#[test]
fn functions_of_delphi_have_one_name() {
    check(
        read,
        r#"
            a := Length(Trim(UpperCase(s)));
            b := Pos('x', s) > 0;
            c := Copy(s, 2, 3) + StringReplace(s, 'a', 'b', [rfReplaceAll]);
            d := StrToInt(ParamStr(1)) + ParamCount;
            e := GetEnvironmentVariable('BOATS_URL');
            names := names + ['x'];
            f := String.Join(', ', names);
            Sleep(500);
        "#,
        r#"
            a = Length!(Trim!(Upper!(s)))
            b = Contains!(s, "x")
            c = (Substring!(s, 1, 3) + Replace!(s, "a", "b"))
            d = (ParseInt!(Arg!(0)) + ArgCount!())
            e = Env!("BOATS_URL")
            Push!(names, "x")
            f = Join!(names, ", ")
            Sleep!(500)
        "#,
    );
}

#[test]
fn a_list_of_texts_is_a_list() {
    check(
        read,
        r#"
            var
              names: TStringList;
            begin
            names := TStringList.Create;
            names.Add('a');
            WriteLn(names[0] + IntToStr(names.Count));
            names.Free;
            end;
        "#,
        r#"
            declare names: List(Text)
            names = []
            Push!(names, "a")
            println (names[0] + ToText!(Length!(names)))
            dispose names
        "#,
    );
}

#[test]
fn damaged_lines_are_left_out_and_the_rest_is_read() {
    check(
        read,
        r#"
            CkJsonObject_UpdateString(json,'a','b 'c' d');
            CkJsonObject_UpdateString(json,'e','f);
            if (success = False) then
              begin
                Exit;
              end;
            x := 1;
        "#,
        r#"
            unported: a parenthesis is missing
            unported: this text has no end on its line
            if (success == false)
              exit -
            x = 1
        "#,
    );
}

#[test]
fn the_blocks_of_a_page_that_is_cut_are_closed() {
    check(
        read,
        r#"
            while i < n do
              begin
                CkJsonObject_putI(json,i);
                if i = 3 then
                  begin
                    x := 1;
        "#,
        r#"
            while (i < n)
              json.putI(i)
              if (i == 3)
                x = 1
        "#,
    );
}

#[test]
fn arrays_texts_and_exit_codes_of_delphi_are_as_it_counts() {
    let script = "const Ids: array[1..3] of Integer = (3, 5, 8);\nvar s: string; a: array of string;\nbegin\n\
        s := s[2]; n := Ids[1];\nSetLength(a, Length(a) + 1);\na[High(a)] := s;\n\
        http := CkHttp_Create;\nif n in [1, 5..6] then begin ExitCode := 3; Exit; end;\n\
        Memo1.Text := Memo1.Text + s;\nn := StrToIntDef(s, -1);\nend.\n";
    let tree = crate::read::shared::testing::dump(&read(script));
    for expected in [
        "Ids = [3, 5, 8]",
        "s = Substring!(s, 1, 1)",
        "n = Ids[0]",
        "Push!(a, s)",
        "http = new Http",
        "Contains!([1, 5, 6], n)",
        "exit 3",
        "println s",
        "n = ParseInt!(s)",
        "n = -1",
    ] {
        assert!(tree.contains(expected), "{expected}\n{tree}");
    }
}
