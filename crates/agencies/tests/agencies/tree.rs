use std::collections::BTreeMap;

use diesel::prelude::*;
use motcua_agencies::agency_tree;
use motcua_db::sql::Id;
use motcua_testkit::on_both_databases;

use super::*;

fn pairs(conn: &mut Conn, tenant: Uuid) -> TxResult<Vec<(Uuid, Uuid)>> {
    let rows: Vec<(Id, Id)> = agency_tree::table
        .select((agency_tree::ancestor_id, agency_tree::descendant_id))
        .filter(agency_tree::tenant_id.eq(Id(tenant)))
        .load(conn)?;
    let mut pairs: Vec<_> = rows.into_iter().map(|(upper, lower)| (upper.0, lower.0)).collect();
    pairs.sort();
    Ok(pairs)
}

/// The pairs that walking up from every agency gives.
fn walked(parents: &BTreeMap<Uuid, Option<Uuid>>) -> Vec<(Uuid, Uuid)> {
    let mut pairs = Vec::new();
    for lower in parents.keys() {
        let mut at = Some(*lower);
        while let Some(upper) = at {
            pairs.push((upper, *lower));
            at = parents.get(&upper).copied().flatten();
        }
    }
    pairs.sort();
    pairs
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

on_both_databases! {
    async fn whatever_is_moved_where_the_pairs_are_what_walking_up_gives(database) {
        let db = open(database);
        for seed in 0..12 {
            let tenant = new_id();
            db.write("moves", move |tx| {
                let mut numbers = Numbers(seed);
                let mut records: Vec<AgencyRecord> = (0..9).map(|n| agency(&format!("H50.{n:02}"), None, "2025-07-01", None)).collect();
                let mut parents: BTreeMap<Uuid, Option<Uuid>> = BTreeMap::new();
                for step in 0..60 {
                    let (at, above) = (numbers.below(records.len()), numbers.below(records.len() + 1));
                    let parent = records.get(above).map(|record| record.id);
                    let record = &mut records[at];
                    record.parent_id = parent;
                    record.version = step + 1;
                    let mut line = Vec::new();
                    let mut next = parent;
                    while let Some(id) = next {
                        line.push(id);
                        next = parents.get(&id).copied().flatten();
                    }
                    if line.contains(&record.id) {
                        // Refused before anything is written, so the transaction may go on.
                        let refused = put_agency(tx, tenant, record);
                        assert!(matches!(refused, Err(motcua_db::Failure::Refused(error)) if error.code == "agency.circle"));
                    } else {
                        put_agency(tx, tenant, record)?;
                        parents.insert(record.id, parent);
                    }
                    // A parent nobody has told of yet stands in pairs all the same.
                    assert_eq!(pairs(tx, tenant)?, walked(&parents), "seed {seed}, step {step}");
                }
                Ok(())
            }).await.unwrap();
        }
    }
}
