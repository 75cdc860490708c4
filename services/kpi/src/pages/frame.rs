//! What every page has around its content: its name, period and freshness, and the ways to other pages, languages and
//! colours.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use motcua_kernel::text::Language;

use super::charts;
use super::models::{Scope, Standing};
use super::numbers::{day, instant};
use super::period_names::{days, long};
use super::view::{Place, Theme, View};

const STYLE: &str = include_str!("style.css");
const LIGHT: &str = include_str!("light.css");
const DARK: &str = include_str!("dark.css");

/// A page before it is framed.
pub(super) struct Framed<'t> {
    /// Where it stands.
    pub place: Place,
    /// What it is about, above its name: the operations centre has nothing there.
    pub kind: Option<&'t str>,
    /// Its name.
    pub title: &'t str,
    /// Class of the page's own rules.
    pub class: &'static str,
    /// What it shows.
    pub content: Markup,
}

/// The whole page.
pub(super) fn page(view: &View, scope: &Scope, page: &Framed<'_>) -> String {
    let set = view.text(&scope.set_name);
    html! {
        (DOCTYPE)
        html lang=(view.language_code()) class=(page.class) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(scheme(view.theme));
                meta name="robots" content="noindex";
                title { (page.title) " – " (long(scope.period, view.language)) }
                // Otherwise browsers ask for a picture that is not there.
                link rel="icon" href="data:,";
                style { (PreEscaped(colors(view.theme))) (PreEscaped(STYLE)) (PreEscaped(charts::style())) }
            }
            body {
                a.skip href="#content" { (view.say("Đến nội dung", "Skip to content")) }
                header {
                    (ways(view, page))
                    div.name {
                        @if let Some(kind) = page.kind { p.kind { (kind) } }
                        h1 { (page.title) }
                        p.set { (set) }
                    }
                    (when(view, scope))
                }
                @if let Some(trouble) = &scope.trouble { p.trouble role="status" { (view.text(trouble)) } }
                main id="content" { (page.content) }
                footer {
                    p { (view.say("Bộ chỉ số: ", "Set: ")) (set) ", " (view.say("phiên bản ", "version ")) (scope.set_version) ". " (scope.source) "." }
                    p { (view.say(
                        "“–” là chưa có số liệu hoặc chưa đo được, không phải bằng 0.",
                        "“–” means no data or not measured; it is not 0.",
                    )) }
                }
            }
        }
    }
    .into_string()
}

fn scheme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// The colours of a theme. Paper is always light.
fn colors(theme: Theme) -> String {
    match theme {
        Theme::System => format!("{LIGHT}@media screen and (prefers-color-scheme:dark){{{DARK}}}"),
        Theme::Light => LIGHT.to_owned(),
        Theme::Dark => format!("{LIGHT}@media screen{{{DARK}}}"),
    }
}

/// The ways to other pages, languages and colours.
fn ways(view: &View, page: &Framed<'_>) -> Markup {
    let english = view.language == Language::English;
    let themes = [
        (Theme::System, view.say("Tự động", "Auto")),
        (Theme::Light, view.say("Sáng", "Light")),
        (Theme::Dark, view.say("Tối", "Dark")),
    ];
    html! {
        nav.ways aria-label=(view.say("Trang và cách hiển thị", "Pages and appearance")) {
            @if page.place != Place::OPERATIONS {
                a href=(page.place.operations(view)) { "‹ " (view.say("Trung tâm điều hành", "Operations centre")) }
            }
            span.choices {
                @if english {
                    a href=(view.this_page(&[("lang", "")])) lang="vi" hreflang="vi" { "Tiếng Việt" }
                } @else {
                    a href=(view.this_page(&[("lang", "en")])) lang="en" hreflang="en" { "English" }
                }
            }
            span.choices role="group" aria-label=(view.say("Màu nền", "Colours")) {
                @for (theme, name) in themes {
                    @if theme == view.theme { span aria-current="true" { (name) } }
                    @else { a href=(view.this_page(&[("theme", theme.as_str().unwrap_or_default())])) { (name) } }
                }
            }
        }
    }
}

/// The period, with those beside it, and how fresh its figures are.
fn when(view: &View, scope: &Scope) -> Markup {
    let language = view.language;
    let earlier = scope.earlier.map(|period| (period, long(period, language)));
    let later = scope.later.map(|period| (period, long(period, language)));
    html! {
        div.when {
            p.period {
                @if let Some((period, name)) = &earlier {
                    a href=(view.this_page(&[("period", &period.to_string())])) aria-label={ (view.say("Kỳ trước: ", "Period before: ")) (name) } { "◀" }
                }
                strong { (long(scope.period, language)) }
                @if let Some((period, name)) = &later {
                    a href=(view.this_page(&[("period", &period.to_string())])) aria-label={ (view.say("Kỳ sau: ", "Next period: ")) (name) } { "▶" }
                }
            }
            p { span.days { (days(scope.period, language)) " · " } (standing(view, &scope.standing)) }
            p.fresh {
                @match scope.data_as_of {
                    Some(at) => { (view.say("Số liệu đến ", "Data as of ")) time datetime=(at.to_rfc3339()) { (instant(at, language)) } },
                    None => { (view.say("Chưa có số liệu", "No data yet")) },
                }
            }
        }
    }
}

fn standing(view: &View, standing: &Standing) -> Markup {
    html! {
        @match standing {
            Standing::Running => (view.say("đang trong kỳ, tạm tính", "still going on, provisional")),
            Standing::Over => (view.say("đã hết kỳ, chưa công bố", "over, not yet published")),
            Standing::Published { on, digest } => {
                (view.say("đã công bố ", "published ")) (day(*on, view.language)) " · " span.digest { (digest) }
            },
        }
    }
}
