#include <nn/see/history.hpp>

#include <algorithm>
#include <autodiff/array/from_chars.hpp>
#include <autodiff/array/npy.hpp>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>

namespace seegrad::nn {
namespace {

auto quoted(const std::string& name) -> std::string {
  if (name.find_first_of(",\"\r\n") == std::string::npos && name.front() != ' ' && name.back() != ' ') return name;
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

// The cells of the next line, without it.
auto next_line(std::string_view& text, std::size_t line) -> std::vector<std::string> {
  std::vector<std::string> cells(1);
  bool inside = false, closed = false;
  std::size_t k = 0;
  for (; k < text.size(); ++k) {
    const char c = text[k];
    if (inside) {
      if (c != '"') cells.back() += c;
      else if (k + 1 < text.size() && text[k + 1] == '"') cells.back() += text[++k];
      else inside = false, closed = true;
    } else if (c == ',') {
      cells.emplace_back(), closed = false;
    } else if (c == '\n') {
      break;
    } else if (c == '"' && cells.back().empty() && !closed) {
      inside = true;
    } else if (c != '\r' || (k + 1 < text.size() && text[k + 1] != '\n')) {
      if (closed || c == '"') throw error(fmt::format("history: line {} of the CSV has a quote in the wrong place", line));
      cells.back() += c;
    }
  }
  if (inside) throw error(fmt::format("history: line {} of the CSV opens a quote and does not close it", line));
  text.remove_prefix(std::min(text.size(), k + 1));
  return cells;
}

auto number(std::string_view cell, std::size_t line) -> double {
  while (cell.starts_with(' ')) cell.remove_prefix(1);
  while (cell.ends_with(' ')) cell.remove_suffix(1);
  if (cell.empty()) return NAN;
  double x = 0;
  const auto [end, code] = seegrad::detail::from_chars(cell.data(), cell.data() + cell.size(), x);
  if (code != std::errc() || end != cell.data() + cell.size())
    throw error(fmt::format("history: '{}' in line {} of the CSV is no number", std::string(cell.substr(0, 60)), line));
  return x;
}

auto lower(std::string s) -> std::string {
  for (char& c : s) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return s;
}

}  // namespace

auto history::has(std::string_view name) const -> bool { return std::find(names_.begin(), names_.end(), name) != names_.end(); }

auto history::operator[](std::string_view name) const -> const std::vector<double>& {
  const auto at = std::find(names_.begin(), names_.end(), name);
  if (at == names_.end()) throw error(fmt::format("history: no column '{}'; there are: {}", name, fmt::join(names_, ", ")));
  return values_[static_cast<std::size_t>(at - names_.begin())];
}

auto history::last(std::string_view name) const -> double {
  const auto& values = (*this)[name];
  if (values.empty()) throw error(fmt::format("history: no rows, and so no last {}", name));
  return values.back();
}

auto history::append(const row& values) -> void {
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k].first.empty()) throw error("history: a column without a name");
    for (std::size_t j = 0; j < k; ++j) {
      if (values[j].first == values[k].first) throw error(fmt::format("history: '{}' twice in a row", values[k].first));
    }
  }
  auto names = names_;
  auto table = values_;
  for (const auto& [name, x] : values) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name), table.emplace_back(rows_, NAN);
  }
  for (auto& column : table) column.push_back(NAN);
  for (const auto& [name, x] : values)
    table[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())].back() = x;
  names_ = std::move(names), values_ = std::move(table), ++rows_;
}

auto history::to_csv() const -> std::string {
  std::string out;
  for (std::size_t j = 0; j < names_.size(); ++j) out += (j ? "," : "") + quoted(names_[j]);
  out += '\n';
  for (std::size_t i = 0; i < rows_; ++i) {
    for (std::size_t j = 0; j < names_.size(); ++j) {
      if (j) out += ',';
      if (const double x = values_[j][i]; !std::isnan(x)) out += fmt::format("{}", x);
      else if (names_.size() == 1) out += "nan";  // a line with nothing in it would be no row
    }
    out += '\n';
  }
  return out;
}

auto history::from_csv(std::string_view text) -> history {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  history h;
  if (text.find_first_not_of("\r\n") == std::string_view::npos) return h;
  std::size_t line = 1;
  const auto names = next_line(text, line);
  for (std::size_t j = 0; j < names.size(); ++j) {
    if (names[j].empty()) throw error("history: the CSV has a column without a name");
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(j), names[j]) !=
        names.begin() + static_cast<std::ptrdiff_t>(j))
      throw error(fmt::format("history: the CSV has two columns '{}'", names[j]));
  }
  h.names_ = names, h.values_.resize(names.size());
  while (!text.empty()) {
    const auto cells = next_line(text, ++line);
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() != names.size())
      throw error(
          fmt::format("history: line {} of the CSV has {} cells, and there are {} columns", line, cells.size(), names.size()));
    for (std::size_t j = 0; j < cells.size(); ++j) h.values_[j].push_back(number(cells[j], line));
    ++h.rows_;
  }
  return h;
}

auto history::save_csv(const std::filesystem::path& file) const -> void {
  seegrad::detail::replace_file(file, "history", [&](std::ostream& out) { out << to_csv(); });
}

auto history::load_csv(const std::filesystem::path& file) -> history {
  auto in = seegrad::detail::open_to_read(file, "history");
  return from_csv(std::string(std::istreambuf_iterator<char>(in), {}));
}

auto history::draw(std::filesystem::path file, std::string title, bool log_loss) const -> plot {
  std::vector<std::string> losses, metrics;
  for (const auto& name : names_) {
    const auto n = lower(name);
    const auto any = [&](std::initializer_list<std::string_view> words) {
      return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return n == w; });
    };
    if (n.find("loss") != std::string::npos) losses.push_back(name);
    else if (!any({"epoch", "lr", "learning rate", "learning_rate", "seconds", "time", "step"})) metrics.push_back(name);
  }
  if (rows_ == 0 || (losses.empty() && metrics.empty()))
    throw error("history: nothing to draw; append rows with a loss or a metric");
  std::vector<double> epochs(rows_);
  for (std::size_t i = 0; i < rows_; ++i) epochs[i] = static_cast<double>(i + 1);
  if (has("epoch")) epochs = (*this)["epoch"];

  plot p(std::move(file));
  p.title(std::move(title)).panels(1, losses.empty() || metrics.empty() ? 1 : 2);
  const auto draw = [&](const char* heading, const std::vector<std::string>& names) {
    if (names.empty()) return;
    p.panel(heading).x_label("epoch");
    for (const auto& name : names) p.line(name, epochs, (*this)[name], {.dashed = lower(name).find("val") != std::string::npos});
  };
  draw("loss", losses);
  if (log_loss && !losses.empty()) p.log_y();
  draw(metrics.size() == 1 ? metrics.front().c_str() : "metrics", metrics);
  return p;
}

}  // namespace seegrad::nn
