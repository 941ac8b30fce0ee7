#pragma once
// What the columns of a table are: numbers, categories or dates.
//
//   auto schema = nn::infer_csv_schema("titanic.csv");
//   fmt::print("{}", schema.text());
//   // age    number
//   // sex    category: female, male
//   // born   date
//   schema["class"].kind = nn::column_kind::category;         // 1, 2 and 3 are no amounts
//   auto train = nn::load_data_frame("titanic.csv", {.schema = schema});

#include <nn/data/csv.hpp>

namespace seegrad::nn {

enum class column_kind {
  number,
  category,  ///< one of a list of names; the number of each is its place in the list
  date       ///< ISO 8601; seconds since the beginning of 1970 in UTC
};

/// What a column of a table has.
struct csv_column {
  std::string name;                        ///< as the header says it
  column_kind kind = column_kind::number;  ///< of its fields
  /// The names of a category in the order of their numbers; if there are none, they are those of the file, sorted by their bytes.
  std::vector<std::string> categories = {};
};

struct csv_schema {
  std::vector<csv_column> columns;  ///< in the order of the table

  /// Throws if there is no column of that name, or several.
  auto operator[](std::string_view name) -> csv_column&;
  auto operator[](std::string_view name) const -> const csv_column&;
  /// A line for each column, for people.
  auto text() const -> std::string;
};

/// Reads the whole file: a column whose fields are all numbers or missing has numbers, one whose fields are all dates or missing dates, and
/// any other categories. A table of text without a header needs csv_header::no, or its first line would be one. What is missing, and what
/// is an error, is said in csv.hpp.
auto infer_csv_schema(const std::filesystem::path& file, const csv_options& how = {}) -> csv_schema;
/// The same for text; `name` is what errors call it.
auto parse_csv_schema(std::string_view text, const csv_options& how = {}, std::string_view name = "text") -> csv_schema;

}  // namespace seegrad::nn
