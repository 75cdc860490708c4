//! The seven forms as a reader of the page sees them, by each set, and what no data can do to a page.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

mod reading;

use motcua_paper::{FormCode, FormSet, html};
use reading::{FORMS, assert_well_formed, form, sample, words};
use serde_json::{Value, json};

const HOSTILE: &str = "<script>alert('x')</script> \"onload=\" & #panic() $x$ *y* </td></table>\u{202e}";

#[test]
fn every_form_reads_as_the_official_paper_does() {
    for set in ["tt_03_2025", "tt_01_2018"] {
        for name in FORMS {
            let mut json = sample(name);
            json["set"] = json!(set);
            let form = form(&json);
            if form.set.number(form.code()).is_some() {
                insta::assert_snapshot!(format!("{name}_{set}"), words(&html(&form)));
            }
        }
    }
}

#[test]
fn a_form_goes_over_the_wire_and_back_unchanged() {
    for name in FORMS {
        let json = sample(name);
        assert_eq!(serde_json::to_value(form(&json)).unwrap(), json, "{name}");
    }
}

#[test]
fn the_samples_are_all_seven_forms() {
    let codes: Vec<FormCode> = FORMS.iter().map(|name| form(&sample(name)).code()).collect();
    assert_eq!(codes, FormCode::ALL);
}

#[test]
fn a_form_that_the_set_lacks_is_printed_without_a_number() {
    let mut json = sample("stop_notice");
    json["set"] = json!("tt_01_2018");
    let page = html(&form(&json));
    assert!(!page.contains("Mẫu số") && page.contains("THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"));
}

#[test]
fn a_page_is_whole_in_itself_and_runs_nothing() {
    for name in FORMS {
        let page = html(&form(&sample(name)));
        assert_well_formed(&page);
        assert!(page.contains("<html lang=\"vi\">") && page.contains("@page"));
        for outside in ["<script", "<link", "<img", "src=", "href=", "url(", "@import", " on"] {
            let (_, body) = page.split_once("<body>").unwrap();
            assert!(!body.contains(outside), "{name} has {outside}");
        }
        assert_eq!(page.matches("<svg").count(), usize::from(name != "register"), "{name}");
        assert_eq!(page.matches("<h1>").count(), 1);
        assert_eq!(page.matches("<table").count(), page.matches("<thead>").count());
    }
}

#[test]
fn no_text_becomes_markup() {
    for name in FORMS {
        let mut json = sample(name);
        poison(&mut json);
        let page = html(&form(&json));
        assert_well_formed(&page);
        assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{name}");
        assert!(page.contains("&lt;script&gt;alert('x')&lt;/script&gt;"), "{name}");
        assert_eq!(page.matches("<table").count(), html(&form(&sample(name))).matches("<table").count(), "{name}");
    }
}

#[test]
fn what_is_missing_is_a_dotted_line_and_never_a_word() {
    for name in FORMS {
        let mut json = sample(name);
        forget(&mut json);
        let page = html(&form(&json));
        assert_well_formed(&page);
        assert!(page.contains("class=\"blank\"") || name == "register", "{name}");
        for word in ["None", "null", "Some(", "1970"] {
            assert!(!page.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn many_rows_are_all_printed_under_one_head() {
    let mut json = sample("register");
    let row = json["content"]["rows"][0].clone();
    json["content"]["rows"] = vec![row; 60].into();
    let page = html(&form(&json));
    assert_well_formed(&page);
    assert_eq!(page.matches("H50.12-261121-0001").count(), 60);
    assert_eq!(page.matches("<thead>").count(), 1);
}

#[test]
fn the_set_in_force_is_the_one_taken_unasked() {
    assert_eq!(FormSet::default(), FormSet::Tt03Of2025);
}

/// Makes every text hostile that is not a name of ours, a time or an amount.
fn poison(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let ours = ["form", "set", "kind", "return_method", "result", "currency", "date", "from", "to"];
                if !ours.contains(&key.as_str()) && !key.ends_with("_at") && !key.ends_with("_on") {
                    poison(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(poison),
        Value::String(text) => HOSTILE.clone_into(text),
        _ => {}
    }
}

/// Leaves out what may be left out, and empties what may not.
fn forget(value: &mut Value) {
    let Value::Object(members) = value else { return };
    for (key, member) in members {
        match member {
            Value::Object(_) => forget(member),
            Value::Array(items) => items.clear(),
            Value::String(_) if ["form", "set", "link"].contains(&key.as_str()) => {}
            Value::String(text)
                if ["name", "agency", "receiving_unit", "procedure_name", "reason", "lead_agency"]
                    .contains(&key.as_str()) =>
            {
                text.clear();
            }
            _ => *member = Value::Null,
        }
    }
}
