#include <nn/see/history.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <cmath>
#include <fmt/format.h>
#include <fstream>

namespace seegrad::nn {

auto history::append(const std::vector<std::pair<std::string, double>>& row) -> void {
  for (const auto& [name, value] : row)
    if (!has(name)) names_.push_back(name), columns_.emplace_back(rows_, std::nan(""));
  for (auto& column : columns_) column.push_back(std::nan(""));
  for (const auto& [name, value] : row)
    columns_[static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin())].back() = value;
  ++rows_;
}

auto history::has(std::string_view name) const -> bool { return std::find(names_.begin(), names_.end(), name) != names_.end(); }

auto history::column(std::string_view name) const -> const std::vector<double>& {
  const auto at = std::find(names_.begin(), names_.end(), name);
  if (at == names_.end()) throw error(fmt::format("history: there is no column \"{}\"; there are: {}", name, fmt::join(names_, ", ")));
  return columns_[static_cast<std::size_t>(at - names_.begin())];
}

auto history::last(std::string_view name) const -> double {
  if (rows_ == 0) throw error("history: it is empty");
  return column(name).back();
}

auto history::to_csv() const -> std::string {
  std::string text = fmt::format("{}\n", fmt::join(names_, ","));
  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t k = 0; k < columns_.size(); ++k) text += fmt::format("{}{}", columns_[k][i], k + 1 < columns_.size() ? ',' : '\n');
  return text;
}

auto history::save_csv(const std::filesystem::path& file) const -> void {
  std::ofstream out(file, std::ios::binary);
  out << to_csv();
  out.close();
  if (!out) throw error(fmt::format("history: {} cannot be written", file.string()));
}

}  // namespace seegrad::nn
