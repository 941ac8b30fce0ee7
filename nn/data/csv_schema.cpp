#include <nn/data/csv_schema.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nn/data/byte_file.hpp>
#include <nn/data/csv_lines.hpp>
#include <nn/data/iso_date.hpp>
#include <set>

namespace seegrad::nn {
namespace {

// What all fields of a column can be, so far.
struct column_so_far {
  bool numbers = true, dates = true, any = false;
  std::set<std::string> names = {};
};

}  // namespace

auto csv_schema::operator[](std::string_view name) const -> const csv_column& {
  std::vector<std::string> names;
  for (const auto& c : columns) names.push_back(c.name);
  return columns[detail::place_of(name, names, "csv_schema")];
}
auto csv_schema::operator[](std::string_view name) -> csv_column& { return const_cast<csv_column&>(std::as_const(*this)[name]); }

auto csv_schema::text() const -> std::string {
  std::size_t width = 0;
  for (const auto& c : columns) width = std::max(width, detail::shown(c.name).size());
  std::string out;
  for (const auto& c : columns) {
    out += fmt::format("{:<{}}  ", detail::shown(c.name), width);
    if (c.kind != column_kind::category) {
      out += c.kind == column_kind::number ? "number\n" : "date\n";
      continue;
    }
    constexpr std::size_t most = 10;
    std::vector<std::string> first;
    for (std::size_t i = 0; i < std::min(most, c.categories.size()); ++i) first.push_back(detail::shown(c.categories[i]));
    const auto others = c.categories.size() - first.size();
    out += fmt::format("category: {}{}\n", fmt::join(first, ", "), others ? fmt::format(" and {} others", others) : "");
  }
  return out;
}

auto parse_csv_schema(std::string_view text, const csv_options& how, std::string_view name) -> csv_schema {
  detail::line_reader in(text, how, name, "infer_csv_schema");
  const auto wanted = in.places_of(how.columns);
  std::vector<column_so_far> seen(wanted.size());
  while (in.next())
    for (std::size_t k = 0; k < wanted.size(); ++k) {
      const auto& field = in.fields()[wanted[k]];
      auto& column = seen[k];
      double x = 0;
      const auto kind = detail::parse_number(field, x);
      if (kind == detail::field_kind::missing) continue;
      column.any = true;
      column.numbers = column.numbers && kind != detail::field_kind::text;
      column.dates = column.dates && detail::seconds_of(field);
      column.names.insert(field);
    }
  csv_schema out;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const auto& column = seen[k];
    const auto kind = column.numbers ? column_kind::number : column.dates ? column_kind::date : column_kind::category;
    out.columns.push_back({in.names()[wanted[k]], kind});
    if (kind == column_kind::category) out.columns.back().categories.assign(column.names.begin(), column.names.end());
  }
  return out;
}

auto infer_csv_schema(const std::filesystem::path& file, const csv_options& how) -> csv_schema {
  return parse_csv_schema(detail::text_of(file, "infer_csv_schema"), how, file.string());
}

}  // namespace seegrad::nn
