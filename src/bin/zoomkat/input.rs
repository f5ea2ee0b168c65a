//! From what the user gives to calls: a curl text, a Postman item, a Postman collection.

use std::path::PathBuf;

/// What `send` and `convert` read.
#[derive(clap::Args)]
pub(crate) struct Input {
    /// A curl command in quotes, or a Postman item's JSON; without it, or with -, standard input.
    #[arg(value_name = "CURL", conflicts_with = "collection", allow_hyphen_values = false)]
    text: Option<String>,

    /// A Postman collection (v2.0 or v2.1); - is standard input.
    #[arg(long, value_name = "FILE")]
    collection: Option<PathBuf>,

    /// The item of the collection: its folders and its name, with slashes between, as `list` shows them.
    #[arg(long, value_name = "PATH", requires = "collection")]
    item: Option<String>,

    /// A Postman environment, whose variables are used.
    #[arg(long, value_name = "FILE", requires = "collection")]
    env: Option<PathBuf>,

    /// The value of a variable, of the shell or of Postman. May be given several times.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<String>,
}
