//! Channels, terms and fees.

use std::collections::BTreeSet;

use super::{Faults, audiences};
use crate::catalogue::content::{ChannelRule, Fee};
use crate::payments::rules::MOST;

/// What a fee may be.
const KINDS: [&str; 3] = ["fee", "charge", "other"];

pub(super) fn contradictions(faults: &mut Faults, channels: &[ChannelRule]) {
    let mut seen = BTreeSet::new();
    let audiences = audiences();
    for (at, rule) in channels.iter().enumerate() {
        if !seen.insert(rule.channel) {
            faults.repeated(format!("/channels/{at}/channel"));
        }
        if let Some(term) = rule.term {
            faults.term(&format!("/channels/{at}/term"), term);
        }
        if let Some(clock) = &rule.clock {
            if Some(clock.term) != rule.term {
                let (vi, en) = (
                    "Quy tắc tính thời hạn có thời hạn khác với kênh.",
                    "The clock has another term than its channel.",
                );
                faults.add(format!("/channels/{at}/clock/term"), "clock.other_term", vi, en);
            }
            for fault in clock.faults() {
                faults.add(format!("/channels/{at}/clock{}", fault.pointer), fault.code, fault.vi, fault.en);
            }
        }
        if rule.fee_statement.as_deref() == Some("free") && rule.fees.iter().any(|fee| fee.amount > 0) {
            let (vi, en) = ("Vừa miễn phí vừa có mức thu.", "Free of charge, and yet with an amount.");
            faults.add(format!("/channels/{at}/fee_statement"), "fee.free_and_charged", vi, en);
        }
        for (fee_at, one) in rule.fees.iter().enumerate() {
            fee(faults, &format!("/channels/{at}/fees/{fee_at}"), one, &audiences);
        }
    }
}

fn fee(faults: &mut Faults, pointer: &str, fee: &Fee, audiences: &[String]) {
    faults.word(format!("{pointer}/kind"), &fee.kind, KINDS.into_iter());
    if fee.amount < 0 {
        faults.add(format!("{pointer}/amount"), "minimum", "Không nhỏ hơn 0.", "Not below 0.");
    } else if fee.amount > MOST {
        faults.add(format!("{pointer}/amount"), "maximum", "Nhiều nhất 10^15 đồng.", "At most 10^15 VND.");
    }
    if let (Some(from), Some(to)) = (fee.valid_from, fee.valid_to)
        && to <= from
    {
        let (vi, en) = ("Ngày hết hạn phải sau ngày bắt đầu.", "The last day must come after the first.");
        faults.add(format!("{pointer}/valid_to"), "fee.no_day", vi, en);
    }
    faults.words(&format!("{pointer}/applicants"), &fee.applicants, &audiences.iter().map(String::as_str));
    let mut places = BTreeSet::new();
    for (at, place) in fee.places.iter().enumerate() {
        if place.is_empty() {
            faults.required(format!("{pointer}/places/{at}"));
        } else if !places.insert(place) {
            faults.repeated(format!("{pointer}/places/{at}"));
        }
    }
    let mut codes = BTreeSet::new();
    for (at, reduction) in fee.reductions.iter().enumerate() {
        let pointer = format!("{pointer}/reductions/{at}");
        faults.name(format!("{pointer}/code"), &reduction.code);
        faults.name(format!("{pointer}/name"), &reduction.name);
        faults.name(format!("{pointer}/legal_basis"), &reduction.legal_basis);
        if !reduction.code.is_empty() && !codes.insert(&reduction.code) {
            faults.repeated(format!("{pointer}/code"));
        }
        if !(1..=100).contains(&reduction.percent) {
            faults.add(format!("{pointer}/percent"), "range", "Từ 1 đến 100.", "From 1 to 100.");
        }
    }
}

pub(super) fn gaps(faults: &mut Faults, channels: &[ChannelRule]) {
    for (at, rule) in channels.iter().enumerate() {
        if rule.term.is_none() {
            faults.required(format!("/channels/{at}/term"));
        }
    }
}
