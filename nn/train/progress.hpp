#pragma once
// What training says while it goes on: one line an epoch, and on a terminal a bar that fills up until then. No line is wider than the terminal.

#include <chrono>
#include <cstdio>
#include <nn/train/fit.hpp>
#include <nn/train/fitted_line.hpp>

namespace seegrad::nn::detail {

class progress_log {
 public:
  /// `epochs` and `batches` in all, `samples` in an epoch.
  progress_log(progress_style kind, std::FILE* to, int epochs, index_t batches, index_t samples);

  auto begin_epoch(int epoch, index_t batches_done) -> void;
  /// After a batch; drawn at most ten times a second.
  auto batch(index_t done, double loss, double metric, const std::string& metric_name) -> void;
  /// The line that stays.
  auto end_epoch(const history& all) -> void;
  auto say(const std::string& line) -> void;
  /// Since the epoch began.
  auto seconds() const -> double;

 private:
  auto epoch_part() const -> line_part;
  auto clear_bar() -> void;

  using clock = std::chrono::steady_clock;
  bool on_terminal_, bar_, lines_, drawn_ = false;
  std::FILE* to_;
  int epochs_, epoch_ = 0;
  index_t batches_, samples_, first_ = 0;
  clock::time_point began_ = clock::now(), last_drawn_ = began_;
};

/// "12 s", "3 min 5 s", "2 h 10 min".
auto duration_text(double seconds) -> std::string;

}  // namespace seegrad::nn::detail
