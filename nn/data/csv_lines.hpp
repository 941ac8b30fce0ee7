#pragma once
// The lines and fields of a table in text: RFC 4180, with what csv.hpp says beside it.

#include <autodiff/array/dims.hpp>
#include <nn/data/csv.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::nn::detail {

/// As much of a field as fits in an error.
auto shown(std::string_view field) -> std::string;
/// Nothing, or one of the words for it.
auto is_missing(std::string_view field) -> bool;

enum class field_kind { number, missing, text, out_of_range };
/// What a field is; x is the number, or NaN if it is missing.
auto parse_number(std::string_view field, double& x) -> field_kind;

/// Reads line by line. Errors begin with `who` and the name of the text.
class line_reader {
 public:
  /// Throws for a separator that cannot be one, and for a text without lines. The names of the columns are those of the header, or "0",
  /// "1", and so on.
  line_reader(std::string_view text, const csv_options& how, std::string_view name, std::string_view who);

  auto names() const -> const std::vector<std::string>& { return names_; }
  /// The next line of numbers or text that is not empty; false at the end. Throws if it has another number of fields than the first.
  auto next() -> bool;
  auto fields() const -> const std::vector<std::string>& { return fields_; }
  /// The places of columns with these names; of all if there are none. Throws if there is none of a name, or several.
  auto places_of(const std::vector<std::string>& columns) const -> std::vector<std::size_t>;
  /// An error about a field of the line that was read last, column from 0.
  [[noreturn]] auto fail(std::size_t column, const std::string& what) const -> void { fail(began_, column + 1, what); }

 private:
  [[noreturn]] auto fail(index_t line, std::size_t column, const std::string& what) const -> void;
  auto read_line() -> bool;
  auto is_blank(char c) const -> bool { return (c == ' ' || c == '\t') && c != separator_; }
  auto ends_field(char c) const -> bool { return c == separator_ || c == '\n' || c == '\r'; }
  auto pass_blanks() -> void;
  auto field(bool& quoted) -> std::string;
  auto in_quotes() -> std::string;
  auto pass_end_of_line() -> void;

  std::string_view text_;
  char separator_;
  std::string_view name_, who_;
  std::size_t at_ = 0;
  index_t line_ = 1, began_ = 1;
  std::vector<std::string> fields_, names_;
  bool is_first_ = false;  // the first line is in fields_, and is no header
};

/// The place of a name. Throws in the name of `who` if there is none, or several.
auto place_of(std::string_view wanted, const std::vector<std::string>& names, std::string_view who) -> std::size_t;

}  // namespace seegrad::nn::detail
