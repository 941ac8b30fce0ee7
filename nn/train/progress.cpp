#include <nn/train/progress.hpp>

#include <autodiff/array/system.hpp>
#include <autodiff/array/utf8.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nn/train/fitted_line.hpp>

namespace seegrad::nn::detail {

auto duration_text(double seconds) -> std::string {
  const auto s = std::isfinite(seconds) ? std::llround(std::max(0.0, std::min(seconds, 1e9))) : 0;
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

namespace {

// What an epoch's line leaves out first where the terminal is narrow has the greatest number.
auto rank_of(std::string_view column) -> int {
  if (column == "loss") return 1;
  if (column == "validation loss") return 2;
  if (column.starts_with("validation ")) return 3;
  return column == "learning rate" ? 6 : 4;
}

}  // namespace

progress_log::progress_log(progress_style kind, std::FILE* to, int epochs, index_t batches, index_t samples)
    : on_terminal_(seegrad::detail::is_terminal(to)),
      bar_(kind == progress_style::bar || (kind == progress_style::automatic && on_terminal_)),
      lines_(kind != progress_style::none && to != nullptr),
      to_(to),
      epochs_(epochs),
      batches_(batches),
      samples_(samples) {
  bar_ = bar_ && lines_;
}

auto progress_log::seconds() const -> double { return std::chrono::duration<double>(clock::now() - began_).count(); }

auto progress_log::begin_epoch(int epoch, index_t batches_done) -> void {
  epoch_ = epoch, first_ = batches_done;
  began_ = last_drawn_ = clock::now();
}

auto progress_log::batch(index_t done, double loss, double metric, const std::string& metric_name) -> void {
  if (!bar_ || clock::now() - last_drawn_ < std::chrono::milliseconds(100)) return;
  last_drawn_ = clock::now();
  const auto share = static_cast<double>(done) / static_cast<double>(batches_);
  const auto each = seconds() / static_cast<double>(done - first_);
  const auto speed = static_cast<double>(samples_) / static_cast<double>(batches_) / each;
  std::vector<line_part> parts{
      epoch_part(), {"", 4, true, share}, {fmt::format("{:3.0f} %", 100 * share), 2}, {fmt::format("loss {:.4f}", loss), 1}};
  if (!metric_name.empty()) parts.push_back({fmt::format("{} {:.4f}", seegrad::detail::escaped(metric_name), metric), 5});
  parts.push_back({fmt::format("{:.0f} samples/s", speed), 6});
  parts.push_back({fmt::format("{} left", duration_text(each * static_cast<double>(batches_ - done))), 3});
  // A terminal may begin another line when its last column is written to.
  fmt::print(to_, "\r\033[2K{}", fitted_line(std::move(parts), columns_of(to_) - 1));
  std::fflush(to_);
  drawn_ = true;
}

auto progress_log::epoch_part() const -> line_part {
  const auto number = fmt::format("{:>{}}/{}", epoch_ + 1, std::to_string(epochs_).size(), epochs_);
  return {"epoch " + number, 0, false, 0, number};
}

auto progress_log::clear_bar() -> void {
  if (drawn_) fmt::print(to_, "\r\033[2K");
  drawn_ = false;
}

auto progress_log::end_epoch(const history& all) -> void {
  if (!lines_) return;
  clear_bar();
  std::vector<line_part> parts{epoch_part()};
  for (const auto& name : all.columns()) {
    const auto x = all.last(name);
    if (name == "epoch" || std::isnan(x)) continue;
    if (name == "seconds") parts.push_back({x < 10 ? fmt::format("{:.2f} s", x) : duration_text(x), 5});
    else parts.push_back({fmt::format("{} {:.4g}", seegrad::detail::escaped(name), x), rank_of(name)});
  }
  fmt::print(to_, "{}\n", fitted_line(std::move(parts), on_terminal_ ? columns_of(to_) - 1 : std::numeric_limits<int>::max()));
  std::fflush(to_);
}

auto progress_log::say(const std::string& line) -> void {
  if (!lines_) return;
  clear_bar();
  fmt::print(to_, "{}\n", line);
  std::fflush(to_);
}

}  // namespace seegrad::nn::detail
