//! A YAML text as a tree in which everything knows its place.
//!
//! Only what a definition needs is taken: one document of maps, lists and scalars. Anchors, aliases and tags are refused,
//! and with them texts that grow when they are read; what is nested deeper, longer or larger than any definition is, too.
//! Scalars stay the text that stands there: nothing is ever read through a floating-point number.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::faults::{Faults, Place};

/// The largest text that is read: the largest set we ship has 60 kB.
pub(crate) const LARGEST_TEXT: usize = 1_000_000;
const DEEPEST: usize = 12;
const MOST_NODES: usize = 100_000;

/// Something in the text.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub place: Place,
    /// Where it stands, as a JSON Pointer.
    pub path: String,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// A text, whether it was written without quotes, and in how many columns its first character stands behind its
    /// place; none where it goes over several lines.
    Scalar {
        text: String,
        plain: bool,
        begins: Option<usize>,
    },
    List(Vec<Node>),
    /// Keys with their places and values, in the order of the text.
    Map(Vec<(String, Place, Node)>),
}

/// A map or list that is being read.
struct Open {
    node: Node,
    /// The key whose value comes next.
    key: Option<(String, Place)>,
}

/// Reads the text; nothing when it is not one that definitions are written in, and then the faults say why.
pub(crate) fn read(text: &str, faults: &mut Faults) -> Option<Node> {
    let start = Place { line: 1, column: 1 };
    if text.len() > LARGEST_TEXT {
        let (vi, en) = ("Tệp lớn hơn 1 MB.", "The file is larger than 1 MB.");
        faults.add(start, "", "yaml.too_large", vi, en);
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reading = Reading { stack: Vec::new(), root: None, nodes: 0, documents: 0 };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        match next {
            Err(error) => {
                let place = place_of(error.marker());
                let vi = format!("Không đọc được YAML: {}.", error.info());
                faults.add(place, "", "yaml.syntax", vi, format!("This is not YAML: {}.", error.info()));
                return None;
            }
            Ok((event, span)) => {
                if let Err((code, vi, en)) = reading.take(event, span, faults) {
                    faults.add(place_of(&span.start), &reading.path(), code, vi, en);
                    return None;
                }
            }
        }
    }
    let root = reading.root;
    if root.is_none() {
        faults.add(start, "", "yaml.empty", "Tệp không có nội dung.", "The file is empty.");
    }
    root
}

/// Columns of the parser are counted from 0.
fn place_of(marker: &Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}

type Refusal = (&'static str, &'static str, &'static str);

const ALIAS: Refusal = (
    "yaml.alias",
    "Không dùng neo (&) và tham chiếu (*) của YAML.",
    "Anchors (&) and aliases (*) of YAML are not taken.",
);
const TAG: Refusal = ("yaml.tag", "Không dùng nhãn (!) của YAML.", "Tags (!) of YAML are not taken.");

struct Reading {
    stack: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    documents: usize,
}

impl Reading {
    fn take(&mut self, event: Event<'_>, span: Span, faults: &mut Faults) -> Result<(), Refusal> {
        let place = place_of(&span.start);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err((
                        "yaml.documents",
                        "Tệp chỉ được có một tài liệu YAML.",
                        "A file holds one YAML document.",
                    ));
                }
            }
            Event::Alias(_) => return Err(ALIAS),
            Event::Scalar(text, style, anchor, tag) => {
                refuse(anchor, tag.is_some())?;
                let one_line = span.start.line() == span.end.line();
                self.scalar(text.into_owned(), style, one_line, place, faults)?;
            }
            Event::SequenceStart(anchor, tag) => {
                refuse(anchor, tag.is_some())?;
                self.open(Content::List(Vec::new()), place)?;
            }
            Event::MappingStart(anchor, tag) => {
                refuse(anchor, tag.is_some())?;
                self.open(Content::Map(Vec::new()), place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.stack.pop() {
                    self.put(open.node);
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        one_line: bool,
        place: Place,
        faults: &mut Faults,
    ) -> Result<(), Refusal> {
        if let Some(open) = self.stack.last_mut()
            && let Content::Map(entries) = &open.node.content
            && open.key.is_none()
        {
            if entries.iter().any(|(key, ..)| *key == text) {
                let path = pointer(&open.node.path, &text);
                let (vi, en) = (format!("Khóa `{text}` đã có."), format!("The key `{text}` stands here already."));
                faults.add(place, &path, "key.duplicate", vi, en);
            }
            open.key = Some((text, place));
            return Ok(());
        }
        let plain = style == ScalarStyle::Plain;
        let begins = one_line.then_some(usize::from(!plain));
        let content = Content::Scalar { text, plain, begins };
        let node = self.node(content, place)?;
        self.put(node);
        Ok(())
    }

    fn open(&mut self, content: Content, place: Place) -> Result<(), Refusal> {
        if self.stack.len() >= DEEPEST {
            return Err(("yaml.too_deep", "Lồng nhau quá sâu.", "This is nested too deeply."));
        }
        let awaits_key =
            self.stack.last().is_some_and(|open| matches!(open.node.content, Content::Map(_)) && open.key.is_none());
        if awaits_key {
            return Err(("yaml.key", "Khóa phải là một từ.", "A key must be a word."));
        }
        let node = self.node(content, place)?;
        self.stack.push(Open { node, key: None });
        Ok(())
    }

    fn node(&mut self, content: Content, place: Place) -> Result<Node, Refusal> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(("yaml.too_many", "Quá nhiều phần tử.", "This has too many parts."));
        }
        Ok(Node { place, path: self.path(), content })
    }

    /// Where the next node will stand.
    fn path(&self) -> String {
        match self.stack.last() {
            None => String::new(),
            Some(open) => match (&open.node.content, &open.key) {
                (Content::List(items), _) => pointer(&open.node.path, &items.len().to_string()),
                (_, Some((key, _))) => pointer(&open.node.path, key),
                _ => open.node.path.clone(),
            },
        }
    }

    fn put(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(open) => match &mut open.node.content {
                Content::List(items) => items.push(node),
                Content::Map(entries) => {
                    if let Some((key, place)) = open.key.take() {
                        entries.push((key, place, node));
                    }
                }
                Content::Scalar { .. } => {}
            },
        }
    }
}

fn refuse(anchor: usize, tagged: bool) -> Result<(), Refusal> {
    if anchor != 0 {
        return Err(ALIAS);
    }
    if tagged { Err(TAG) } else { Ok(()) }
}

fn pointer(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}
