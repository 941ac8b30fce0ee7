#pragma once
// What training measured, epoch by epoch: a table with a name above each column.
//
//   nn::history h;
//   h.append({{"epoch", 1}, {"training loss", 0.61}, {"validation loss", 0.58}, {"accuracy", 0.79}, {"seconds", 2.1}});
//   h.save_csv("run.csv");
//   h.draw("run.svg").save();         // losses in one panel, accuracies and other metrics in the next
//
// A column that a row leaves out, or that appears in a later row for the first time, is NaN where it is missing: an empty cell in
// the file.

#include <autodiff/plot/plot.hpp>

namespace seegrad::nn {

class history {
 public:
  /// The numbers of an epoch, each with the name of its column.
  using row = std::vector<std::pair<std::string, double>>;

  /// Throws if a name is empty or occurs twice.
  auto append(const row& values) -> void;

  /// How many rows.
  auto size() const -> std::size_t { return rows_; }
  /// Their names, in the order in which they first came.
  auto columns() const -> const std::vector<std::string>& { return names_; }
  /// Whether there is a column of that name.
  auto has(std::string_view name) const -> bool;
  /// One number a row. Throws if there is no such column, and says which there are.
  auto operator[](std::string_view name) const -> const std::vector<double>&;
  /// The last number of a column. Throws if there are no rows.
  auto last(std::string_view name) const -> double;

  /// RFC 4180: names in the first line, quotes where they are needed. Numbers are read back as they were.
  auto to_csv() const -> std::string;
  /// What to_csv wrote. Throws for anything else, and says what is wrong and in which line.
  static auto from_csv(std::string_view text) -> history;
  /// Writes it to a file. Throws if that cannot be written; an old one is kept then.
  auto save_csv(const std::filesystem::path& file) const -> void;
  /// Reads such a file. Throws as from_csv, and if it cannot be read.
  static auto load_csv(const std::filesystem::path& file) -> history;

  /// Over the column "epoch", or 1, 2, 3, … if there is none. Columns with "loss" in their names stand in the first panel, all
  /// others in the second, but for those that are no measure of quality: lr, learning rate, seconds, time, step. Validation is
  /// dashed.
  auto draw(std::filesystem::path file = {}, std::string title = {}, bool log_loss = false) const -> plot;

 private:
  auto column(std::string_view name) -> std::vector<double>&;

  std::vector<std::string> names_;
  std::vector<std::vector<double>> values_;
  std::size_t rows_ = 0;
};

}  // namespace seegrad::nn
