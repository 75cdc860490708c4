//! An act at the cash desk: who may move money of a dossier, in turn, and what follows for the dossier.

use motcua_db::{Conn, Failure, TxResult, is_unique_violation};
use motcua_journal::{Change, EventKind, Moment, Stamp};
use motcua_kernel::text::is_one_line;
use motcua_kernel::{Actor, Error, FieldError, Result, Role, Text, Uuid};

use super::facts::{PartFacts, PaymentFacts};
use super::owing::fee_facts;
use super::store::{self, ObligationRow, PartRow, PaymentRow};
use crate::dossiers::facts::{DossierFacts, FEES_CHANGED, PAYMENT_CONFIRMED};
use crate::dossiers::rules::{Hand, Party, State};
use crate::dossiers::store::{self as dossier_store, DossierRow, Standing};
use crate::dossiers::{Dossiers, go_on, write_change};

/// An act under way: the dossier, what it owes, and who acts.
pub(super) struct Cashier {
    pub row: DossierRow,
    pub facts: DossierFacts,
    pub obligations: Vec<ObligationRow>,
    pub stamp: Stamp,
}

impl Cashier {
    /// Waits for its turn and reads what the act is about.
    ///
    /// # Errors
    /// `not_found` for callers who may not see the dossier, `dossier.not_yours` for all but receivers of its receiving
    /// agency, `payment.dossier_ended` when it ended without being received.
    pub(super) fn begin(tx: &mut Conn, room: &Dossiers, actor: &Actor, dossier: Uuid) -> TxResult<Self> {
        // Two at once would each see the last đồng still owed.
        dossier_store::hold(tx, actor.tenant, dossier)?;
        let row = dossier_store::load(tx, actor, dossier)?;
        let standing = Standing::of(tx, actor, &row)?;
        let by = standing.right(&[Hand::Officer(Party::Receiving, Role::Receiver)]).ok_or_else(not_yours)?;
        if row.received_at.is_none() && row.ended_at.is_some() {
            return Err(ended().into());
        }
        let stamp = Stamp::of(by, Moment::of(&room.db.clock));
        let facts = dossier_store::facts(&row)?;
        let obligations = store::obligations_of(tx, actor.tenant, dossier)?;
        Ok(Self { row, facts, obligations, stamp })
    }

    /// What the service does by itself about a dossier's money; none when there is no such dossier.
    pub(super) fn by_itself(tx: &mut Conn, room: &Dossiers, tenant: Uuid, dossier: Uuid) -> TxResult<Option<Self>> {
        dossier_store::hold(tx, tenant, dossier)?;
        let Some(row) = dossier_store::load_own(tx, tenant, dossier)? else { return Ok(None) };
        let stamp = Stamp::by_service("procedures", tenant, &room.db.clock);
        let facts = dossier_store::facts(&row)?;
        let obligations = store::obligations_of(tx, tenant, dossier)?;
        Ok(Some(Self { row, facts, obligations, stamp }))
    }

    /// Writes what the act changed of the obligations, and of the dossier: its facts, and that it goes on when all of the
    /// duty it waits for is paid.
    pub(super) fn finish(mut self, tx: &mut Conn, room: &Dossiers) -> TxResult<()> {
        let fees = fee_facts(&self.obligations);
        let confirmed = self.duty_is_paid();
        if fees == self.facts.fees && !confirmed {
            return Ok(());
        }
        self.facts.fees = fees;
        let mut kind = FEES_CHANGED;
        if confirmed {
            go_on(tx, room, &self.stamp, self.stamp.occurred, &mut self.row, &mut self.facts)?;
            kind = PAYMENT_CONFIRMED;
        }
        write_change(tx, &room.journal, &self.stamp, kind, &mut self.row, &mut self.facts)
    }

    fn duty_is_paid(&self) -> bool {
        let wait = self.facts.open_wait_number();
        let mut duty =
            self.obligations.iter().filter(|obligation| obligation.wait.is_some() && obligation.wait == wait);
        let waits = self.facts.state == State::AwaitingPayment;
        waits && duty.clone().next().is_some() && duty.all(|obligation| obligation.balance().due() == 0)
    }

    /// The obligation with an id.
    pub(super) fn obligation(&mut self, id: Uuid) -> Option<&mut ObligationRow> {
        self.obligations.iter_mut().find(|obligation| obligation.id.0 == id)
    }

    /// The facts of an attempt.
    pub(super) fn payment_facts(&self, payment: &PaymentRow, parts: &[PartRow]) -> PaymentFacts {
        payment_facts(&self.facts, &self.row, &self.obligations, payment, parts)
    }

    /// Tells of an attempt.
    pub(super) fn tell(
        &self,
        tx: &mut Conn,
        room: &Dossiers,
        kind: EventKind,
        payment: &PaymentRow,
        facts: &PaymentFacts,
    ) -> TxResult<()> {
        tell(tx, room, &self.stamp, kind, payment, facts)
    }
}

pub(super) fn payment_facts(
    dossier: &DossierFacts,
    row: &DossierRow,
    obligations: &[ObligationRow],
    payment: &PaymentRow,
    parts: &[PartRow],
) -> PaymentFacts {
    let part = |part: &PartRow| {
        let of = obligations.iter().find(|obligation| obligation.id == part.obligation_id);
        PartFacts {
            obligation_id: part.obligation_id.0,
            fee_code: of.and_then(|obligation| obligation.fee_code.clone()),
            kind: of.map(|obligation| obligation.kind.clone()).unwrap_or_default(),
            amount: part.amount,
        }
    };
    PaymentFacts {
        dossier_id: row.id.0,
        procedure_code: row.procedure_code.clone(),
        agency_id: dossier.agencies.receiving.responsible_id,
        method: payment.method.clone(),
        state: payment.state.clone(),
        amount: payment.amount,
        parts: parts.iter().map(part).collect(),
        refunded: None,
        still_owed: None,
        late: false,
    }
}

pub(super) fn tell(
    tx: &mut Conn,
    room: &Dossiers,
    stamp: &Stamp,
    kind: EventKind,
    payment: &PaymentRow,
    facts: &PaymentFacts,
) -> TxResult<()> {
    let data = serde_json::to_value(facts).map_err(Error::internal)?;
    let change = Change { kind, subject: payment.id.0, version: payment.version, data: &data };
    room.journal.record(tx, stamp, &change)?;
    Ok(())
}

/// A transaction reference that another payment has.
pub(super) fn reference_taken(failure: Failure) -> Failure {
    match failure {
        Failure::Database(error) if is_unique_violation(&error) => Error::conflict(
            "payment.reference_taken",
            "Mã giao dịch này đã được ghi nhận cho một lần thanh toán khác.",
            "This transaction reference was recorded for another payment.",
        )
        .into(),
        other => other,
    }
}

/// A text of one line, when there is one.
pub(super) fn line_fault(pointer: &str, text: Option<&str>, most: usize) -> Option<FieldError> {
    let wrong = text.is_some_and(|text| !is_one_line(text) || text.chars().count() > most);
    wrong.then(|| {
        let message = Text::new(
            format!("Cần từ 1 đến {most} ký tự, trên một dòng."),
            format!("Must have 1 to {most} characters, on one line."),
        );
        FieldError::new(pointer, "text.one_line", message)
    })
}

/// What people wrote about money of a dossier may name a person, so it is sealed.
pub(super) fn seal(room: &Dossiers, what: &str, id: Uuid, text: &str) -> Result<Vec<u8>> {
    room.db.vault.seal(&format!("payments.{what}:{id}"), text.trim().as_bytes())
}

/// What [`seal`] has sealed.
pub(super) fn open(room: &Dossiers, what: &str, id: Uuid, sealed: &[u8]) -> Result<String> {
    let plain = room.db.vault.open(&format!("payments.{what}:{id}"), sealed)?;
    String::from_utf8(plain).map_err(Error::internal)
}

fn not_yours() -> Error {
    Error::forbidden(
        "dossier.not_yours",
        "Chỉ cán bộ tiếp nhận của bộ phận một cửa ghi nhận việc thu tiền của hồ sơ.",
        "Only a receiver of the desk that received the dossier records money for it.",
    )
}

fn ended() -> Error {
    Error::conflict(
        "payment.dossier_ended",
        "Hồ sơ đã kết thúc mà chưa được tiếp nhận nên không phải nộp tiền.",
        "The dossier ended without being received, so nothing is owed.",
    )
}
