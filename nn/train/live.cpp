#include <nn/train/live.hpp>

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/see/chart.hpp>
#include <nn/see/report.hpp>
#include <nn/train/progress.hpp>

namespace seegrad::nn::detail {
namespace {

constexpr auto between_points = std::chrono::milliseconds(500), between_pages = std::chrono::milliseconds(1000);
constexpr int reload_seconds = 2;
constexpr std::size_t most_curves = 10, most_points = 600;

auto first_words(std::string_view name, std::size_t n) -> std::string {
  std::size_t at = 0;
  for (; n > 0 && at != std::string_view::npos; --n) at = name.find('.', at == 0 ? 0 : at + 1);
  return std::string(name.substr(0, at));
}

auto squares(const array& x) -> double { return x.is_null() ? 0 : sum(square(x.cast(float64))).item(); }

auto is_loss(std::string_view column) -> bool { return column.find("loss") != std::string_view::npos; }

}  // namespace

auto layers_of(const std::vector<std::string>& parameters, std::size_t at_most) -> std::vector<std::string> {
  std::vector<std::string> layers;
  std::size_t words = 1;
  for (const auto& name : parameters) {
    layers.push_back(name.substr(0, std::min(name.rfind('.'), name.size())));
    words = std::max(words, static_cast<std::size_t>(std::count(name.begin(), name.end(), '.')));
  }
  for (; words > 0; --words) {
    auto grouped = layers;
    for (auto& l : grouped) l = first_words(l, words);
    auto different = grouped;
    std::sort(different.begin(), different.end());
    different.erase(std::unique(different.begin(), different.end()), different.end());
    if (different.size() <= at_most) return grouped;
  }
  return std::vector<std::string>(parameters.size(), "all");
}

live_view::live_view(const fit_options& how, const std::vector<std::string>& parameters) : page_(how.page), epochs_(how.epochs) {
  if (!how.tensorboard.empty()) events_.emplace(how.tensorboard);
  if (!is_on()) return;
  for (const auto& name : layers_of(parameters, most_curves)) {
    const auto at = std::find(layers_.begin(), layers_.end(), name);
    layer_of_.push_back(static_cast<std::size_t>(at - layers_.begin()));
    if (at == layers_.end()) layers_.push_back(name);
  }
  if (!page_.empty()) write_page({}, "begins", true);
}

auto live_view::is_due(bool ends_epoch) const -> bool {
  return is_on() && (ends_epoch || clock::now() - seen_ >= between_points);
}

auto live_view::norms(index_t step, const std::function<array(std::size_t)>& weight,
                      const std::function<array(std::size_t)>& gradient) -> void {
  point p{static_cast<double>(step), losses_ == 0 ? NAN : loss_sum_ / static_cast<double>(losses_), {}, {}};
  p.weights.resize(layers_.size()), p.gradients.resize(layers_.size());
  for (std::size_t i = 0; i < layer_of_.size(); ++i)
    p.weights[layer_of_[i]] += squares(weight(i)), p.gradients[layer_of_[i]] += squares(gradient(i));
  for (auto* all : {&p.weights, &p.gradients})
    for (auto& x : *all) x = std::sqrt(x);
  if (events_) {
    events_->scalar("step/loss", step, p.loss);
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      events_->scalar("gradient norm/" + layers_[k], step, p.gradients[k]);
      events_->scalar("weight norm/" + layers_[k], step, p.weights[k]);
    }
    events_->flush();
  }
  points_.push_back(std::move(p));
  loss_sum_ = 0, losses_ = 0, seen_ = clock::now();
  if (points_.size() > most_points) thin_out();
  if (page_.empty() || seen_ - written_ < between_pages) return;
  write_page(so_far_, "goes on", true);
  written_ = clock::now();
}

// Every second point but the last, so that a run of any length has a page of a bounded size.
auto live_view::thin_out() -> void {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); ++i)
    if (i % 2 == 0 || i + 1 == points_.size()) std::swap(points_[kept++], points_[i]);
  points_.resize(kept);
}

auto live_view::epoch(const history& all) -> void {
  if (!is_on()) return;
  so_far_ = all;
  if (!events_) return;
  for (const auto& name : all.columns())
    if (name != "epoch" && !std::isnan(all.last(name)))
      events_->scalar("epoch/" + name, std::llround(all.last("epoch")), all.last(name));
  events_->flush();
}

auto live_view::finish(const history& all, std::string_view how_it_ended) -> void {
  if (events_) events_->flush();
  if (!page_.empty()) write_page(all, how_it_ended, false);
}

auto live_view::write_page(const history& all, std::string_view state, bool goes_on) const -> void {
  report page(page_, fmt::format("Training {}", state));
  if (goes_on) page.refresh(reload_seconds);
  std::vector<std::pair<std::string, std::string>> numbers{
      {"epochs", fmt::format("{} of {}", all.size() == 0 ? 0 : std::llround(all.last("epoch")), epochs_)}};
  if (!points_.empty()) numbers.emplace_back("steps", fmt::format("{:.0f}", points_.back().step));
  for (const auto& name : all.columns())
    if (name != "epoch" && name != "seconds" && !std::isnan(all.last(name)))
      numbers.emplace_back(name, fmt::format("{:.4g}", all.last(name)));
  numbers.emplace_back("time", duration_text(std::chrono::duration<double>(clock::now() - began_).count()));
  page.numbers(numbers);

  const auto of_history = [&](bool losses) {
    std::vector<chart_line> lines;
    for (const auto& name : all.columns())
      if (name != "epoch" && name != "seconds" && name != "learning rate" && is_loss(name) == losses)
        lines.push_back({name, all["epoch"], all[name]});
    return lines;
  };
  std::vector<double> steps, losses;
  for (const auto& p : points_) steps.push_back(p.step), losses.push_back(p.loss);
  page.section("Losses").figure(line_chart({.x_label = "step"}, {{"loss", steps, losses}}),
                                "The loss, a mean over the steps between two points");
  if (const auto lines = of_history(true); !lines.empty())
    page.figure(line_chart({.x_label = "epoch"}, lines), "The mean loss of each epoch");
  if (const auto lines = of_history(false); !lines.empty())
    page.figure(line_chart({.x_label = "epoch"}, lines), "Metrics of each epoch");
  const auto of_layers = [&](auto member) {
    std::vector<chart_line> lines;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      lines.push_back({layers_[k], steps, {}});
      for (const auto& p : points_) lines.back().y.push_back((p.*member)[k]);
    }
    return lines;
  };
  page.section("Layers").figure(line_chart({.x_label = "step", .log_y = true}, of_layers(&point::gradients)),
                                "Norms of the gradients, by layer");
  page.figure(line_chart({.x_label = "step", .log_y = true}, of_layers(&point::weights)), "Norms of the weights, by layer");
  page.save();
}

}  // namespace seegrad::nn::detail
