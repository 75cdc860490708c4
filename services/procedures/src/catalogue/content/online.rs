//! How far a procedure is an online service, and the databases it may be connected to.

use motcua_kernel::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// The reasons for which a service may be only partial (Decree 224/2026/NĐ-CP, article 14).
pub const PARTIAL_REASONS: [&str; 4] = ["presence_required", "on_site_check", "technical", "other"];

/// A database whose data replace papers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DatabaseText {
    /// Code.
    #[schema(example = "population")]
    pub code: &'static str,
    /// Name.
    pub name: Text,
}

/// The databases of Resolution 66.7/2025/NQ-CP: code, name in Vietnamese and in English.
pub const DATABASES: [(&str, &str, &str); 10] = [
    ("population", "Cơ sở dữ liệu quốc gia về dân cư", "National population database"),
    ("civil_status", "Cơ sở dữ liệu hộ tịch điện tử", "Civil status database"),
    ("insurance", "Cơ sở dữ liệu quốc gia về bảo hiểm", "National insurance database"),
    ("driving_licence", "Cơ sở dữ liệu giấy phép lái xe", "Driving licence database"),
    ("enterprise", "Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp", "National enterprise registration database"),
    ("cooperative", "Cơ sở dữ liệu đăng ký hợp tác xã", "Cooperative registration database"),
    ("vehicle", "Cơ sở dữ liệu đăng ký xe", "Vehicle registration database"),
    ("land", "Cơ sở dữ liệu quốc gia về đất đai", "National land database"),
    ("criminal_record", "Cơ sở dữ liệu lý lịch tư pháp", "Criminal record database"),
    ("health", "Cơ sở dữ liệu y tế", "Health database"),
];

impl DatabaseText {
    /// Every database.
    #[must_use]
    pub fn all() -> Vec<Self> {
        DATABASES.iter().map(|(code, vi, en)| Self { code, name: Text::new(*vi, *en) }).collect()
    }
}
