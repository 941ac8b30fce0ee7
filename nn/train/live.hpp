#pragma once
// What can be seen of training while it goes on: a page that shows itself anew, and files for TensorBoard.

#include <chrono>
#include <functional>
#include <nn/see/event_file.hpp>
#include <nn/see/history.hpp>
#include <nn/train/fit.hpp>
#include <optional>

namespace seegrad::nn::detail {

class live_view {
 public:
  /// `parameters` are the names of all. Throws if what is to be written cannot be.
  live_view(const fit_options& how, const std::vector<std::string>& parameters);

  /// Whether anything is shown at all.
  auto is_on() const -> bool { return !page_.empty() || events_; }
  /// Whether something is to be said about this step: twice a second, and at the last of an epoch.
  auto is_due(bool ends_epoch) const -> bool;
  /// The loss of a step, which goes into the mean of those until the next that is due.
  auto loss(double loss) -> void { loss_sum_ += loss, ++losses_; }

  /// Of a step that is due, by the number of the parameter; a gradient may be null.
  auto norms(index_t step, const std::function<array(std::size_t)>& weight, const std::function<array(std::size_t)>& gradient)
      -> void;
  auto epoch(const history& all) -> void;
  /// The page as it stays.
  auto finish(const history& all, std::string_view how_it_ended) -> void;

 private:
  struct point {
    double step, loss;
    std::vector<double> weights, gradients;  // by layer
  };
  auto write_page(const history& all, std::string_view state, bool goes_on) const -> void;
  auto thin_out() -> void;

  using clock = std::chrono::steady_clock;
  std::filesystem::path page_;
  std::optional<event_file> events_;
  int epochs_;
  std::vector<std::string> layers_;
  std::vector<std::size_t> layer_of_;  // by parameter
  std::vector<point> points_;
  history so_far_;
  double loss_sum_ = 0;
  index_t losses_ = 0;
  clock::time_point began_ = clock::now(), seen_ = began_, written_ = began_;
};

/// Names of layers for at most so many curves: "blocks.0.norm1" of "blocks.0.norm1.weight", or as many of its words from the front as keep
/// them few. One name for each parameter.
auto layers_of(const std::vector<std::string>& parameters, std::size_t at_most) -> std::vector<std::string>;

}  // namespace seegrad::nn::detail
