//! Where a fault stands in the document, so that faults from two sources are told in one order.

use motcua_kernel::FieldError;
use serde_json::Value;

/// Puts a fault at its place among others, unless one at the same place, above it or below it tells of it already.
pub(super) fn insert(fault: FieldError, faults: &mut Vec<FieldError>, document: &Value) {
    let told =
        |other: &FieldError| is_within(&other.pointer, &fault.pointer) || is_within(&fault.pointer, &other.pointer);
    if faults.iter().any(told) {
        return;
    }
    let place = of(&fault.pointer, document);
    let index = faults.partition_point(|other| of(&other.pointer, document) <= place);
    faults.insert(index, fault);
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The positions that a pointer passes; what isn't there stands behind everything that is.
fn of(pointer: &str, document: &Value) -> Vec<usize> {
    let mut place = Vec::new();
    let mut value = document;
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let inner = match value {
            Value::Object(members) => {
                let mut entries = members.iter().enumerate();
                entries.find(|(_, (key, _))| **key == name).map(|(index, (_, inner))| (index, inner))
            }
            Value::Array(items) => name.parse().ok().and_then(|index: usize| Some((index, items.get(index)?))),
            _ => None,
        };
        let Some((index, inner)) = inner else {
            place.push(usize::MAX);
            break;
        };
        place.push(index);
        value = inner;
    }
    place
}
