#include <nn/see/report.hpp>

#include <algorithm>
#include <autodiff/array/npy.hpp>
#include <fmt/format.h>
#include <nn/see/formula.hpp>
#include <nn/see/page_head.hpp>
#include <nn/see/svg.hpp>
#include <ostream>

namespace seegrad::nn {
namespace {

using detail::escaped;

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

auto report::section(std::string_view heading, std::string_view note) -> report& {
  if (heading.find_first_not_of(" \t\r\n") == std::string_view::npos) throw error("section: a section needs a heading");
  const auto id = fmt::format("section-{}", sections_.size() + 1);
  body_ += sections_.empty() ? "<section>\n" : "</section>\n<section>\n";
  if (index_at_)
    body_ +=
        fmt::format("<h2 id=\"{}\" class=\"indexed\"><span>{}</span> <a href=\"#index\">↑ index</a></h2>\n", id, set(heading));
  else body_ += fmt::format("<h2 id=\"{}\">{}</h2>\n", id, set(heading));
  sections_.push_back(fmt::format("<li><a href=\"#{}\">{}</a>{}</li>\n", id, set(heading),
                                  note.empty() ? "" : fmt::format(" <span>{}</span>", escaped(note))));
  return *this;
}

auto report::index() -> report& {
  if (index_at_ || !sections_.empty()) throw error("index: a page has one index, before its first section");
  index_at_ = body_.size();
  return *this;
}

auto report::formulas() -> report& { return formulas_ = true, *this; }
auto report::set(std::string_view text) const -> std::string { return formulas_ ? detail::with_formulas(text) : escaped(text); }

auto report::text(std::string_view paragraphs) -> report& {
  std::string paragraph;
  const auto end = [&] {
    if (!paragraph.empty()) body_ += fmt::format("<p>{}</p>\n", set(paragraph));
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
auto report::code(std::string_view text, std::string_view summary) -> report& {
  const auto label = summary.empty() ? "Code" : escaped(summary);
  const auto block = fmt::format("<pre class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><code>{}</code></pre>\n",
                                 label, escaped(text));
  if (summary.empty()) body_ += block;
  else body_ += fmt::format("<details>\n<summary>{}</summary>\n{}</details>\n", label, block);
  return *this;
}

auto report::refresh(int seconds) -> report& {
  if (seconds < 0) throw error(fmt::format("refresh: seconds must not be negative, and are {}", seconds));
  return refresh_ = seconds, *this;
}

auto report::to_html() const -> std::string {
  auto body = body_;
  if (index_at_) {
    std::string items;
    for (const auto& item : sections_) items += item;
    body.insert(*index_at_, fmt::format("<nav id=\"index\" aria-label=\"Index\">\n<ul>\n{}</ul>\n</nav>\n", items));
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n{}{}<title>{}</title>\n</head>\n"
      "<body>\n<main>\n<h1>{}</h1>\n{}</main>\n</body>\n</html>\n",
      detail::page_head, refresh_ > 0 ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", refresh_) : "",
      escaped(title_), set(title_), sections_.empty() ? body : body + "</section>\n");
}

auto report::save() const -> void {
  if (file_.empty()) throw error("report: save() needs the name of a file, as in report(\"run.html\", title)");
  const auto html = to_html();
  seegrad::detail::replace_file(file_, "report",
                                [&](std::ostream& out) { out.write(html.data(), static_cast<std::streamsize>(html.size())); });
}

}  // namespace seegrad::nn
