#include <nn/see/report.hpp>

#include <algorithm>
#include <autodiff/array/npy.hpp>
#include <charconv>
#include <fmt/format.h>
#include <nn/see/svg.hpp>
#include <ostream>

namespace seegrad::nn {
namespace {

using detail::escaped;

// The policy keeps a browser from loading or running anything even if a figure asked for it.
constexpr std::string_view head = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
:root { --ground: #ffffff; --ink: #1d2126; --quiet: #555d66; --line: #d7dce1; --card: #f4f6f8; --accent: #0b5c8f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181c; --ink: #e6e9ec; --quiet: #a9b2bb; --line: #3a4149; --card: #20252b; --accent: #7cc0ea; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem clamp(0.9rem, 4vw, 2.5rem) 4rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0.5rem 0 1.2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 0.8rem; padding-bottom: 0.3rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
p { max-width: 44rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
dl.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: 0.8rem;
  margin: 1.2rem 0; }
dl.numbers div { display: flex; flex-direction: column-reverse; justify-content: flex-end;
  padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.5rem; overflow-wrap: anywhere; }
dl.numbers dt { color: var(--quiet); font-size: 0.9rem; }
dl.numbers dd { margin: 0; font-size: 1.5rem; font-weight: 600; color: var(--accent); font-variant-numeric: tabular-nums; }
.scroll { overflow: auto; max-height: 92vh; border: 1px solid var(--line); border-radius: 0.5rem; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figure { margin: 1.6rem 0; }
figure .scroll { background: #ffffff; color: #1d2126; padding: 0.6rem; color-scheme: light; }
figure svg { display: block; margin: 0 auto; }
figure svg.fits { width: 100%; height: auto; }
figcaption, caption { color: var(--quiet); font-size: 0.92rem; text-align: left; margin-top: 0.5rem; overflow-wrap: anywhere; }
.table { margin: 1.2rem 0; width: fit-content; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding: 0.5rem 0.8rem; }
th, td { padding: 0.4rem 0.8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
thead th { background: var(--card); }
.number { text-align: right; white-space: nowrap; }
pre { margin: 1.2rem 0; padding: 0.8rem 1rem; background: var(--card);
  font: 0.88rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; tab-size: 4; }
@media print { .scroll { overflow: visible; max-height: none; } figure { break-inside: avoid; } }
</style>
)";

// What people write as a number: 12, −0.5, 1 234, 88.1 %, 3e-4, or nothing.
auto looks_like_number(std::string_view s) -> bool {
  bool digit = false, other = false;
  for (const char c : s) {
    digit = digit || ('0' <= c && c <= '9');
    other = other || std::string_view("0123456789+-.,%eE ").find(c) == std::string_view::npos;
  }
  return s.empty() || s == "-" || s == "–" || s == "nan" || s == "inf" || (digit && !other && s[0] != 'e' && s[0] != 'E');
}

}  // namespace

report::report(std::filesystem::path file, std::string title) : file_(std::move(file)), title_(std::move(title)) {
  if (title_.find_first_not_of(" \t\r\n") == std::string::npos) throw error("report: a page needs a title");
}

auto report::section(std::string_view heading) -> report& {
  if (heading.find_first_not_of(" \t\r\n") == std::string_view::npos) throw error("section: a section needs a heading");
  body_ += fmt::format("<h2>{}</h2>\n", escaped(heading));
  return *this;
}

auto report::text(std::string_view paragraphs) -> report& {
  std::string paragraph;
  const auto end = [&] {
    if (!paragraph.empty()) body_ += fmt::format("<p>{}</p>\n", escaped(paragraph));
    paragraph.clear();
  };
  while (!paragraphs.empty()) {
    const auto stop = std::min(paragraphs.find('\n'), paragraphs.size());
    const auto line = paragraphs.substr(0, stop);
    paragraphs.remove_prefix(std::min(paragraphs.size(), stop + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) end();
    else paragraph += (paragraph.empty() ? "" : "\n") + std::string(line);
  }
  end();
  return *this;
}

auto report::numbers(const std::vector<std::pair<std::string, std::string>>& pairs) -> report& {
  if (pairs.empty()) return *this;
  body_ += "<dl class=\"numbers\">\n";
  for (const auto& [name, value] : pairs)
    body_ += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value));
  body_ += "</dl>\n";
  return *this;
}

auto report::table(const std::vector<std::string>& headers, const std::vector<std::vector<std::string>>& rows,
                   std::string_view caption) -> report& {
  if (headers.empty()) throw error("table: a table needs headers");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != headers.size())
      throw error(fmt::format("table: row {} has {} cells, and there are {} headers", i, rows[i].size(), headers.size()));
  }
  std::vector<const char*> kind;
  for (std::size_t j = 0; j < headers.size(); ++j) {
    const bool all = std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return looks_like_number(row[j]); });
    kind.push_back(all && !rows.empty() ? " class=\"number\"" : "");
  }
  const auto label = caption.empty() ? fmt::format("Table: {}", headers[0]) : std::string(caption);
  body_ +=
      fmt::format("<div class=\"scroll table\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n", escaped(label));
  if (!caption.empty()) body_ += fmt::format("<caption>{}</caption>\n", escaped(caption));
  body_ += "<thead><tr>";
  for (std::size_t j = 0; j < headers.size(); ++j)
    body_ += fmt::format("<th scope=\"col\"{}>{}</th>", kind[j], escaped(headers[j]));
  body_ += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    body_ += "<tr>";
    for (std::size_t j = 0; j < row.size(); ++j) body_ += fmt::format("<td{}>{}</td>", kind[j], escaped(row[j]));
    body_ += "</tr>\n";
  }
  body_ += "</tbody>\n</table>\n</div>\n";
  return *this;
}

// A line break right after <pre> would be swallowed, but not one after <code>.
auto report::code(std::string_view text) -> report& {
  body_ += fmt::format("<pre class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Code\"><code>{}</code></pre>\n",
                       escaped(text));
  return *this;
}

namespace {

constexpr int slightly_too_wide = 1300;

// Pixels, from the root's attribute; 0 if it has none, or one in other units.
auto width_of(std::string_view svg) -> int {
  const auto tag = svg.substr(std::min(svg.find("<svg"), svg.size()));
  const auto at = tag.find(" width=\"");
  if (at == std::string_view::npos || at > tag.find('>')) return 0;
  const auto text = tag.substr(at + 8, tag.find('"', at + 8) - at - 8);
  double width = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), width);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (bad != std::errc() || !(width > 0 && width < 1e6)) return 0;
  return unit == "pt" ? static_cast<int>(width * 4 / 3) : unit.empty() || unit == "px" ? static_cast<int>(width) : 0;
}

}  // namespace

auto report::figure(const plot& p, std::string_view caption) -> report& { return add_figure(p.to_svg(), caption, p.width()); }
auto report::figure(const picture& p, std::string_view caption) -> report& { return add_figure(p.to_svg(), caption, 0); }
auto report::figure(std::string_view svg, std::string_view caption) -> report& {
  const auto width = width_of(svg);
  return add_figure(svg, caption, width <= slightly_too_wide ? width : 0);
}

// A plot becomes smaller with the screen as long as its text can be read, and so does what is only a little too wide; anything else keeps
// its size and scrolls.
auto report::add_figure(std::string_view svg, std::string_view caption, int natural_width) -> report& {
  if (caption.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw error("figure: a figure needs a caption; it is read out to who cannot see it");
  auto part = detail::embedded_svg(svg, fmt::format("figure{}-", figures_ + 1), caption);
  if (natural_width > 0) {
    part.insert(part.find("<svg") + 4, fmt::format(" class=\"fits\" style=\"max-width: {}px; min-width: {}px\"", natural_width,
                                                   std::min(natural_width, std::max(480, natural_width * 6 / 10))));
  }
  ++figures_;
  body_ += fmt::format("<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Figure {}\">\n{}\n</div>\n",
                       figures_, part);
  body_ += fmt::format("<figcaption>Figure {}. {}</figcaption>\n</figure>\n", figures_, escaped(caption));
  return *this;
}

auto report::refresh(int seconds) -> report& {
  if (seconds < 0) throw error(fmt::format("refresh: seconds must not be negative, and are {}", seconds));
  return refresh_ = seconds, *this;
}

auto report::to_html() const -> std::string {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n{}{}<title>{}</title>\n</head>\n"
      "<body>\n<main>\n<h1>{}</h1>\n{}</main>\n</body>\n</html>\n",
      head, refresh_ > 0 ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", refresh_) : "", escaped(title_),
      escaped(title_), body_);
}

auto report::save() const -> void {
  if (file_.empty()) throw error("report: save() needs the name of a file, as in report(\"run.html\", title)");
  const auto html = to_html();
  seegrad::detail::replace_file(file_, "report",
                                [&](std::ostream& out) { out.write(html.data(), static_cast<std::streamsize>(html.size())); });
}

}  // namespace seegrad::nn
