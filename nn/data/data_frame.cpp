#include <nn/data/data_frame.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <nn/data/byte_file.hpp>
#include <nn/data/csv_lines.hpp>
#include <nn/data/iso_date.hpp>
#include <set>

namespace seegrad::nn {
namespace {

// --- reading ---------------------------------------------------------------------------------------------------------------

// Numbers of categories by their names.
using numbers_of_names = std::map<std::string, std::int64_t, std::less<>>;

auto numbered(const csv_column& column, std::string_view name) -> numbers_of_names {
  numbers_of_names out;
  for (const auto& c : column.categories)
    if (!out.emplace(c, out.size()).second)
      throw error(fmt::format("load_data_frame: '{}': the category '{}' of column '{}' stands twice in the schema", name,
                              detail::shown(c), detail::shown(column.name)));
  return out;
}

// Lists of categories that the schema leaves open.
auto find_categories(csv_schema& schema, std::string_view text, const csv_options& how, std::string_view name) -> void {
  std::vector<std::string> names;
  for (const auto& c : schema.columns) names.push_back(c.name);
  detail::line_reader in(text, how, name, "load_data_frame");
  const auto places = in.places_of(names);
  std::vector<std::set<std::string>> found(names.size());
  while (in.next())
    for (std::size_t k = 0; k < names.size(); ++k)
      if (const auto& field = in.fields()[places[k]];
          schema.columns[k].kind == column_kind::category && !detail::is_missing(field))
        found[k].insert(field);
  for (std::size_t k = 0; k < names.size(); ++k)
    if (auto& c = schema.columns[k]; c.categories.empty()) c.categories.assign(found[k].begin(), found[k].end());
}

class frame_reader {
 public:
  frame_reader(const csv_schema& schema, std::string_view name) : schema_(schema) {
    for (const auto& c : schema.columns) categories_.push_back(numbered(c, name));
  }

  // The number that a field stands for; NaN if it is missing.
  auto value(std::size_t k, const std::string& field, const detail::line_reader& in, std::size_t place) const -> double {
    const auto& column = schema_.columns[k];
    double x = 0;
    const auto kind = detail::parse_number(field, x);
    if (kind == detail::field_kind::missing) return std::nan("");
    if (column.kind == column_kind::category) {
      const auto at = categories_[k].find(field);
      if (at == categories_[k].end())
        in.fail(place, fmt::format("'{}' is none of the {} categories", detail::shown(field), categories_[k].size()));
      return static_cast<double>(at->second);
    }
    if (column.kind == column_kind::date) {
      const auto seconds = detail::seconds_of(field);
      if (!seconds)
        in.fail(place,
                fmt::format("'{}' is no date; ISO 8601 is wanted, as 2024-02-29 or 2024-02-29T12:30:00Z", detail::shown(field)));
      return *seconds;
    }
    if (kind == detail::field_kind::text) in.fail(place, fmt::format("'{}' is no number", detail::shown(field)));
    if (kind == detail::field_kind::out_of_range)
      in.fail(place, fmt::format("'{}' is out of the range of float64", detail::shown(field)));
    return x;
  }

 private:
  const csv_schema& schema_;
  std::vector<numbers_of_names> categories_;
};

auto as_labels(const std::vector<double>& values) -> array {
  std::vector<std::int64_t> out;
  for (const auto v : values) out.push_back(std::isnan(v) ? -1 : static_cast<std::int64_t>(v));
  return array(out);
}

// --- features --------------------------------------------------------------------------------------------------------------

auto names_or_all(const csv_schema& schema, std::vector<std::string> names) -> std::vector<std::string> {
  if (names.empty())
    for (const auto& c : schema.columns) names.push_back(c.name);
  return names;
}

auto width_of(const csv_column& c) -> index_t {
  return c.kind == column_kind::category ? static_cast<index_t>(c.categories.size()) : 1;
}

// Writes a column's features to columns `at` and following of a matrix.
auto put(const csv_column& c, const array& values, array& to, index_t at) -> void {
  const auto width = static_cast<std::size_t>(to.extent(1)), first = static_cast<std::size_t>(at);
  const auto rows = static_cast<std::size_t>(values.size());
  const auto out = to.writable<double>();
  for (std::size_t i = 0; i < rows; ++i)
    if (c.kind != column_kind::category) out[i * width + first] = values.elements<double>()[i];
    else if (const auto label = values.elements<std::int64_t>()[i]; label >= 0)
      out[i * width + first + static_cast<std::size_t>(label)] = 1;
}

}  // namespace

auto data_frame::column(std::string_view name) const -> array {
  return columns[static_cast<std::size_t>(&schema[name] - schema.columns.data())];
}

auto data_frame::one_hot(std::string_view name) const -> array {
  if (schema[name].kind != column_kind::category)
    throw error(fmt::format("one_hot: column '{}' has no categories; .schema makes some of it", detail::shown(name)));
  return features({std::string(name)});
}

auto data_frame::features(const std::vector<std::string>& some) const -> array {
  const auto names = names_or_all(schema, some);
  index_t width = 0;
  for (const auto& n : names) width += width_of(schema[n]);
  auto out = array(std::vector<double>(static_cast<std::size_t>(rows() * width)), {rows(), width});
  index_t at = 0;
  for (const auto& n : names) {
    put(schema[n], column(n), out, at);
    at += width_of(schema[n]);
  }
  return out;
}

auto data_frame::feature_names(const std::vector<std::string>& some) const -> std::vector<std::string> {
  std::vector<std::string> out;
  for (const auto& n : names_or_all(schema, some)) {
    if (schema[n].kind != column_kind::category) out.push_back(n);
    else
      for (const auto& c : schema[n].categories) out.push_back(n + "=" + c);
  }
  return out;
}

auto data_frame::missing(std::string_view name) const -> index_t {
  const auto values = column(name).to_vector<double>();
  const bool is_category = schema[name].kind == column_kind::category;
  return std::count_if(values.begin(), values.end(), [&](double v) { return is_category ? v < 0 : std::isnan(v); });
}

auto parse_data_frame(std::string_view text, const data_frame_options& how, std::string_view name) -> data_frame {
  data_frame out;
  out.schema = how.schema ? *how.schema : parse_csv_schema(text, how.csv, name);
  auto& columns = out.schema.columns;
  if (columns.empty()) throw error(fmt::format("load_data_frame: '{}': the schema has no column", name));
  const auto is_open = [](const csv_column& c) { return c.kind == column_kind::category && c.categories.empty(); };
  if (std::any_of(columns.begin(), columns.end(), is_open)) find_categories(out.schema, text, how.csv, name);

  detail::line_reader in(text, how.csv, name, "load_data_frame");
  std::vector<std::string> names;
  for (const auto& c : columns) names.push_back(c.name);
  const auto places = in.places_of(names);
  const frame_reader reader(out.schema, name);
  std::vector<std::vector<double>> values(columns.size());
  std::vector<double> row(columns.size());
  while (in.next()) {
    bool lacks = false;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      row[k] = reader.value(k, in.fields()[places[k]], in, places[k]);
      if (!std::isnan(row[k])) continue;
      lacks = true;
      if (how.missing == missing_values::refuse) in.fail(places[k], "the field is missing");
    }
    if (lacks && how.missing == missing_values::leave_out) continue;
    for (std::size_t k = 0; k < columns.size(); ++k) values[k].push_back(row[k]);
  }
  for (std::size_t k = 0; k < columns.size(); ++k)
    out.columns.push_back(columns[k].kind == column_kind::category ? as_labels(values[k]) : array(values[k]));
  return out;
}

auto load_data_frame(const std::filesystem::path& file, const data_frame_options& how) -> data_frame {
  return parse_data_frame(detail::text_of(file, "load_data_frame"), how, file.string());
}

}  // namespace seegrad::nn
