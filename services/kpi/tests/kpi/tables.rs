//! Both databases of this service have the same tables.

use motcua_testkit::assert_same_tables;

#[test]
fn sqlite_and_postgresql_have_the_same_tables() {
    let common = [
        motcua_journal::MIGRATIONS,
        motcua_agencies::MIGRATIONS,
        motcua_calendars::MIGRATIONS,
        motcua_service::MIGRATIONS,
    ];
    assert_same_tables(&[&common[..], &[motcua_kpi::MIGRATIONS]].concat());
}
