use motcua_documents::*;
use motcua_journal::Journal;
use motcua_testkit::*;
on_both_databases! {
    async fn real(database) {
        let db = database.open(&[motcua_journal::MIGRATIONS, motcua_agencies::MIGRATIONS, MIGRATIONS]);
        let tenant = motcua_kernel::new_id();
        let j = Journal::new("documents");
        for folder in ["/work/shared/data/admin_units", "/work/shared/data/admin_units", "/work/main/crates/motcua/demo/units", "/work/shared/data/admin_units", "/work/main/crates/motcua/demo/units"] {
            let t = std::time::Instant::now();
            let reports = units::import(&db, &j, tenant, std::path::Path::new(folder), &|d, n| eprint!("[{d}/{n}]")).await.unwrap();
            eprintln!("\n{folder} {:?}", t.elapsed());
            for r in reports { eprintln!("{r}"); for x in r.refused.iter().take(5).chain(r.warnings.iter().take(30)) { eprintln!("   {} {}", x.line, x.reason.en); } }
        }
        let tenant = motcua_kernel::new_id();
        for folder in ["/work/main/crates/motcua/demo/units", "/work/main/crates/motcua/demo/units", "/work/shared/data/admin_units", "/work/shared/data/admin_units"] {
            let t = std::time::Instant::now();
            let reports = units::import(&db, &j, tenant, std::path::Path::new(folder), &|_,_| ()).await.unwrap();
            eprintln!("\n{folder} {:?}", t.elapsed());
            for r in reports { eprintln!("{r}"); for x in r.refused.iter().take(5).chain(r.warnings.iter().take(30)) { eprintln!("   {} {}", x.line, x.reason.en); } }
        }
    }
}
