//! The demo province: Quảng Trị after the merger of 2025-07-01, built into the program. Codes below level 1, people and
//! texts are invented; `demo/README.md` says what is real.

use std::path::PathBuf;

use motcua_documents::directory::{self, NewClient};
use motcua_documents::{agencies, units};
use motcua_journal::Stamp;
use motcua_kernel::Clock;
use motcua_procedures::catalogue;
use motcua_web::auth::DEVELOPMENT_ISSUER;
use motcua_web::settings::Settings;
use serde_json::Value;

use crate::Outcome;
