//! Data elements as they are stored.

use diesel::prelude::*;
use motcua_db::sql::{At, Id, Json};
use motcua_db::{Conn, MultiBackend, TxResult};
use motcua_kernel::{Error, PageRequest, Result, Uuid};
use serde::de::DeserializeOwned;

use super::super::http::definitions::{Choice, ElementRule};
use super::super::rules::entry::{Bounds, ElementKind};
use super::super::rules::number::Number;
use super::super::rules::outlier::OutlierRule;
use crate::periods::PeriodKind;

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use motcua_db::sql::{Document, Instant, Uid};
    data_elements (tenant_id, id) {
        tenant_id -> Uid,
        id -> Uid,
        code -> Text,
        name_vi -> Text,
        name_en -> Text,
        unit -> Text,
        kind -> Text,
        decimals -> Integer,
        minimum -> Nullable<Text>,
        maximum -> Nullable<Text>,
        choices -> Document,
        period_kind -> Text,
        agency_kinds -> Document,
        needs_evidence -> Bool,
        legal_source -> Text,
        rules -> Document,
        outliers -> Document,
        defined_at -> Instant,
        version -> BigInt,
    }
}

/// A data element (số liệu nhập), as it is stored.
#[derive(Debug, Clone, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(
    table_name = data_elements,
    primary_key(tenant_id, id),
    treat_none_as_null = true,
    treat_none_as_default_value = false
)]
pub(crate) struct ElementRow {
    pub tenant_id: Id,
    pub id: Id,
    pub code: String,
    pub name_vi: String,
    pub name_en: String,
    pub unit: String,
    pub kind: String,
    pub decimals: i32,
    pub minimum: Option<String>,
    pub maximum: Option<String>,
    pub choices: Json,
    pub period_kind: String,
    pub agency_kinds: Json,
    pub needs_evidence: bool,
    pub legal_source: String,
    pub rules: Json,
    pub outliers: Json,
    pub defined_at: At,
    pub version: i64,
}

impl ElementRow {
    pub(crate) fn kind(&self) -> Result<ElementKind> {
        read(serde_json::Value::from(self.kind.as_str()))
    }

    pub(crate) fn period_kind(&self) -> Result<PeriodKind> {
        self.period_kind.parse().map_err(|()| Error::internal(format!("a period kind `{}`", self.period_kind)))
    }

    pub(crate) fn choices(&self) -> Result<Vec<Choice>> {
        read(self.choices.0.clone())
    }

    pub(crate) fn agency_kinds(&self) -> Result<Vec<motcua_agencies::AgencyKind>> {
        read(self.agency_kinds.0.clone())
    }

    pub(crate) fn rules(&self) -> Result<Vec<ElementRule>> {
        read(self.rules.0.clone())
    }

    pub(crate) fn outliers(&self) -> Result<OutlierRule> {
        read(self.outliers.0.clone())
    }

    /// What its values are held against.
    pub(crate) fn bounds(&self) -> Result<Bounds> {
        let number = |text: &Option<String>| -> Result<Option<Number>> {
            let read = text.as_deref().map(str::parse::<Number>).transpose();
            read.map_err(|fault| Error::internal(format!("a bound of {}: {fault:?}", self.code)))
        };
        Ok(Bounds {
            kind: self.kind()?,
            decimals: u8::try_from(self.decimals).map_err(Error::internal)?,
            minimum: number(&self.minimum)?,
            maximum: number(&self.maximum)?,
            choices: self.choices()?.into_iter().map(|choice| choice.code).collect(),
        })
    }
}

fn read<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}

/// One element by id.
pub(crate) fn find(conn: &mut Conn, tenant: Uuid, id: Uuid) -> TxResult<Option<ElementRow>> {
    let own = data_elements::tenant_id.eq(Id(tenant)).and(data_elements::id.eq(Id(id)));
    Ok(data_elements::table.filter(own).first(conn).optional()?)
}

/// One element by code or id.
pub(crate) fn named(conn: &mut Conn, tenant: Uuid, reference: &str) -> TxResult<Option<ElementRow>> {
    if let Ok(id) = reference.parse::<Uuid>() {
        return find(conn, tenant, id);
    }
    let own = data_elements::tenant_id.eq(Id(tenant)).and(data_elements::code.eq(reference));
    Ok(data_elements::table.filter(own).first(conn).optional()?)
}

/// Every element: there are hundreds, not more.
pub(crate) fn all(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<ElementRow>> {
    Ok(data_elements::table.filter(data_elements::tenant_id.eq(Id(tenant))).order(data_elements::code).load(conn)?)
}

/// The elements with these codes.
pub(crate) fn with_codes(conn: &mut Conn, tenant: Uuid, codes: &[&str]) -> TxResult<Vec<ElementRow>> {
    let own = data_elements::tenant_id.eq(Id(tenant)).and(data_elements::code.eq_any(codes.to_vec()));
    Ok(data_elements::table.filter(own).load(conn)?)
}

/// A page in the order of the codes.
pub(crate) fn page(
    conn: &mut Conn,
    tenant: Uuid,
    period_kind: Option<&str>,
    after: Option<&str>,
    request: &PageRequest,
) -> TxResult<(Vec<ElementRow>, Option<i64>)> {
    let narrowed = || {
        let mut query =
            data_elements::table.filter(data_elements::tenant_id.eq(Id(tenant))).into_boxed::<MultiBackend>();
        if let Some(kind) = period_kind {
            query = query.filter(data_elements::period_kind.eq(kind.to_owned()));
        }
        query
    };
    let mut query = narrowed();
    if let Some(after) = after {
        query = query.filter(data_elements::code.gt(after.to_owned()));
    }
    let rows = query.order(data_elements::code).limit(request.fetch()).load(conn)?;
    let count = if request.count { Some(narrowed().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

pub(crate) fn insert(tx: &mut Conn, row: &ElementRow) -> TxResult<()> {
    diesel::insert_into(data_elements::table).values(row.clone()).execute(tx)?;
    Ok(())
}

/// Writes an element at the version before; false when it has changed meanwhile.
pub(crate) fn update(tx: &mut Conn, row: &ElementRow) -> TxResult<bool> {
    let key = data_elements::tenant_id.eq(row.tenant_id.clone()).and(data_elements::id.eq(row.id.clone()));
    let at = data_elements::table.filter(key).filter(data_elements::version.eq(row.version - 1));
    Ok(diesel::update(at).set(row.clone()).execute(tx)? == 1)
}
