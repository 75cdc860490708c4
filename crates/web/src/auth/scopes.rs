//! The scopes there are: `service:resource:action`, what each allows at most, and which a development token gets.

use motcua_kernel::ActorKind;

/// A scope of ours with its meaning, for documentation and consent pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownScope {
    /// The scope as it stands in a token.
    pub name: &'static str,
    /// What it allows, in Vietnamese.
    pub vi: &'static str,
    /// What it allows, in English.
    pub en: &'static str,
}

const fn scope(name: &'static str, vi: &'static str, en: &'static str) -> KnownScope {
    KnownScope { name, vi, en }
}

/// Every scope of the three services.
pub const SCOPES: [KnownScope; 46] = [
    scope("procedures:catalogue:read", "Xem danh mục thủ tục hành chính", "Read the catalogue of procedures"),
    scope("procedures:catalogue:write", "Quản lý danh mục thủ tục hành chính", "Keep the catalogue of procedures"),
    scope("procedures:calendars:read", "Xem lịch làm việc và giờ hành chính", "Read calendars and office hours"),
    scope("procedures:calendars:write", "Quản lý lịch làm việc và giờ hành chính", "Keep calendars and office hours"),
    scope("procedures:dossiers:read", "Xem hồ sơ", "Read dossiers"),
    scope("procedures:dossiers:write", "Tiếp nhận và xử lý hồ sơ", "Receive and process dossiers"),
    scope("procedures:dossiers:submit", "Nộp hồ sơ", "Submit dossiers"),
    scope(
        "procedures:mirrors:write",
        "Đồng bộ hồ sơ từ hệ thống của bộ, ngành",
        "Mirror dossiers of a ministry's system",
    ),
    scope(
        "procedures:notices:write",
        "Quản lý địa chỉ thư nhận nhắc việc",
        "Keep the e-mail addresses that notices go to",
    ),
    scope("procedures:files:write", "Tải tệp lên cho hồ sơ", "Upload files of dossiers"),
    scope(
        "procedures:payments:write",
        "Ghi nhận việc thu, hoàn, miễn giảm tiền của hồ sơ",
        "Record money for dossiers",
    ),
    scope("procedures:reports:read", "Xem báo cáo giải quyết thủ tục", "Read reports of how dossiers were solved"),
    scope(
        "procedures:events:read",
        "Theo dõi sự kiện về hồ sơ và thủ tục",
        "Follow the events of procedures and dossiers",
    ),
    scope(
        "procedures:events:verify",
        "Theo dõi toàn bộ sự kiện và kiểm tra chuỗi băm của dịch vụ thủ tục",
        "Follow the whole feed of procedures and verify its hash chain",
    ),
    scope(
        "procedures:webhooks:write",
        "Đăng ký nhận sự kiện về hồ sơ và thủ tục qua webhook",
        "Have the events of procedures and dossiers pushed",
    ),
    scope("documents:agencies:read", "Xem cơ quan và đơn vị hành chính", "Read agencies and administrative units"),
    scope("documents:agencies:write", "Quản lý cơ quan và đơn vị hành chính", "Keep agencies and administrative units"),
    scope("documents:directory:read", "Xem danh bạ cán bộ và ứng dụng", "Read the directory of officers and clients"),
    scope(
        "documents:directory:write",
        "Quản lý danh bạ cán bộ và ứng dụng",
        "Keep the directory of officers and clients",
    ),
    scope("documents:documents:read", "Xem văn bản", "Read documents"),
    scope("documents:documents:write", "Soạn và quản lý văn bản", "Write and keep documents"),
    scope(
        "documents:incoming:submit",
        "Chuyển văn bản đến từ hệ thống khác",
        "Bring incoming documents in from other systems",
    ),
    scope("documents:registers:read", "Xem sổ văn bản", "Read registers"),
    scope(
        "documents:registers:write",
        "Lập sổ, giữ số, hủy số và đóng sổ văn bản",
        "Decide on books, reserve and void numbers, close registers",
    ),
    scope("documents:case-files:read", "Xem danh mục hồ sơ và hồ sơ", "Read file plans and case files"),
    scope(
        "documents:case-files:write",
        "Lập, kết thúc, nộp lưu, cho mượn và tiêu hủy hồ sơ",
        "Keep case files: open, close, hand over, lend, destroy",
    ),
    scope("documents:files:write", "Tải tệp lên cho văn bản", "Upload files of documents"),
    scope(
        "documents:decisions:issue",
        "Cấp số và vào sổ kết quả giải quyết hồ sơ (giữa các dịch vụ)",
        "Number and register decisions that end dossiers (between services)",
    ),
    scope(
        "documents:events:read",
        "Theo dõi sự kiện về văn bản và cơ quan",
        "Follow the events of documents and agencies",
    ),
    scope(
        "documents:events:verify",
        "Theo dõi toàn bộ sự kiện và kiểm tra chuỗi băm của dịch vụ văn bản",
        "Follow the whole feed of documents and verify its hash chain",
    ),
    scope(
        "documents:webhooks:write",
        "Đăng ký nhận sự kiện về văn bản và cơ quan qua webhook",
        "Have the events of documents and agencies pushed",
    ),
    scope("kpi:indicators:read", "Xem chỉ tiêu đánh giá", "Read indicators"),
    scope("kpi:unknown-events:read", "Xem loại sự kiện chưa biết", "Read which types of events are not known"),
    scope("kpi:elements:read", "Xem số liệu nhập", "Read data elements and their values"),
    scope(
        "kpi:elements:write",
        "Định nghĩa, nhập, kiểm tra và duyệt số liệu",
        "Define data elements; enter, check and approve their values",
    ),
    scope("kpi:targets:read", "Xem mục tiêu", "Read targets"),
    scope("kpi:targets:write", "Giao mục tiêu", "Set targets"),
    scope("kpi:alerts:read", "Xem cảnh báo", "Read alerts"),
    scope(
        "kpi:alerts:write",
        "Xem xét cảnh báo, đổi ngưỡng, quản lý địa chỉ thư nhận cảnh báo",
        "Acknowledge alerts, change their rules, keep the e-mail addresses that they go to",
    ),
    scope("kpi:periods:publish", "Chốt và công bố kỳ", "Publish periods"),
    scope("kpi:definitions:read", "Xem định nghĩa của chỉ tiêu", "Read the definitions of indicators"),
    scope("kpi:definitions:write", "Ghi phiên bản bộ chỉ số", "Record versions of sets of indicators"),
    scope("kpi:events:read", "Theo dõi sự kiện về chỉ tiêu", "Follow the events of indicators"),
    scope(
        "kpi:events:verify",
        "Theo dõi toàn bộ sự kiện và kiểm tra chuỗi băm của dịch vụ chỉ tiêu",
        "Follow the whole feed of indicators and verify its hash chain",
    ),
    scope("kpi:webhooks:write", "Đăng ký nhận sự kiện về chỉ tiêu qua webhook", "Have the events of indicators pushed"),
    // Means nothing outside a sandbox, where the clock has no routes.
    scope("sandbox:clock:write", "Chỉnh đồng hồ của môi trường thử nghiệm", "Move the clock of a sandbox"),
];

/// What a development token of a kind of caller may do when nothing else is asked for.
///
/// An officer's are wide because grants narrow them; a service's are what one service asks of another.
#[must_use]
pub fn default_scopes(kind: ActorKind) -> Vec<&'static str> {
    let wanted: fn(&str) -> bool = match kind {
        ActorKind::Citizen => |name| {
            matches!(
                name,
                "procedures:catalogue:read"
                    | "procedures:dossiers:read"
                    | "procedures:dossiers:submit"
                    | "procedures:files:write"
                    | "documents:agencies:read"
            )
        },
        // Mirroring is for the systems of ministries; a client asks for it by name.
        ActorKind::Officer => |name| {
            !name.ends_with(":verify") && name != "documents:decisions:issue" && name != "procedures:mirrors:write"
        },
        ActorKind::Client => |name| {
            matches!(
                name,
                "procedures:catalogue:read"
                    | "procedures:dossiers:read"
                    | "procedures:dossiers:submit"
                    | "procedures:files:write"
                    | "procedures:events:read"
                    | "procedures:webhooks:write"
                    | "documents:agencies:read"
                    | "sandbox:clock:write"
            )
        },
        ActorKind::Service => |name| {
            name.contains(":events:")
                || matches!(
                    name,
                    "documents:agencies:read"
                        | "documents:directory:read"
                        | "documents:decisions:issue"
                        | "documents:files:write"
                )
        },
    };
    SCOPES.iter().map(|scope| scope.name).filter(|name| wanted(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_see_whole_feeds_and_issue_decisions() {
        for kind in [ActorKind::Citizen, ActorKind::Officer, ActorKind::Client] {
            let scopes = default_scopes(kind);
            assert!(scopes.iter().all(|name| !name.ends_with(":verify") && !name.contains("decisions")), "{kind:?}");
        }
        assert!(default_scopes(ActorKind::Service).contains(&"documents:decisions:issue"));
        assert!(!default_scopes(ActorKind::Citizen).contains(&"procedures:dossiers:write"));
        let moves_time = |kind| default_scopes(kind).contains(&"sandbox:clock:write");
        assert!(moves_time(ActorKind::Officer) && moves_time(ActorKind::Client));
        assert!(!moves_time(ActorKind::Citizen) && !moves_time(ActorKind::Service));
    }

    #[test]
    fn every_scope_is_named_once_as_service_resource_action() {
        let mut names: Vec<&str> = SCOPES.iter().map(|scope| scope.name).collect();
        assert!(names.iter().all(|name| name.split(':').count() == 3));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SCOPES.len());
    }
}
