#include <nn/data/csv.hpp>

#include <algorithm>
#include <autodiff/array/from_chars.hpp>
#include <autodiff/array/view.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <nn/data/byte_file.hpp>
#include <optional>

namespace seegrad::nn {
namespace {

// --- fields ----------------------------------------------------------------------------------------------------------------

// As much of a field as fits in an error.
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

enum class outcome { number, text, out_of_range };
auto parse(std::string_view field, double& x) -> outcome {
  if (is_missing(field)) {
    x = std::numeric_limits<double>::quiet_NaN();
    return outcome::number;
  }
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  const auto [end, status] = seegrad::detail::from_chars(field.data(), field.data() + field.size(), x);
  if (status == std::errc::invalid_argument || end != field.data() + field.size()) return outcome::text;
  return status == std::errc{} ? outcome::number : outcome::out_of_range;
}

// --- lines -----------------------------------------------------------------------------------------------------------------

class line_reader {
 public:
  line_reader(std::string_view text, char separator, std::string_view name) : text_(text), separator_(separator), name_(name) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  /// The number of the line that `fields` began in.
  auto number() const -> index_t { return began_; }
  auto fields() const -> const std::vector<std::string>& { return fields_; }

  /// The next line that is not empty; false at the end.
  auto next() -> bool {
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

  [[noreturn]] auto fail(index_t line, std::size_t column, const std::string& what) const -> void {
    throw error(fmt::format("load_csv: '{}', line {}, column {}: {}", name_, line, column, what));
  }

 private:
  auto is_blank(char c) const -> bool { return (c == ' ' || c == '\t') && c != separator_; }
  auto ends_field(char c) const -> bool { return c == separator_ || c == '\n' || c == '\r'; }
  auto pass_blanks() -> void {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  auto field(bool& quoted) -> std::string {
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

  auto in_quotes() -> std::string {
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

  auto pass_end_of_line() -> void {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  std::string_view text_;
  char separator_;
  std::string_view name_;
  std::size_t at_ = 0;
  index_t line_ = 1, began_ = 1;
  std::vector<std::string> fields_;
};

auto is_header(const std::vector<std::string>& fields, csv_header how) -> bool {
  if (how != csv_header::automatic) return how == csv_header::yes;
  double x = 0;
  return std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return parse(f, x) == outcome::text; });
}

auto place_of(std::string_view wanted, const std::vector<std::string>& names, std::string_view who) -> std::size_t {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found == names.end())
    throw error(fmt::format("{}: there is no column '{}'; there are {}", who, shown(wanted), fmt::join(names, ", ")));
  if (std::find(found + 1, names.end(), wanted) != names.end())
    throw error(fmt::format("{}: there are several columns '{}'", who, shown(wanted)));
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

// --- tables ----------------------------------------------------------------------------------------------------------------

auto csv_table::column(std::string_view name) const -> array {
  return seegrad::detail::views::select(values, 1, static_cast<index_t>(place_of(name, names, "column")));
}

auto parse_csv(std::string_view text, const csv_options& how, std::string_view name) -> csv_table {
  if (how.separator == '"' || how.separator == '\n' || how.separator == '\r')
    throw error("load_csv: quotes and ends of lines cannot separate fields");
  line_reader in(text, how.separator, name);
  if (!in.next()) throw error(fmt::format("load_csv: '{}' has no line", name));
  const auto width = in.fields().size();
  const bool header = is_header(in.fields(), how.header);
  auto names = in.fields();
  if (!header)
    for (std::size_t i = 0; i < width; ++i) names[i] = std::to_string(i);
  std::vector<std::size_t> wanted;
  for (const auto& c : how.columns) wanted.push_back(place_of(c, names, fmt::format("load_csv: '{}'", name)));
  if (how.columns.empty())
    for (std::size_t i = 0; i < width; ++i) wanted.push_back(i);

  csv_table out;
  for (const auto i : wanted) out.names.push_back(names[i]);
  std::vector<double> values;
  index_t rows = 0;
  for (bool more = !header || in.next(); more; more = in.next(), ++rows) {
    const auto& fields = in.fields();
    if (fields.size() != width)
      in.fail(in.number(), std::min(fields.size(), width + 1),
              fmt::format("{} fields, and the first line has {}", fields.size(), width));
    for (const auto i : wanted) {
      double x = 0;
      const auto how_it_went = parse(fields[i], x);
      if (how_it_went == outcome::text) in.fail(in.number(), i + 1, fmt::format("'{}' is no number", shown(fields[i])));
      if (how_it_went == outcome::out_of_range)
        in.fail(in.number(), i + 1, fmt::format("'{}' is out of the range of float64", shown(fields[i])));
      values.push_back(x);
    }
  }
  out.values = array(values, {rows, static_cast<index_t>(wanted.size())});
  return out;
}

auto load_csv(const std::filesystem::path& path, const csv_options& how) -> csv_table {
  detail::byte_file file(path, "load_csv");
  const auto bytes = file.read(std::numeric_limits<std::size_t>::max());
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, how, path.string());
}

}  // namespace seegrad::nn
