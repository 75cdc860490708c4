//! How a score came about: what goes in, step by step, and how it is rounded.

use std::sync::Arc;

use motcua_kernel::{Actor, Error, Result, Text};

use super::Scores;
use super::context::{Context, Subject, admit};
use super::figures::figures;
use super::question::Question;
use super::scorecard::shown;
use super::view::{ExplainedInput, ExplainedStep, Explanation, VariantReference};
use crate::definitions::Definitions;
use crate::definitions::model::{Indicator, Method, Variant};
use crate::definitions::rules::score::Figures;
use crate::definitions::words;

/// How the score of an indicator came about.
///
/// # Errors
/// Those of a scorecard, and `indicator.unknown` for one that the set has not or that does not apply to the agency.
pub(super) async fn explain(
    room: &Scores,
    actor: Arc<Actor>,
    asked: Question,
    indicator: String,
) -> Result<Explanation> {
    admit(&actor)?;
    let own = room.clone();
    room.db
        .read_snapshot("score_explanation", move |conn| {
            let context = Context::of(conn, &own, actor.tenant, &asked, asked.with_below)?;
            let subject = context.subject(conn, &actor, &asked.agency)?;
            let found = figures(conn, &own, &context, std::slice::from_ref(&subject))?;
            let (figures, _) = found.into_iter().next().ok_or_else(|| Error::internal("an agency without figures"))?;
            let definition_sha256 = Definitions::sha256(conn, context.tenant, context.version)?;
            Ok(context.explained(&subject, &figures, &indicator, definition_sha256)?)
        })
        .await
}

impl Context {
    fn explained(
        &self,
        subject: &Subject,
        figures: &Figures,
        code: &str,
        definition_sha256: String,
    ) -> Result<Explanation> {
        let score = self.score(figures, subject);
        let scored = score.indicators.iter().find(|one| one.code == code).ok_or_else(|| self.no_indicator(code))?;
        let indicator = self.set.indicators.iter().find(|one| one.code == code);
        let indicator = indicator.ok_or_else(|| self.no_indicator(code))?;
        let variant = indicator.variant(&scored.variant).ok_or_else(|| self.no_indicator(code))?;
        let source = variant.source.as_ref().or(indicator.source.as_ref()).unwrap_or(&self.set.source);
        let decimals = indicator.decimals;
        Ok(Explanation {
            context: self.shown(),
            agency: subject.agency.clone(),
            indicator: shown(indicator, &scored.variant, &scored.score),
            definition_sha256,
            source: source.clone(),
            rule: words::rule(&variant.method, &indicator.maximum),
            variants: others(indicator, variant),
            inputs: names_of(&variant.method).iter().map(|name| self.input(subject, figures, name)).collect(),
            steps: scored
                .score
                .steps
                .iter()
                .map(|said| ExplainedStep {
                    text: said.text.clone(),
                    result: said.result.as_ref().map(ToString::to_string),
                })
                .collect(),
            exact_points: scored.score.points.as_ref().map(ToString::to_string),
            rounding: Text::new(
                format!("Làm tròn một lần ở bước cuối, {decimals} chữ số thập phân, nửa thì làm tròn lên."),
                format!("Rounded once, at the end, to {decimals} decimals, halves up."),
            ),
        })
    }

    fn no_indicator(&self, code: &str) -> Error {
        let set = &self.set.code;
        Error::malformed(
            "indicator.unknown",
            format!("Bộ chỉ số {set} không có chỉ tiêu `{code}` áp dụng cho cơ quan này trong kỳ."),
            format!("The set {set} has no indicator `{code}` that applies to this agency in the period."),
        )
        .with("parameter", "indicator")
    }

    fn input(&self, subject: &Subject, figures: &Figures, name: &str) -> ExplainedInput {
        let value = figures.numbers.get(name).map(ToString::to_string);
        if let Some(measure) = self.set.measures.iter().find(|measure| measure.code == name) {
            return ExplainedInput {
                name: name.to_owned(),
                text: measure.name.clone(),
                value,
                when: measure.when.as_ref().map(|filter| filter.source().to_owned()),
                records: Some(self.records_path(subject, name)),
            };
        }
        let code = name.strip_prefix("element.").unwrap_or(name);
        let element = self.set.elements.iter().find(|element| element.code == code);
        let said = figures.words.get(code).cloned();
        let answer = figures.answers.get(code).map(|yes| if *yes { "yes" } else { "no" }.to_owned());
        ExplainedInput {
            name: format!("element.{code}"),
            text: element.map_or_else(|| Text::new(code, code), |element| element.name.clone()),
            value: value
                .or_else(|| figures.numbers.get(&format!("element.{code}")).map(ToString::to_string))
                .or(said)
                .or(answer),
            when: None,
            records: None,
        }
    }

    /// Where the records behind a measure are listed.
    pub(super) fn records_path(&self, subject: &Subject, measure: &str) -> String {
        let under = if self.with_below { "under:" } else { "" };
        format!(
            "/v1/scores/records?set={}&period={}&agency={under}{}&structure={}&measure={measure}&part=counted",
            self.set.code,
            self.when.period,
            subject.agency.id,
            self.structure.text(),
        )
    }
}

fn others(indicator: &Indicator, used: &Variant) -> Vec<VariantReference> {
    let others = indicator.variants.iter().filter(|variant| variant.code != used.code);
    others.map(|variant| VariantReference { code: variant.code.clone(), name: variant.name.clone() }).collect()
}

/// What a method is made of.
pub(crate) fn names_of(method: &Method) -> Vec<String> {
    let mut names: Vec<String> = match method {
        Method::NotMeasured(_) | Method::Sum(_) => Vec::new(),
        Method::Ratio(method) => method.numerator.names().iter().chain(method.denominator.names()).cloned().collect(),
        Method::Value { value, .. } => value.names().to_vec(),
        Method::Tiers { element, .. } | Method::YesNo { element } => vec![element.clone()],
        Method::Composite(parts) => parts.iter().map(|part| part.element.clone()).collect(),
    };
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}
