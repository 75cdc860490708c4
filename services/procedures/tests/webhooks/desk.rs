//! Who subscribes, and what their webhooks say.

use std::time::{Duration, Instant};

use motcua_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::support::{Answer, Caller, Province, read};

/// A province whose service may call a receiver on this machine, and asks the directory anew for every request.
pub(crate) async fn province(database: &TestDatabase) -> Province {
    let mut settings = Receiver::settings();
    settings.push(("MOTCUA_AUTH__CACHE_SECONDS", "0".to_owned()));
    Province::start_with(database, &settings).await
}

/// A province whose service leaves a receiver alone for an hour after a first try that failed.
pub(crate) async fn patient(database: &TestDatabase) -> Province {
    let mut settings = Receiver::settings();
    settings.retain(|(name, _)| !name.ends_with("RETRY_SECONDS"));
    settings.push(("MOTCUA_WEBHOOKS__RETRY_SECONDS", "3600".to_owned()));
    settings.push(("MOTCUA_AUTH__CACHE_SECONDS", "0".to_owned()));
    Province::start_with(database, &settings).await
}

/// A subscription to some types; its path and its secret.
pub(crate) async fn subscribed(caller: &Caller<'_>, receiver: &Receiver, types: &[&str]) -> (String, String) {
    let created = caller.post("/v1/webhooks", &json!({"url": receiver.url(), "types": types})).await.ok();
    (format!("/v1/webhooks/{}", created["id"].as_str().unwrap()), created["secret"].as_str().unwrap().to_owned())
}

pub(crate) async fn delete(caller: &Caller<'_>, path: &str, version: i64) -> Answer {
    let request = caller.request(Method::DELETE, path).header("If-Match", format!("\"v{version}\""));
    read(request.send().await.unwrap()).await
}

/// The log of a webhook, the oldest first.
pub(crate) async fn log(caller: &Caller<'_>, path: &str) -> Vec<Value> {
    let page = caller.get(&format!("{path}/deliveries?limit=200")).await.ok();
    page["items"].as_array().unwrap().iter().rev().cloned().collect()
}

/// Waits until the log of a webhook is as it should be.
pub(crate) async fn log_until(
    caller: &Caller<'_>,
    path: &str,
    what: &str,
    done: impl Fn(&[Value]) -> bool,
) -> Vec<Value> {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let log = log(caller, path).await;
        if done(&log) {
            return log;
        }
        assert!(Instant::now() < until, "{what}: {log:#?}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Waits until a webhook is as it should be.
pub(crate) async fn webhook_until(caller: &Caller<'_>, path: &str, expected: &Value) -> Value {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let webhook = caller.get(path).await.ok();
        if expected.as_object().unwrap().iter().all(|(name, value)| webhook[name] == *value) {
            return webhook;
        }
        assert!(Instant::now() < until, "{webhook} is not {expected}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Runs a statement on the service's database, beside the service.
pub(crate) async fn alter(province: &Province, statement: &'static str) -> usize {
    use diesel::RunQueryDsl;
    let act = move |tx: &mut motcua_db::Conn| Ok(motcua_db::on_each!(tx, |c| diesel::sql_query(statement).execute(c))?);
    province.foundation.db.write("alter", act).await.unwrap()
}
