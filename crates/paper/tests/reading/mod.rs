//! What the tests read: the samples, and a page as a reader sees it.

use motcua_paper::Form;
use serde_json::Value;

pub(crate) const FORMS: [&str; 7] =
    ["receipt", "supplement_request", "refusal", "extension", "stop_notice", "control_slip", "register"];

/// A sample as the API would send it.
pub(crate) fn sample(name: &str) -> Value {
    let path = format!("{}/tests/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn form(json: &Value) -> Form {
    serde_json::from_value(json.clone()).unwrap()
}

/// The tags of a page, without those that have no end; panics where they do not nest.
pub(crate) fn assert_well_formed(page: &str) {
    let page = page.strip_prefix("<!DOCTYPE html>").expect("a page begins with its kind");
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').expect("a tag ends");
        rest = after;
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).expect("a tag has a name");
        assert_eq!(tag.matches('"').count() % 2, 0, "a quote in an attribute of <{tag}>");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes something else");
        } else if !tag.ends_with('/') && !["br", "col", "meta"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} never end");
}

/// The words of a page, a line for every paragraph, cell and heading.
pub(crate) fn words(page: &str) -> String {
    let (_, body) = page.split_once("<body>").unwrap();
    let mut text = String::new();
    for (at, part) in body.split('<').enumerate() {
        let (tag, words) = if at == 0 { ("", part) } else { part.split_once('>').unwrap() };
        match tag.split(' ').next().unwrap() {
            "br" => text.push_str(" / "),
            "td" | "th" => text.push_str("| "),
            "/p" | "/h1" | "/tr" | "/caption" | "/figcaption" => text.push('\n'),
            "span" if tag.contains("blank") => text.push_str(" ____"),
            _ => {}
        }
        text.push_str(words);
        if tag.starts_with('t') && !words.is_empty() {
            text.push(' ');
        }
    }
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
