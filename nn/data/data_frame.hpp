#pragma once
// Tables whose columns are numbers, categories or dates, from text: csv.hpp says how lines and fields are written.
//
//   const auto train = nn::load_data_frame("titanic.csv");
//   fmt::print("{}", train.schema.text());
//   array age = train.column("age");                            // [rows], float64; NaN where it is missing
//   array sex = train.column("sex");                            // [rows], int64; the place in schema["sex"].categories
//   array x = train.features({"age", "sex"});                   // [rows x 3], float64: age, sex=female, sex=male
//   train.feature_names({"age", "sex"});
//   const auto test = nn::load_data_frame("test.csv", {.schema = train.schema});      // the same numbers for the same names

#include <autodiff/array/array.hpp>
#include <nn/data/csv_schema.hpp>
#include <optional>

namespace seegrad::nn {

/// What becomes of an empty field, NA, nan and so on.
enum class missing_values {
  keep,       ///< NaN among numbers and dates, -1 among categories, nothing but 0 in their one-hot columns
  leave_out,  ///< the whole row is left out
  refuse      ///< an error, with the line and the column
};

struct data_frame {
  csv_schema schema;           ///< what each column has
  std::vector<array> columns;  ///< in the order of the schema, [rows]: int64 of categories, float64 of all else

  auto rows() const -> index_t { return columns.empty() ? 0 : columns[0].size(); }
  /// Throws, as all that follow, if there is no column of that name, or several.
  auto column(std::string_view name) const -> array;
  /// [rows, categories], float64: 1 in the column of the row's category, and 0 elsewhere. Throws for a column of another kind.
  auto one_hot(std::string_view name) const -> array;
  /// [rows, features], float64, as models take them: numbers and dates as they are, categories one-hot. All columns if there are no names.
  auto features(const std::vector<std::string>& names = {}) const -> array;
  /// What the columns of features are called, as "age" and "sex=female".
  auto feature_names(const std::vector<std::string>& names = {}) const -> std::vector<std::string>;
  /// How many numbers of a column are missing.
  auto missing(std::string_view name) const -> index_t;
};

struct data_frame_options {
  csv_options csv = {};                           ///< how the text is laid out
  missing_values missing = missing_values::keep;  ///< what becomes of rows that lack a field
  /// The columns to read, found by their names; none: inferred, of the columns that .csv names. Categories that are not in its list are an
  /// error.
  std::optional<csv_schema> schema = std::nullopt;
};

/// Throws, with the line and the column (both from 1), for a field that is not what its column is, and for all that load_csv throws for.
auto load_data_frame(const std::filesystem::path& file, const data_frame_options& how = {}) -> data_frame;
/// The same for text; `name` is what errors call it.
auto parse_data_frame(std::string_view text, const data_frame_options& how = {}, std::string_view name = "text") -> data_frame;

}  // namespace seegrad::nn
