//! The origins and host names from which the mock server can be used.

use std::net::IpAddr;

use serde_json::json;
use zoomkat_testing::Received;
use zoomkat_testing::http::Response;

use super::routes::Reply;

/// The fields of CORS, which replace saved ones.
const CORS_FIELDS: &str = "access-control-";

/// Who may use the server.
pub(super) struct Access {
    /// The names of the server besides `localhost` and addresses.
    pub(super) names: Vec<String>,
    /// Whether web pages of all origins may read the responses.
    pub(super) cors: bool,
}

impl Access {
    /// Answers a request for this server by `answer`, and refuses other requests.
    pub(super) fn answer(
        &self,
        request: &Received,
        answer: impl FnOnce(&Received) -> Reply,
    ) -> Reply {
        if let Some(host) = hosts(request).find(|host| !self.is_ours(host)) {
            let message = format!(
                "the request is for the host {host:?}, which may be a name of an attacker; \
                 allow it with --allow-host"
            );
            let response =
                Response::json(421, "Misdirected Request", &json!({ "message": message }));
            return Reply { response, why: message };
        }
        if !self.cors {
            return answer(request);
        }
        let mut reply = match preflight(request) {
            Some(response) => Reply { response, why: "a preflight request".to_owned() },
            None => answer(request),
        };
        let fields = &mut reply.response.headers;
        if request.method() != "OPTIONS" {
            fields.retain(|(name, _)| !name.to_ascii_lowercase().starts_with(CORS_FIELDS));
            fields.push(("Access-Control-Expose-Headers".into(), "*".into()));
        }
        fields.retain(|(name, _)| !name.eq_ignore_ascii_case("Access-Control-Allow-Origin"));
        fields.push(("Access-Control-Allow-Origin".into(), "*".into()));
        reply
    }

    /// Whether a host is a name of this server. An address cannot be a name that an attacker points here.
    fn is_ours(&self, host: &str) -> bool {
        let name = name_of(host);
        let port = &host[name.len()..];
        let is_port = port.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
        if !port.is_empty() && !is_port {
            return false;
        }
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let is_local = name == "localhost" || name.ends_with(".localhost");
        is_address || is_local || self.names.iter().any(|own| own.eq_ignore_ascii_case(&name))
    }
}

/// Returns the hosts that a request names: in its target, if that is a whole URL, and in Host.
fn hosts(request: &Received) -> impl Iterator<Item = &str> {
    let target = request.target();
    let in_target = target.split_once("://").filter(|_| !target.starts_with('/'));
    let in_target =
        in_target.map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    in_target.into_iter().chain(request.header("Host"))
}

/// Returns a host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => &host[..end + 2],
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// Returns the response to a preflight request, which allows what it asks for.
fn preflight(request: &Received) -> Option<Response> {
    let method = request.header("Access-Control-Request-Method")?;
    if request.method() != "OPTIONS" || request.header("Origin").is_none() {
        return None;
    }
    let response = Response::new(204, "No Content", "")
        .header("Access-Control-Allow-Methods", method)
        .header("Access-Control-Max-Age", "600");
    let fields = request.header("Access-Control-Request-Headers");
    let response = match fields {
        Some(fields) => response.header("Access-Control-Allow-Headers", fields),
        None => response,
    };
    // A page on the internet asks this before it uses a server on the user's own machine.
    Some(match request.header("Access-Control-Request-Private-Network") {
        Some(_) => response.header("Access-Control-Allow-Private-Network", "true"),
        None => response,
    })
}
