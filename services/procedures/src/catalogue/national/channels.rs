//! Ways to submit (cách thức thực hiện): the rows, and the three flags that say which ways there are.

use serde_json::Value;

use super::{
    clean,
    fee::{self, FeeCell, FeeStatement},
    notes::Notes,
    procedure::{Channel, ChannelKind},
    record::RawChannel,
    term::{self, TermCells},
    warning::WarningCode,
};

/// The members of a line that say yes or no to a way.
pub(super) struct ChannelFlags<'line> {
    pub in_person: &'line Value,
    pub online: &'line Value,
    pub post: &'line Value,
}

/// Reads all ways to submit.
pub(super) fn read(notes: &mut Notes, rows: &[(String, RawChannel)], flags: &ChannelFlags<'_>) -> Vec<Channel> {
    let mut channels: Vec<Channel> = Vec::with_capacity(rows.len());
    let mut places: Vec<&str> = Vec::with_capacity(rows.len());
    for (index, (place, row)) in rows.iter().enumerate() {
        if rows.iter().take(index).any(|(_, earlier)| earlier == row) {
            notes.add(WarningCode::ChannelDuplicate, place, row.channel.as_str());
            continue;
        }
        channels.push(read_row(notes, place, row));
        places.push(place);
    }
    report_several_rows(notes, &channels, &places);
    compare_with_flags(notes, flags, &places, &mut channels);
    if channels.is_empty() {
        notes.add(WarningCode::ChannelNone, "/channels", None);
    }
    channels
}

/// Points at the second row of a way, with the terms of all its rows.
fn report_several_rows(notes: &mut Notes, channels: &[Channel], places: &[&str]) {
    for kind in [ChannelKind::InPerson, ChannelKind::Online, ChannelKind::Post, ChannelKind::Other] {
        let rows: Vec<_> = channels.iter().zip(places).filter(|(channel, _)| channel.kind == kind).collect();
        if let [_, (_, second), ..] = rows.as_slice() {
            let terms: Vec<&str> = rows.iter().map(|(channel, _)| channel.term_raw.as_deref().unwrap_or("?")).collect();
            notes.add(WarningCode::ChannelSeveralTerms, second, Some(&terms.join(" | ")));
        }
    }
}

fn read_row(notes: &mut Notes, place: &str, row: &RawChannel) -> Channel {
    let kind_raw = clean::line(notes, &format!("{place}/channel"), &row.channel);
    let kind = kind_raw.as_deref().and_then(kind_of).unwrap_or(ChannelKind::Other);
    if kind == ChannelKind::Other {
        notes.add(WarningCode::ChannelUnknown, &format!("{place}/channel"), kind_raw.as_deref());
    }
    let term_raw = clean::line(notes, &format!("{place}/time_raw"), &row.time_raw);
    let unit = clean::line(notes, &format!("{place}/time_unit"), &row.time_unit);
    let value = match &row.time_value {
        Value::Number(number) => Some(number.to_string()),
        other => clean::line(notes, &format!("{place}/time_value"), other),
    };
    let cell = clean::paragraphs(notes, &format!("{place}/fee_and_note"), &row.fee_and_note);
    let joined_with_fee = match (&term_raw, &cell) {
        (Some(term), Some(cell)) => fee::joined_with_term(term, cell),
        _ => false,
    };
    let term_cells = TermCells {
        raw: term_raw.as_deref(),
        value: value.as_deref(),
        unit: unit.as_deref(),
        fee_cell: cell.as_deref(),
        joined_with_fee,
    };
    let term = term::read(notes, place, &term_cells);
    if term.is_some_and(|term| term.for_clock().is_none()) {
        notes.add(WarningCode::TermNotCountable, &format!("{place}/time_raw"), term_cells.as_written().as_deref());
    }
    let term_raw = term_cells.as_written();
    let mut found = fee::take_apart(cell.as_deref().unwrap_or_default());
    if joined_with_fee {
        notes.add(WarningCode::FeeJoinedWithTerm, &format!("{place}/fee_and_note"), cell.as_deref());
        found.fees.clear();
    }
    report_fee(notes, place, row, &found, cell.as_deref(), joined_with_fee);
    let amounts_in_text = amounts_in_text(notes, place, row, &found, cell.as_deref().unwrap_or_default());
    Channel {
        kind,
        kind_raw: kind_raw.filter(|_| kind == ChannelKind::Other),
        term,
        term_raw,
        fee_statement: found.statement,
        fees: found.fees,
        fee_note: found.note.map(str::to_owned),
        amounts_in_text,
        description: found.description.map(str::to_owned),
    }
}

fn kind_of(name: &str) -> Option<ChannelKind> {
    match name.to_lowercase().as_str() {
        "trực tiếp" => Some(ChannelKind::InPerson),
        "trực tuyến" => Some(ChannelKind::Online),
        "dịch vụ bưu chính" | "bưu chính công ích" | "dịch vụ bưu chính công ích" => {
            Some(ChannelKind::Post)
        }
        _ => None,
    }
}

fn report_fee(
    notes: &mut Notes,
    place: &str,
    row: &RawChannel,
    found: &FeeCell<'_>,
    cell: Option<&str>,
    joined_with_term: bool,
) {
    let pointer = format!("{place}/fee_and_note");
    let kind_pointer = format!("{place}/fee_kind");
    let label = clean::line(notes, &kind_pointer, &row.fee_kind);
    let labelled = match label.as_deref().map(str::to_lowercase).as_deref() {
        None => None,
        Some("miễn phí") => Some(FeeStatement::Free),
        Some("có phí") => Some(FeeStatement::Charged),
        Some("không có thông tin") => Some(FeeStatement::NotStated),
        Some(_) => {
            notes.add(WarningCode::FeeKindUnknown, &kind_pointer, label.as_deref());
            None
        }
    };
    if labelled.is_some_and(|labelled| labelled != found.statement) {
        notes.add(WarningCode::FeeKindContradicted, &kind_pointer, label.as_deref());
    }
    match (found.statement, labelled) {
        (FeeStatement::NotStated, Some(FeeStatement::NotStated)) => {
            notes.add(WarningCode::FeeNoInformation, &kind_pointer, None);
        }
        (FeeStatement::NotStated, _) if !found.faults.contains(&WarningCode::FeeUnreadable) => {
            notes.add(WarningCode::FeeMissing, &pointer, None);
        }
        (FeeStatement::Free, _) if found.note.is_some_and(|note| note.contains("Hội đồng nhân dân")) => {
            notes.add(WarningCode::FeeFreeSetLocally, &pointer, found.note);
        }
        _ => {}
    }
    if !joined_with_term {
        for fault in &found.faults {
            notes.add(*fault, &pointer, cell);
        }
    }
}

/// Amounts that an earlier reader found anywhere in the cell, without those stated at its head.
fn amounts_in_text(notes: &mut Notes, place: &str, row: &RawChannel, found: &FeeCell<'_>, cell: &str) -> Vec<i64> {
    let pointer = format!("{place}/fee_amounts_vnd");
    let listed = match &row.fee_amounts_vnd {
        Value::Null => return Vec::new(),
        Value::Array(listed) => listed,
        other => {
            notes.add(WarningCode::RecordWrongType, &pointer, Some(&other.to_string()));
            return Vec::new();
        }
    };
    let mut amounts = Vec::new();
    for value in listed {
        let Some(amount) = value.as_i64().filter(|amount| *amount >= 0) else {
            notes.add(WarningCode::RecordWrongType, &pointer, Some(&value.to_string()));
            continue;
        };
        if amount == 0 || found.stated.contains(&amount) || amounts.contains(&amount) {
            continue;
        }
        if fee::is_only_a_year(amount, cell) {
            notes.add(WarningCode::FeeAmountIsYear, &pointer, Some(&amount.to_string()));
            continue;
        }
        if !fee::is_written_in(amount, cell) {
            notes.add(WarningCode::FeeAmountNotInText, &pointer, Some(&amount.to_string()));
            continue;
        }
        amounts.push(amount);
    }
    if !amounts.is_empty() {
        let free = found.statement == FeeStatement::Free;
        let code = if free { WarningCode::FeeFreeWithAmounts } else { WarningCode::FeeAmountsInText };
        let listed: Vec<String> = amounts.iter().map(i64::to_string).collect();
        notes.add(code, &pointer, Some(&listed.join(", ")));
    }
    amounts
}

fn compare_with_flags(notes: &mut Notes, flags: &ChannelFlags<'_>, places: &[&str], channels: &mut Vec<Channel>) {
    for (kind, name, flag) in [
        (ChannelKind::InPerson, "in_person_channel", flags.in_person),
        (ChannelKind::Online, "online_channel", flags.online),
        (ChannelKind::Post, "postal_channel", flags.post),
    ] {
        let first_row = channels.iter().zip(places).find(|(channel, _)| channel.kind == kind).map(|(_, place)| *place);
        let listed = match flag {
            Value::Bool(listed) => Some(*listed),
            Value::String(text) if text.trim().eq_ignore_ascii_case("yes") => Some(true),
            Value::String(text) if text.trim().eq_ignore_ascii_case("no") => Some(false),
            Value::Null => None,
            other => {
                notes.add(WarningCode::ChannelFlagUnreadable, &format!("/{name}"), Some(&other.to_string()));
                None
            }
        };
        match (listed, first_row) {
            (Some(true), None) => {
                notes.add(WarningCode::ChannelListedWithoutRow, &format!("/{name}"), None);
                channels.push(Channel {
                    kind,
                    kind_raw: None,
                    term: None,
                    term_raw: None,
                    fee_statement: FeeStatement::NotStated,
                    fees: Vec::new(),
                    fee_note: None,
                    amounts_in_text: Vec::new(),
                    description: None,
                });
            }
            (Some(false), Some(place)) => notes.add(WarningCode::ChannelRowNotListed, place, Some(name)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::{fee::FeeKind, term::TermUnit},
        *,
    };

    fn read_json(rows: &Value, flags: [&str; 3]) -> (Vec<Channel>, Vec<String>) {
        let mut notes = Notes::default();
        let rows: Vec<RawChannel> = serde_json::from_value(rows.clone()).expect("rows");
        let rows: Vec<_> =
            rows.into_iter().enumerate().map(|(index, row)| (format!("/channels/{index}"), row)).collect();
        let [in_person, online, post] = flags.map(|flag| json!(flag));
        let flags = ChannelFlags { in_person: &in_person, online: &online, post: &post };
        let channels = read(&mut notes, &rows, &flags);
        (channels, notes.into_warnings().into_iter().map(|warning| warning.code.into_owned()).collect())
    }

    fn row(term: &str, fee_kind: &str, amounts: &[i64], cell: &str) -> Value {
        json!({"channel": "Trực tiếp", "time_raw": term, "time_value": null, "time_unit": "", "fee_kind": fee_kind,
            "fee_amounts_vnd": amounts, "fee_and_note": cell})
    }

    fn read_one(row: &Value) -> (Channel, Vec<String>) {
        let (mut channels, codes) = read_json(&json!([row]), ["yes", "no", "no"]);
        (channels.remove(0), codes)
    }

    #[test]
    fn a_whole_row_is_read_without_a_warning() {
        let cell = "50,000 Việt Nam Đồng(50.000 đồng/lần)Nộp tại quầy";
        let (channel, codes) = read_one(&row("5 Ngày làm việc", "có phí", &[50_000, 50_000], cell));
        assert_eq!(codes, Vec::<String>::new());
        assert_eq!(channel.kind, ChannelKind::InPerson);
        let term = channel.term.expect("a term");
        assert_eq!((term.count.whole(), term.unit), (Some(5), TermUnit::WorkingDay));
        assert_eq!(
            channel.fees.iter().map(|fee| (fee.kind, fee.amount)).collect::<Vec<_>>(),
            [(FeeKind::Unspecified, 50_000)]
        );
        assert_eq!(channel.description.as_deref(), Some("Nộp tại quầy"));
        assert_eq!(channel.amounts_in_text, Vec::<i64>::new());
    }

    #[test]
    fn a_term_that_ran_into_the_fee_gives_neither_term_nor_amount_and_loses_no_text() {
        let (channel, codes) = read_one(&row("140", "có phí", &[], "140,000 Việt Nam Đồng(xe trên 10 chỗ)"));
        assert_eq!((channel.term, channel.fees), (None, vec![]));
        assert_eq!(channel.fee_statement, FeeStatement::Charged);
        assert_eq!(channel.fee_note.as_deref(), Some("140,000 Việt Nam Đồng(xe trên 10 chỗ)"));
        assert_eq!(codes, ["term.joined_with_fee", "fee.joined_with_term"]);
    }

    #[test]
    fn an_amount_that_only_the_text_names_is_no_stated_fee() {
        let (channel, codes) = read_one(&row("5 Ngày", "có phí", &[5_000, 7_000], "5,000 VNĐ(trực tuyến 7.000 đồng)"));
        assert_eq!(channel.fees.len(), 1);
        assert_eq!(channel.amounts_in_text, [7_000]);
        assert_eq!(codes, ["fee.amounts_in_text"]);
    }

    #[test]
    fn free_of_charge_with_amounts_in_the_text_contradicts_itself() {
        let (channel, codes) = read_one(&row("5 Ngày", "miễn phí", &[50_000], "Miễn phí(Dưới 5 tấn: 50.000 đồng)"));
        assert_eq!((channel.fee_statement, channel.amounts_in_text), (FeeStatement::Free, vec![50_000]));
        assert_eq!(codes, ["fee.free_with_amounts"]);
    }

    #[test]
    fn free_of_charge_that_leaves_the_fee_to_the_province_contradicts_itself() {
        let (_, codes) =
            read_one(&row("5 Ngày", "miễn phí", &[], "Miễn phí(Theo quy định của Hội đồng nhân dân cấp tỉnh)"));
        assert_eq!(codes, ["fee.free_set_locally"]);
    }

    #[test]
    fn amounts_that_are_years_or_stand_nowhere_in_the_text_are_left_out() {
        let cell = "Phí : Theo Thông tư số 249/2016/TT-BTC năm 2016 Đồng";
        let (channel, codes) = read_one(&row("5 Ngày", "có phí", &[2_016, 99_000], cell));
        assert_eq!(channel.amounts_in_text, Vec::<i64>::new());
        assert_eq!(codes, ["fee.unreadable", "fee.amount_is_year", "fee.amount_not_in_text"]);
    }

    #[test]
    fn a_kind_of_fee_that_the_cell_does_not_bear_out_is_reported_and_the_cell_is_used() {
        let (channel, codes) = read_one(&row("5 Ngày", "có phí", &[], "Miễn phí"));
        assert_eq!(channel.fee_statement, FeeStatement::Free);
        assert_eq!(codes, ["fee.kind_contradicted"]);
        assert_eq!(read_one(&row("5 Ngày", "phí khác", &[], "Miễn phí")).1, ["fee.kind_unknown"]);
    }

    #[test]
    fn nothing_said_about_the_fee_is_not_free_of_charge() {
        let (channel, codes) = read_one(&row("5 Ngày", "không có thông tin", &[], ""));
        assert_eq!((channel.fee_statement, codes), (FeeStatement::NotStated, vec!["fee.no_information".to_owned()]));
        let (channel, codes) = read_one(&row("5 Ngày", "", &[], ""));
        assert_eq!((channel.fee_statement, codes), (FeeStatement::NotStated, vec!["fee.missing".to_owned()]));
    }

    #[test]
    fn a_way_said_to_exist_without_a_row_gets_an_empty_row() {
        let (channels, codes) = read_json(&json!([row("5 Ngày", "miễn phí", &[], "Miễn phí")]), ["yes", "yes", "no"]);
        assert_eq!(
            channels.iter().map(|channel| channel.kind).collect::<Vec<_>>(),
            [ChannelKind::InPerson, ChannelKind::Online]
        );
        assert_eq!(channels[1].term, None);
        assert_eq!(codes, ["channel.listed_without_row"]);
    }

    #[test]
    fn a_row_of_a_way_said_not_to_exist_is_kept() {
        let (channels, codes) = read_json(&json!([row("5 Ngày", "miễn phí", &[], "Miễn phí")]), ["no", "no", "no"]);
        assert_eq!(channels.len(), 1);
        assert_eq!(codes, ["channel.row_not_listed"]);
    }

    #[test]
    fn an_unreadable_flag_and_an_unknown_way_are_reported() {
        let mut unknown = row("5 Ngày", "miễn phí", &[], "Miễn phí");
        unknown["channel"] = json!("Qua fax");
        let (channels, codes) = read_json(&json!([unknown]), ["maybe", "no", "no"]);
        assert_eq!((channels[0].kind, channels[0].kind_raw.as_deref()), (ChannelKind::Other, Some("Qua fax")));
        assert_eq!(codes, ["channel.unknown", "channel.flag_unreadable"]);
    }

    #[test]
    fn identical_rows_are_merged_and_different_terms_of_one_way_are_kept_and_reported() {
        let short = row("5 Ngày", "miễn phí", &[], "Miễn phí");
        let long = row("30 Ngày", "miễn phí", &[], "Miễn phí");
        let (channels, codes) = read_json(&json!([short, short, long]), ["yes", "no", "no"]);
        assert_eq!(channels.len(), 2);
        assert_eq!(codes, ["channel.duplicate", "channel.several_terms"]);
    }

    #[test]
    fn no_way_to_submit_is_reported() {
        assert_eq!(read_json(&json!([]), ["no", "no", "no"]).1, ["channel.none"]);
    }
}
