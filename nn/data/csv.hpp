#pragma once
// Tables of numbers in text, a row a line: RFC 4180. With categories and dates among them: data_frame.hpp.
//
//   const auto t = nn::load_csv("wine.csv", {.separator = ';'});
//   t.names, t.values;                                       // the columns' names; [rows x columns], float64; .cast(float32) for layers
//   array quality = t.column("quality");                     // [rows]
//   const auto two = nn::load_csv("wine.csv", {.separator = ';', .columns = {"pH", "alcohol"}});
//
// Lines end with LF or CRLF. Fields may stand in quotes, with a quote in them doubled, and then hold separators and ends of
// lines. Spaces around a field, a byte order mark, and empty lines are passed over. An empty field, NA, N/A, NaN, null, none and
// ?, in large or small letters, are missing and become NaN.

#include <autodiff/array/array.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::nn {

/// automatic: the first line is a header if a field of it is neither a number nor missing.
enum class csv_header { automatic, yes, no };

struct csv_options {
  char separator = ',';                       ///< what stands between two fields of a line
  csv_header header = csv_header::automatic;  ///< whether the first line holds names
  /// The columns to read, in this order, by their names; all if empty. Others may hold text.
  std::vector<std::string> columns = {};
};

/// What a file held: a name and a column of numbers for each column that was read.
struct csv_table {
  std::vector<std::string> names;  ///< Without a header "0", "1", and so on.
  array values;                    ///< [rows, columns], float64

  /// One column, [rows], as a view. Throws if there is none of that name, or several.
  auto column(std::string_view name) const -> array;
};

/// Throws, with the line and the column (both from 1), for a field that is no number or out of range, and for a line with another
/// number of fields than the first; for a quote that is not closed, and for a file that cannot be read or has no line. Files may
/// be packed by gzip.
auto load_csv(const std::filesystem::path& file, const csv_options& how = {}) -> csv_table;
/// The same for text; `name` is what errors call it.
auto parse_csv(std::string_view text, const csv_options& how = {}, std::string_view name = "text") -> csv_table;

}  // namespace seegrad::nn
