//! The command `zoomkat`.
//!
//! Each module is named for what it tests.

mod command;
mod curl_scripts;
mod growth;
mod mock_access;
mod mock_collections;
mod ports;
mod site_anchors;
mod site_content;
mod site_has_tree_and_search;
mod site_hides_secrets;
mod site_in_a_browser;
mod site_is_safe;
mod site_keeps_order;
mod views_page_is_current;
mod windows_shells;
