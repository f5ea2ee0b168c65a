//! `zoomkat site`: the item on a page keeps the member order of the file, even when its secrets are hidden.

use std::fs;

use super::site_content::without_colours;
use super::site_is_safe::written;

/// An item as in the file and on its page. The members of its objects are not in alphabetical order, and
/// every part searched for secrets has one.
const ITEM: &str = r#"{
  "name": "One",
  "variable": [
    {
      "type": "string",
      "key": "token",
      "value": "hidden-1"
    }
  ],
  "request": {
    "url": {
      "raw": "https://me:hidden-2@example.com/x?token=hidden-3",
      "protocol": "https",
      "host": "example.com",
      "path": "x",
      "auth": {
        "user": "me",
        "password": "hidden-2"
      },
      "query": [
        {
          "value": "hidden-3",
          "key": "token",
          "disabled": false
        }
      ]
    },
    "method": "PUT",
    "header": [
      {
        "value": "hidden-4",
        "key": "X-Api-Key"
      }
    ],
    "body": {
      "raw": "{\"z\":1,\"password\":\"hidden-5\",\"a\":2}",
      "mode": "raw"
    },
    "auth": {
      "type": "bearer",
      "bearer": [
        {
          "type": "string",
          "key": "token",
          "value": "hidden-6"
        }
      ]
    }
  },
  "response": [],
  "other": {
    "z": null,
    "y": [
      -1,
      0.5,
      true,
      {
        "b": 18446744073709551615,
        "a": []
      }
    ],
    "": {}
  }
}"#;

#[test]
fn an_item_with_hidden_secrets_keeps_the_member_order_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("one.json");
    fs::write(&file, format!(r#"{{"info":{{"name":"Of one"}},"item":[{ITEM}]}}"#)).unwrap();
    let pages = written(&file, &dir.path().join("site"));
    let (_, item) = pages["one.html"].split_once("id=\"postman\"").unwrap();
    let (_, item) = item.split_once("<code>").unwrap();
    let (item, _) = item.split_once("</code>").unwrap();
    let item = without_colours(item);
    let item = html_escape::decode_html_entities(&item);

    let hidden = [
        ("hidden-1", "{{TOKEN}}"),
        ("hidden-2", "{{PASSWORD}}"),
        ("hidden-3", "{{TOKEN}}"),
        ("hidden-4", "{{X_API_KEY}}"),
        ("hidden-5", "{{PASSWORD}}"),
        ("hidden-6", "{{token}}"),
    ];
    let expected = hidden
        .iter()
        .fold(ITEM.to_owned(), |item, (secret, variable)| item.replace(secret, variable));
    assert!(item == expected, "{item}");
}
