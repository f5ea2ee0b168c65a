//! Members of Chilkat's objects before the request is sent.

use zoomkat::HttpRequest;
use zoomkat::chilkat::{JsonArray, JsonObject, StringBuilder};

use super::Run;
use super::values::{Value, text};
use crate::members::{self, Use};
use crate::port::Error;
use crate::tree::Expr;

/// The settings of a `CkHttp` that change a request.
#[derive(Clone, Default)]
pub(super) struct Settings {
    /// The fields of `SetRequestHeader`, in order.
    pub(super) headers: Vec<(String, String)>,
    pub(super) token: Option<String>,
    pub(super) login: Option<String>,
    pub(super) password: Option<String>,
    pub(super) is_basic: bool,
    pub(super) is_digest: bool,
    pub(super) follow_redirects: Option<bool>,
    pub(super) verify: Option<bool>,
    pub(super) connect_timeout: Option<u64>,
    /// A setting that a view cannot have, with its line.
    pub(super) other: Option<(usize, String)>,
}

/// Settings that change neither the request nor where it goes.
const HARMLESS: &[&str] = &[
    "abortcurrent",
    "allowgzip",
    "cleareventhandler",
    "debuglogfilepath",
    "heartbeatms",
    "keepresponsebody",
    "lastmethodsuccess",
    "maxconnections",
    "percentdonescale",
    "preferipv6",
    "readtimeout",
    "requirehostnamematch",
    "savecookies",
    "sendcookies",
    "sessionlogfilename",
    "soreusebuf",
    "verboselogging",
    "closeallconnections",
];

/// Returns the current Chilkat name of a member, in lower case, and how it is used.
pub(super) fn member(class: &str, name: &str, args: usize) -> Option<(String, Use)> {
    let (member, usage) = members::find(class, name, Some(args))?;
    Some((member.names.first()?.to_ascii_lowercase(), usage))
}

impl Run {
    /// Sets a property.
    pub(super) fn set(&mut self, object: &str, name: &str, value: Value) -> Result<(), Error> {
        self.on_object(object, name, vec![value], Some(Use::Set)).map(|_| ())
    }

    /// Calls a member that sends nothing.
    pub(super) fn method(
        &mut self,
        object: &Expr,
        name: &str,
        args: &[Expr],
    ) -> Result<Value, Error> {
        let Expr::Var(object) = object else {
            // `x.ObjectAt(0).UpdateString(..)`: too deep to follow.
            self.eval(object)?;
            return Ok(Value::Unknown(self.line));
        };
        let values: Result<Vec<Value>, Error> = args.iter().map(|arg| self.eval(arg)).collect();
        let out = self.on_object(object, name, values?, None)?;
        // What the call fills is not known, but for `EmitSb`.
        if let Value::Text(text) = &out {
            if name.to_ascii_lowercase().ends_with("emitsb") {
                if let Some(Expr::Var(arg)) = args.first() {
                    if let Some(Value::Builder(builder)) = self.values.get_mut(arg) {
                        builder.append(text);
                    }
                }
            }
        }
        Ok(out)
    }

    fn on_object(
        &mut self,
        object: &str,
        name: &str,
        args: Vec<Value>,
        usage: Option<Use>,
    ) -> Result<Value, Error> {
        let line = self.line;
        let unknown = Value::Unknown(line);
        // Taken out, so that other values can be read.
        let Some(mut value) = self.values.remove(object) else { return Ok(unknown) };
        let class = value.class();
        if class.is_empty() {
            self.values.insert(object.to_owned(), value);
            return Ok(unknown);
        }
        let found = match usage {
            Some(Use::Set) => {
                members::find(class, name, None).and_then(|(member, _)| member.names.first())
            }
            _ => None,
        };
        let member = match found {
            Some(name) => Some((name.to_ascii_lowercase(), Use::Set)),
            None => member(class, name, args.len()),
        };
        let Some((member, usage)) = member else {
            if let Value::Http(settings) = &mut value {
                settings.other = Some((line, name.to_owned()));
            }
            let value = if value.class() == "Http" { value } else { unknown.clone() };
            self.values.insert(object.to_owned(), value);
            return Ok(unknown);
        };
        let texts: Vec<Option<String>> = args.iter().map(text).collect();
        let out = match &mut value {
            Value::Http(settings) => {
                let out = http(settings, &member, usage, &args, &texts, line);
                out.map_err(|why| Error::new(line, why))?;
                Some(unknown.clone())
            }
            Value::Request(req) => match request(req, &member, usage, &args, &texts) {
                Some(out) => Some(out),
                None => {
                    let why = format!(
                        "the value of {} is not known without running the script",
                        spelled("HttpRequest", &member)
                    );
                    return Err(Error::new(line, why));
                }
            },
            Value::Json(json) => json_object(json, &member, usage, &args, &texts),
            Value::Array(array) => json_array(array, &member, &args, &texts),
            Value::Builder(builder) => string_builder(builder, &member, &texts),
            _ => None,
        };
        let value = if out.is_some() { value } else { unknown.clone() };
        self.values.insert(object.to_owned(), value);
        Ok(out.unwrap_or(unknown))
    }
}

/// Returns a member's name as Chilkat writes it.
fn spelled(class: &str, member: &str) -> String {
    let found = members::find(class, member, None);
    found
        .and_then(|(member, _)| member.names.first())
        .map_or(member.to_owned(), |name| (*name).to_owned())
}

fn flag(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(value) => Some(*value),
        Value::Int(value) => Some(*value != 0),
        _ => None,
    }
}

fn http(
    settings: &mut Settings,
    member: &str,
    usage: Use,
    args: &[Value],
    texts: &[Option<String>],
    line: usize,
) -> Result<(), String> {
    let known = |text: &Option<String>| {
        text.clone().ok_or_else(|| {
            format!(
                "the value of {} is not known without running the script",
                spelled("Http", member)
            )
        })
    };
    match (member, texts) {
        ("setrequestheader", [Some(name), value]) => {
            let value = known(value)?;
            settings.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            settings.headers.push((name.clone(), value));
        }
        ("removerequestheader", [Some(name)]) => {
            settings.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name))
        }
        ("clearheaders", []) => settings.headers.clear(),
        _ if usage != Use::Set => {
            let found = members::find("Http", member, Some(args.len()));
            let changes =
                found.and_then(|(member, _)| member.call.as_ref()).is_some_and(|call| call.mutates);
            if changes && !HARMLESS.contains(&member) {
                settings.other = Some((line, spelled("Http", member)));
            }
        }
        ("authtoken", [value]) => settings.token = Some(known(value)?),
        ("login", [value]) => settings.login = Some(known(value)?),
        ("password", [value]) => settings.password = Some(known(value)?),
        ("basicauth", [_]) => {
            settings.is_basic = flag(args.first()).ok_or("whether Basic is used is not known")?
        }
        ("digestauth", [_]) => {
            settings.is_digest = flag(args.first()).ok_or("whether Digest is used is not known")?
        }
        ("accept", [value]) => settings.headers.push(("Accept".to_owned(), known(value)?)),
        ("useragent", [value]) => settings.headers.push(("User-Agent".to_owned(), known(value)?)),
        ("followredirects", [_]) => settings.follow_redirects = flag(args.first()),
        ("requiresslcertverify", [_]) => settings.verify = flag(args.first()),
        ("connecttimeout", [_]) => match args {
            [Value::Int(seconds)] => settings.connect_timeout = u64::try_from(*seconds).ok(),
            _ => {
                return Err("the value of ConnectTimeout is not known without running the script"
                    .to_owned());
            }
        },
        _ if HARMLESS.contains(&member) => {}
        _ => settings.other = Some((line, spelled("Http", member))),
    }
    Ok(())
}

/// Returns the result of the call, or `None` if it is not known.
fn request(
    req: &mut HttpRequest,
    member: &str,
    usage: Use,
    args: &[Value],
    texts: &[Option<String>],
) -> Option<Value> {
    match (member, texts) {
        ("httpverb", [Some(verb)]) => req.set_http_verb(verb),
        ("path", [Some(path)]) => req.set_path(path.as_str()),
        ("contenttype", [Some(value)]) => req.set_content_type(value),
        ("charset", [Some(charset)]) => req.set_charset(charset),
        ("sendcharset", [_]) => req.set_send_charset(flag(args.first())?),
        ("httpversion", [Some(version)]) => req.set_http_version(version),
        ("boundary", [Some(boundary)]) => req.set_boundary(boundary),
        ("entireheader", [Some(block)]) => req.set_entire_header(block),
        ("addparam", [Some(name), Some(value)]) => req.add_param(name, value.as_str()),
        ("addheader", [Some(name), Some(value)]) => req.add_header(name, value.as_str()),
        ("removeparam", [Some(name)]) => {
            req.remove_param(name);
            req
        }
        ("removeheader", [Some(name)]) => {
            req.remove_header(name);
            req
        }
        ("removeallparams", []) => req.remove_all_params(),
        ("setfromurl", [Some(url)]) => {
            req.set_from_url(url);
            req
        }
        ("addstringforupload", [Some(name), Some(file), Some(text), Some(charset)]) => {
            req.add_string_for_upload(name, file, text, charset)
        }
        (
            "addstringforupload2",
            [Some(name), Some(file), Some(text), Some(charset), Some(kind)],
        ) => req.add_string_for_upload2(name, file, text, charset, kind),
        ("addfileforupload", [Some(name), Some(path)]) => req.add_file_for_upload(name, path),
        ("addfileforupload2", [Some(name), Some(path), Some(kind)]) => {
            req.add_file_for_upload2(name, path, kind)
        }
        ("loadbodyfromstring" | "loadbodyfromsb", [Some(text), Some(charset)]) => {
            req.load_body_from_string(text, charset)
        }
        ("loadbodyfromfile", [Some(path)]) => req.load_body_from_file(path),
        ("streambodyfromfile", [Some(path)]) => req.stream_body_from_file(path),
        ("useget", []) => req.use_get(),
        ("usehead", []) => req.use_head(),
        ("usepost", []) => req.use_post(),
        ("useput", []) => req.use_put(),
        ("usepostmultipartform", []) => req.use_upload(),
        ("useuploadput", []) => req.use_upload_put(),
        // A getter.
        _ if usage == Use::Call && args.is_empty() => return Some(Value::Unknown(0)),
        _ => return None,
    };
    Some(Value::Bool(true))
}

fn json_object(
    json: &mut JsonObject,
    member: &str,
    usage: Use,
    args: &[Value],
    texts: &[Option<String>],
) -> Option<Value> {
    let done = |ok: bool| Some(Value::Bool(ok));
    let number = |at: usize| match args.get(at) {
        Some(Value::Int(value)) => Some(*value),
        _ => None,
    };
    match (member, texts) {
        ("updatestring", [Some(path), Some(value)]) => {
            done(json.update_string(path, value).is_ok())
        }
        ("updateint", [Some(path), _]) => done(json.update_int(path, number(1)?).is_ok()),
        ("updateuint", [Some(path), _]) => {
            done(json.update_u_int(path, number(1)?.try_into().ok()?).is_ok())
        }
        ("updatebool", [Some(path), _]) => done(json.update_bool(path, flag(args.get(1))?).is_ok()),
        ("updatenull", [Some(path)]) => done(json.update_null(path).is_ok()),
        ("updatenumber", [Some(path), Some(value)]) => {
            done(json.update_number(path, value).is_ok())
        }
        ("updatenewarray", [Some(path)]) => done(json.update_new_array(path).is_ok()),
        ("updatenewobject", [Some(path)]) => done(json.update_new_object(path).is_ok()),
        ("updatesb", [Some(path), Some(value)]) => done(json.update_string(path, value).is_ok()),
        ("appendstring", [Some(name), Some(value)]) => {
            json.append_string(name, value);
            done(true)
        }
        ("appendint", [Some(name), _]) => {
            json.append_int(name, number(1)?);
            done(true)
        }
        ("appendbool", [Some(name), _]) => {
            json.append_bool(name, flag(args.get(1))?);
            done(true)
        }
        ("addarraycopyat", [_, Some(name), _]) => match &args[2] {
            Value::Array(array) => {
                done(json.add_array_copy_at(number(0)?.try_into().ok()?, name, array).is_ok())
            }
            _ => None,
        },
        ("addobjectcopyat", [_, Some(name), _]) => match &args[2] {
            Value::Json(object) => {
                done(json.add_object_copy_at(number(0)?.try_into().ok()?, name, object).is_ok())
            }
            _ => None,
        },
        ("load" | "loadsb", [Some(text)]) => done(json.load(text).is_ok()),
        ("emit" | "emitsb", _) => Some(Value::Text(json.emit())),
        ("emitcompact", [_]) if usage == Use::Set => {
            json.set_emit_compact(flag(args.first())?);
            done(true)
        }
        ("i", [_]) => {
            json.set_i(number(0)?.try_into().ok()?);
            done(true)
        }
        ("objectof", [Some(path)]) => json.object_of(path).ok().map(Value::Json),
        ("arrayof", [Some(path)]) => json.array_of(path).ok().map(Value::Array),
        ("stringof", [Some(path)]) => json.string_of(path).ok().map(Value::Text),
        ("intof", [Some(path)]) => Some(Value::Int(json.int_of(path))),
        ("clear", []) => {
            json.clear();
            done(true)
        }
        _ => None,
    }
}

fn json_array(
    array: &mut JsonArray,
    member: &str,
    args: &[Value],
    texts: &[Option<String>],
) -> Option<Value> {
    let done = |ok: bool| Some(Value::Bool(ok));
    let position = || match args.first() {
        Some(Value::Int(at)) => (*at).try_into().ok(),
        _ => None,
    };
    match (member, texts) {
        ("addobjectat", [_]) => done(array.add_object_at(position()?).is_ok()),
        ("addarrayat", [_]) => done(array.add_array_at(position()?).is_ok()),
        ("addstringat", [_, Some(value)]) => {
            array.add_string_at(position()?, value);
            done(true)
        }
        ("addintat", [_, _]) => match &args[1] {
            Value::Int(value) => {
                array.add_int_at(position()?, *value);
                done(true)
            }
            _ => None,
        },
        ("addboolat", [_, _]) => {
            array.add_bool_at(position()?, flag(args.get(1))?);
            done(true)
        }
        ("objectat", [_]) => match args {
            [Value::Int(at)] => array.object_at(usize::try_from(*at).ok()?).ok().map(Value::Json),
            _ => None,
        },
        ("size", []) => i64::try_from(array.size()).ok().map(Value::Int),
        ("load" | "loadsb", [Some(text)]) => done(array.load(text).is_ok()),
        ("emit" | "emitsb", _) => Some(Value::Text(array.emit())),
        _ => None,
    }
}

fn string_builder(
    builder: &mut StringBuilder,
    member: &str,
    texts: &[Option<String>],
) -> Option<Value> {
    match (member, texts) {
        ("append" | "appendsb" | "appendint", [Some(text)]) => _ = builder.append(text),
        ("appendline", [Some(text), _]) => _ = builder.append(&format!("{text}\r\n")),
        ("setstring", [Some(text)]) => _ = builder.set_string(text),
        ("prepend", [Some(text)]) => _ = builder.prepend(text),
        ("replace", [Some(old), Some(new)]) => _ = builder.replace(old, new),
        ("clear", []) => _ = builder.clear(),
        ("getasstring", []) => return Some(Value::Text(builder.as_str().to_owned())),
        _ => return None,
    }
    Some(Value::Bool(true))
}
