#pragma once
// Text in columns.
//
//   table t({"node", "value"}, {table::left, table::decimal});
//   t.row({{"a"}, {"7"}});
//   t.row({{"sigmoid"}, {"-0.25", style::negative}});
//   out << t.text(colour);
//
// Widths are those of a terminal, so that names in any script line up; numbers of a decimal column have their points one below
// another.

#include <string>
#include <vector>

namespace seegrad::cli {

/// Colours for a terminal. Blue and yellow are told apart by nearly everyone; the sign is printed as well.
enum class style { plain, heading, strong, faint, positive, negative, good, bad };
auto styled(const std::string& text, style how, bool colour) -> std::string;

class table {
 public:
  enum alignment { left, right, decimal };
  struct cell {
    std::string text;
    style how = style::plain;
  };

  table(std::vector<std::string> heads, std::vector<alignment> columns)
      : heads_(std::move(heads)), columns_(std::move(columns)) {}
  auto row(std::vector<cell> cells) -> void { rows_.push_back(std::move(cells)); }
  auto text(bool colour) const -> std::string;

 private:
  std::vector<std::string> heads_;
  std::vector<alignment> columns_;
  std::vector<std::vector<cell>> rows_;
};

}  // namespace seegrad::cli
