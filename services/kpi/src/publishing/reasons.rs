//! Why a figure changed, in words: by the event through which it did.

use motcua_kernel::Text;

/// The reason that an event gives.
pub(super) fn reason(event: &str) -> Text {
    let known = match event {
        "dossier.submitted.v1" => ("Hồ sơ được nộp, ghi nhận sau khi chốt kỳ.", "A dossier was submitted."),
        "dossier.received.v1" => ("Hồ sơ được tiếp nhận, ghi nhận sau khi chốt kỳ.", "A dossier was received."),
        "dossier.done.v1" => ("Hồ sơ có kết quả.", "A dossier was finished."),
        "dossier.returned.v1" => ("Kết quả hồ sơ được trả.", "The result of a dossier was handed over."),
        "dossier.withdrawn.v1" => ("Hồ sơ được rút.", "A dossier was withdrawn."),
        "dossier.refused.v1" => ("Hồ sơ bị từ chối.", "A dossier was refused."),
        "dossier.stopped.v1" => ("Hồ sơ dừng giải quyết.", "Work on a dossier was stopped."),
        "dossier.result_revoked.v1" => (
            "Kết quả hồ sơ bị thu hồi, hồ sơ được giải quyết lại.",
            "The result of a dossier was revoked, and it was opened again.",
        ),
        "dossier.due_changed.v1" | "dossier.extended.v1" => {
            ("Hạn giải quyết hồ sơ thay đổi.", "The due date of a dossier changed.")
        }
        "dossier.paused.v1" | "dossier.resumed.v1" => {
            ("Thời gian giải quyết hồ sơ tạm dừng hoặc tiếp tục.", "The clock of a dossier was stopped or went on.")
        }
        "dossier.transferred.v1" => ("Hồ sơ được chuyển cơ quan.", "A dossier went to another agency."),
        "dossier.responsibility_moved.v1" | "document.responsibility_moved.v1" => {
            ("Cơ quan khác kế thừa trách nhiệm.", "Another agency became responsible.")
        }
        "dossier.fees_changed.v1" | "dossier.payment_confirmed.v1" => {
            ("Phí, lệ phí của hồ sơ thay đổi.", "The fees of a dossier changed.")
        }
        "rating.given.v1" => ("Có đánh giá mới.", "A rating was given."),
        "dispatch.changed.v1" => ("Tình trạng gửi văn bản thay đổi.", "The sending of a document changed."),
        "document.recalled.v1" => ("Văn bản bị thu hồi.", "A document was recalled."),
        "document.replaced.v1" => ("Văn bản được thay thế.", "A document was replaced."),
        "document.corrected.v1" => ("Văn bản được đính chính.", "A document was corrected."),
        "document.voided.v1" => ("Số văn bản bị hủy.", "The number of a document was voided."),
        other => return Text::new(format!("Sự kiện {other}."), format!("The event {other}.")),
    };
    Text::new(known.0, known.1)
}
