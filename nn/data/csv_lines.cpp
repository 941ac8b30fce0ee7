#include <nn/data/csv_lines.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/from_chars.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

namespace seegrad::nn::detail {

// --- fields ----------------------------------------------------------------------------------------------------------------

auto shown(std::string_view field) -> std::string {
  std::string out(field.substr(0, 40));
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  return field.size() > 40 ? out + "…" : out;
}

auto is_missing(std::string_view field) -> bool {
  std::string small(field.substr(0, 8));
  for (auto& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto* word : {"", "na", "n/a", "nan", "null", "none", "?"})
    if (small == word) return true;
  return false;
}

auto parse_number(std::string_view field, double& x) -> field_kind {
  if (is_missing(field)) {
    x = std::numeric_limits<double>::quiet_NaN();
    return field_kind::missing;
  }
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  const auto [end, status] = seegrad::detail::from_chars(field.data(), field.data() + field.size(), x);
  if (status == std::errc::invalid_argument || end != field.data() + field.size()) return field_kind::text;
  return status == std::errc{} ? field_kind::number : field_kind::out_of_range;
}

// --- lines -----------------------------------------------------------------------------------------------------------------

namespace {

auto is_header(const std::vector<std::string>& fields, csv_header how) -> bool {
  if (how != csv_header::automatic) return how == csv_header::yes;
  double x = 0;
  return std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return parse_number(f, x) == field_kind::text; });
}

}  // namespace

line_reader::line_reader(std::string_view text, const csv_options& how, std::string_view name, std::string_view who)
    : text_(text), separator_(how.separator), name_(name), who_(who) {
  if (separator_ == '"' || separator_ == '\n' || separator_ == '\r')
    throw error(fmt::format("{}: quotes and ends of lines cannot separate fields", who));
  if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  if (!read_line()) throw error(fmt::format("{}: '{}' has no line", who, name));
  names_ = fields_;
  is_first_ = !is_header(fields_, how.header);
  if (is_first_)
    for (std::size_t i = 0; i < names_.size(); ++i) names_[i] = std::to_string(i);
}

auto line_reader::fail(index_t line, std::size_t column, const std::string& what) const -> void {
  throw error(fmt::format("{}: '{}', line {}, column {}: {}", who_, name_, line, column, what));
}

auto line_reader::next() -> bool {
  if (is_first_) {
    is_first_ = false;
    return true;
  }
  if (!read_line()) return false;
  if (fields_.size() != names_.size())
    fail(began_, std::min(fields_.size(), names_.size() + 1),
         fmt::format("{} fields, and the first line has {}", fields_.size(), names_.size()));
  return true;
}

auto line_reader::places_of(const std::vector<std::string>& columns) const -> std::vector<std::size_t> {
  std::vector<std::size_t> places;
  for (const auto& c : columns) places.push_back(place_of(c, names_, fmt::format("{}: '{}'", who_, name_)));
  if (columns.empty())
    for (std::size_t i = 0; i < names_.size(); ++i) places.push_back(i);
  return places;
}

auto line_reader::read_line() -> bool {
  while (at_ < text_.size()) {
    began_ = line_;
    fields_.clear();
    bool quoted = false;
    fields_.push_back(field(quoted));
    while (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      fields_.push_back(field(quoted));
    }
    pass_end_of_line();
    if (fields_.size() > 1 || quoted || !fields_[0].empty()) return true;
  }
  return false;
}

auto line_reader::pass_blanks() -> void {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

auto line_reader::field(bool& quoted) -> std::string {
  pass_blanks();
  if (at_ < text_.size() && text_[at_] == '"') {
    quoted = true;
    return in_quotes();
  }
  const auto begin = at_;
  while (at_ < text_.size() && !ends_field(text_[at_])) ++at_;
  auto end = at_;
  while (end > begin && is_blank(text_[end - 1])) --end;
  return std::string(text_.substr(begin, end - begin));
}

auto line_reader::in_quotes() -> std::string {
  const auto opened = line_;
  std::string out;
  for (++at_;; ++at_) {
    if (at_ == text_.size()) fail(opened, fields_.size() + 1, "the quote is not closed");
    if (text_[at_] == '"' && (++at_ == text_.size() || text_[at_] != '"')) break;
    if (text_[at_] == '\n') ++line_;
    out += text_[at_];
  }
  pass_blanks();
  if (at_ < text_.size() && !ends_field(text_[at_]))
    fail(line_, fields_.size() + 1, "something follows the closing quote; a quote within a field is written twice");
  return out;
}

auto line_reader::pass_end_of_line() -> void {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  ++line_;
}

auto place_of(std::string_view wanted, const std::vector<std::string>& names, std::string_view who) -> std::size_t {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end())
    throw error(fmt::format("{}: there is no column '{}'; there are {}", who, shown(wanted), fmt::join(names, ", ")));
  if (std::find(found + 1, names.end(), wanted) != names.end())
    throw error(fmt::format("{}: there are several columns '{}'", who, shown(wanted)));
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace seegrad::nn::detail
