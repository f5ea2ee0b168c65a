//! The URL of a command, and the parts of the query that curl encodes.

use super::CommandWriter;
use super::quote::Quotes;
use crate::error::Result;
use crate::message::params::{Content, Part};
use crate::views::marked_call::{CheckedRequest, ParamLocation};

impl CommandWriter<'_> {
    /// Returns the URL. Adds options for the parts of the query that curl has to encode.
    pub(super) fn url_and_query(&mut self, wire: &CheckedRequest) -> Result<String> {
        let marked = self.marked;
        let call = &marked.call;
        let request = &call.request;
        let base = match marked.is_open(&call.domain) {
            // The variable may contain the path as well.
            true if !request.path().starts_with('/') => call.domain.clone(),
            true => call.domain.trim_end_matches('/').to_owned(),
            // curl does not convert the host to lower case.
            false => call.base_url().to_ascii_lowercase(),
        };
        if wire.target == "*" {
            self.option("--request-target", "*", Quotes::Bare)?;
            return Ok(base);
        }
        let is_glued = marked.is_open(&call.domain) && !request.path().starts_with('/');
        let in_query = matches!(wire.param_location, ParamLocation::Loaded | ParamLocation::Query);
        let is_open = |part: &Part| match &part.content {
            Content::Param(value) => marked.is_open(&part.name) || marked.is_open(value),
            Content::Upload { .. } => false,
        };
        let open_params = in_query && request.parts.iter().any(is_open);
        let mut target = match open_params {
            true => request.target(request.path())?.into_owned(),
            false => wire.target.clone(),
        };
        if let Some(rest) = target.strip_prefix('/').filter(|_| is_glued) {
            target = rest.to_owned();
        }
        // Files, and variables that curl encodes, in a query that is written out.
        let query = target.split_once('?').map(|(path, query)| (path.to_owned(), query.to_owned()));
        let query = query.filter(|(_, query)| marked.has_derived(query));
        let has_body = wire.param_location != ParamLocation::Query;
        if (query.is_some() || open_params) && !has_body {
            self.words.push("-G".to_owned());
        }
        if let Some((path, query)) = query {
            target = path;
            self.fields(query.as_bytes(), has_body)?;
        }
        match (open_params, has_body) {
            (false, _) => {}
            (true, false) => self.params("-d", "--data-urlencode")?,
            (true, true) => self.params("--url-query +", "--url-query")?,
        }
        Ok(self.url(&base, &target))
    }

    fn url(&mut self, base: &str, target: &str) -> String {
        let path = target.split('?').next().unwrap_or_default();
        let is_dots = |segment: &str| {
            matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
        };
        if path.split('/').any(is_dots) {
            self.words.push("--path-as-is".to_owned());
        }
        format!("{base}{target}")
    }
}
