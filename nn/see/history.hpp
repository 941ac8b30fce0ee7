#pragma once
// A table of what was measured epoch by epoch.
//
//   nn::history h;
//   h.append({{"epoch", 1}, {"loss", 0.52}, {"accuracy", 0.81}});
//   h.column("loss");  h.last("accuracy");
//   h.save_csv("run.csv");
//
// Columns stand in the order in which they first came. A row that lacks one has NaN there.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seegrad::nn {

class history {
 public:
  auto append(const std::vector<std::pair<std::string, double>>& row) -> void;

  auto size() const -> std::size_t { return rows_; }
  auto names() const -> const std::vector<std::string>& { return names_; }
  auto has(std::string_view name) const -> bool;
  /// Throws if there is no such column.
  auto column(std::string_view name) const -> const std::vector<double>&;
  /// Of the last row; throws if there is none.
  auto last(std::string_view name) const -> double;

  /// "epoch,loss\n1,0.5\n", each number with as many digits as it takes to read the same number back.
  auto to_csv() const -> std::string;
  auto save_csv(const std::filesystem::path& file) const -> void;

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<double>> columns_;
  std::size_t rows_ = 0;
};

}  // namespace seegrad::nn
