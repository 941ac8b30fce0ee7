#include <nn/train/progress.hpp>

#include <cmath>
#include <fmt/format.h>
#include <unistd.h>

namespace seegrad::nn::detail {

auto duration_text(double seconds) -> std::string {
  const auto s = std::isfinite(seconds) ? std::llround(std::max(0.0, std::min(seconds, 1e9))) : 0;
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

progress_log::progress_log(progress_style kind, std::FILE* to, int epochs, index_t batches, index_t samples)
    : bar_(kind == progress_style::bar || (kind == progress_style::automatic && to && ::isatty(::fileno(to)) == 1)),
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
  constexpr int width = 24;
  const auto share = static_cast<double>(done) / static_cast<double>(batches_);
  const auto filled = static_cast<std::size_t>(width * share);
  const auto each = seconds() / static_cast<double>(done - first_);
  const auto left = each * static_cast<double>(batches_ - done);
  const auto speed = static_cast<double>(samples_) / static_cast<double>(batches_) / each;
  const auto of_metric = metric_name.empty() ? std::string() : fmt::format("  {} {:.4f}", metric_name, metric);
  fmt::print(to_, "\r\033[2Kepoch {}/{} [{:-<24}] {:3.0f} %  loss {:.4f}{}  {:.0f} samples/s  {} left", epoch_ + 1, epochs_,
             std::string(filled, '='), 100 * share, loss, of_metric, speed, duration_text(left));
  std::fflush(to_);
  drawn_ = true;
}

auto progress_log::clear_bar() -> void {
  if (drawn_) fmt::print(to_, "\r\033[2K");
  drawn_ = false;
}

auto progress_log::end_epoch(const history& all) -> void {
  if (!lines_) return;
  clear_bar();
  std::string line = fmt::format("epoch {:>{}}/{}", epoch_ + 1, std::to_string(epochs_).size(), epochs_);
  for (const auto& name : all.columns()) {
    const auto x = all.last(name);
    if (name == "epoch" || std::isnan(x)) continue;
    line += name == "seconds" ? fmt::format("  {}", x < 10 ? fmt::format("{:.2f} s", x) : duration_text(x))
                              : fmt::format("  {} {:.4g}", name, x);
  }
  fmt::print(to_, "{}\n", line);
  std::fflush(to_);
}

auto progress_log::say(const std::string& line) -> void {
  if (!lines_) return;
  clear_bar();
  fmt::print(to_, "{}\n", line);
  std::fflush(to_);
}

}  // namespace seegrad::nn::detail
