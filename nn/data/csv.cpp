#include <nn/data/csv.hpp>

#include <fmt/format.h>
#include <limits>
#include <nn/data/byte_file.hpp>
#include <nn/data/csv_lines.hpp>

namespace seegrad::nn {

auto csv_table::column(std::string_view name) const -> array {
  return values.select(1, static_cast<index_t>(detail::place_of(name, names, "column")));
}

auto parse_csv(std::string_view text, const csv_options& how, std::string_view name) -> csv_table {
  detail::line_reader in(text, how, name, "load_csv");
  const auto wanted = in.places_of(how.columns);
  csv_table out;
  for (const auto i : wanted) out.names.push_back(in.names()[i]);
  std::vector<double> values;
  index_t rows = 0;
  for (; in.next(); ++rows)
    for (const auto i : wanted) {
      const auto& field = in.fields()[i];
      double x = 0;
      const auto kind = detail::parse_number(field, x);
      if (kind == detail::field_kind::text) in.fail(i, fmt::format("'{}' is no number", detail::shown(field)));
      if (kind == detail::field_kind::out_of_range)
        in.fail(i, fmt::format("'{}' is out of the range of float64", detail::shown(field)));
      values.push_back(x);
    }
  out.values = array(values, {rows, static_cast<index_t>(wanted.size())});
  return out;
}

auto load_csv(const std::filesystem::path& path, const csv_options& how) -> csv_table {
  return parse_csv(detail::text_of(path, "load_csv"), how, path.string());
}

}  // namespace seegrad::nn
