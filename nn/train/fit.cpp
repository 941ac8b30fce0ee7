#include <nn/train/fit.hpp>

#include <autodiff/array/parallel.hpp>
#include <autodiff/array/utf8.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/train/checkpoint.hpp>
#include <nn/train/defaults.hpp>
#include <nn/train/interrupt.hpp>
#include <nn/train/live.hpp>
#include <nn/train/progress.hpp>

namespace seegrad::nn::detail {
namespace {

auto check_options(const fit_options& how) -> void {
  const auto wrong = [](const std::string& text) { throw error("fit: " + text); };
  if (how.epochs < 0) wrong(fmt::format("epochs must not be negative, and is {}", how.epochs));
  if (how.micro_batches < 1) wrong(fmt::format("micro_batches must be at least 1, and is {}", how.micro_batches));
  if (!(how.clip_norm > 0)) wrong(fmt::format("clip_norm must be positive, and is {}", how.clip_norm));
  if (how.checkpoint_epochs < 1) wrong(fmt::format("checkpoint_epochs must be at least 1, and is {}", how.checkpoint_epochs));
  if (how.checkpoint_steps < 0) wrong(fmt::format("checkpoint_steps must not be negative, and is {}", how.checkpoint_steps));
}

// Arithmetic would make float64 of both, at twice the time, and nobody would know.
auto check_types(const model_face& model, dtype inputs) -> void {
  const auto all = model.parameters();
  const auto alike = [&](const parameter* p) { return p->type() == inputs; };
  if (all.empty() || !is_floating(inputs) || std::any_of(all.begin(), all.end(), alike)) return;
  throw error(fmt::format(
      "fit: the inputs are {} and the model's parameters {}; make them alike, by inputs.cast({}) or nn::to(model, {})",
      name_of(inputs), name_of(all[0]->type()), name_of(all[0]->type()), name_of(inputs)));
}

class trainer {
 public:
  trainer(const model_face& model, const data_source& data, fit_options how)
      : trainer(model, data, sample_of(data), std::move(how)) {}

  // The first sample says of which types all are.
  trainer(const model_face& model, const data_source& data, const dataset& sample, fit_options how)
      : model_(model),
        how_(std::move(how)),
        loss_(how_.loss ? how_.loss : usual_loss(sample, "fit")),
        metric_(how_.metric ? how_.metric : usual_metric(sample)),
        loader_(data, {.batch_size = how_.batch_size,
                       .shuffle = how_.shuffle,
                       .seed = how_.seed,
                       .drop_last = how_.drop_last,
                       .prefetch = how_.prefetch,
                       .transform = how_.transform}),
        result_{{}, how_.optimiser},
        log_(how_.progress, how_.log, how_.epochs, loader_.size(), data.size()),
        step_(model_, loss_, how_.replay == replaying::always || (how_.replay == replaying::automatic && !how_.loss)) {
    check_options(how_);
    check_types(model_, sample.inputs.type());
    if (loader_.size() == 0) throw error("fit: there is no whole batch in the data; drop_last leaves out the only one");
  }

  auto run() -> fit_result {
    const mode_guard trained(model_, true);
    if (!how_.checkpoint.empty() && std::filesystem::exists(how_.checkpoint)) {
      load_checkpoint(how_.checkpoint, model_, result_, at_, saved_options());
      log_.say(fmt::format("going on from {}, epoch {}, batch {}", seegrad::detail::escaped(how_.checkpoint.string()),
                           at_.epoch + 1, at_.batch));
    }
    replay_early_stopping();
    if (!how_.page.empty() || !how_.tensorboard.empty()) live_.emplace(how_, model_.names());
    std::optional<flush_to_zero> flushing;
    if (how_.flush_to_zero) flushing.emplace();
    try {
      while (at_.epoch < how_.epochs && !result_.stopped_early && !result_.interrupted) epoch();
    } catch (...) {
      show([&] { live_->finish(result_.history, "ended by an error"); });
      throw;
    }
    show([&] {
      live_->finish(result_.history, result_.interrupted     ? "was interrupted"
                                     : result_.stopped_early ? "stopped early"
                                                             : "is done");
    });
    if (result_.interrupted) {
      if (!how_.checkpoint.empty()) checkpoint();
      log_.say(how_.checkpoint.empty()
                   ? "interrupted"
                   : fmt::format("interrupted; {} has all to go on from", seegrad::detail::escaped(how_.checkpoint.string())));
    }
    result_.steps_run = step_.steps_run(), result_.why_recorded = step_.why_recorded();
    return std::move(result_);
  }

 private:
  auto epoch() -> void {
    model_.train(true);  // whatever after_epoch did
    if (how_.schedule) result_.optimiser.set_lr(how_.schedule(at_.epoch));
    step_.record_next();  // whatever was changed in between
    loader_.set_epoch(static_cast<std::uint64_t>(at_.epoch));
    log_.begin_epoch(static_cast<int>(at_.epoch), at_.batch);
    index_t number = 0;
    for (const auto& batch : loader_) {
      if (number++ < at_.batch) continue;
      step(batch);
      ++at_.batch;
      log_.batch(at_.batch, at_.loss_sum / at_.samples, at_.metric_sum / at_.samples, metric_ ? metric_->name : "");
      if (watch_.interrupted()) {
        result_.interrupted = true;
        return;
      }
      if (how_.checkpoint_steps > 0 && !how_.checkpoint.empty() && at_.batch % how_.checkpoint_steps == 0) checkpoint();
    }
    finish_epoch();
  }

  auto finish_epoch() -> void {
    std::vector<std::pair<std::string, double>> row{{"epoch", static_cast<double>(at_.epoch + 1)},
                                                    {"loss", at_.loss_sum / at_.samples}};
    if (metric_) row.emplace_back(metric_->name, at_.metric_sum / at_.samples);
    if (how_.validation) {
      const auto seen = evaluate(model_, *how_.validation, loss_, metric_, 256);
      row.emplace_back("validation loss", seen.loss);
      if (metric_) row.emplace_back("validation " + metric_->name, seen.metric);
    }
    row.emplace_back("learning rate", result_.optimiser.lr());
    row.emplace_back("seconds", log_.seconds());
    result_.history.append(row);
    log_.end_epoch(result_.history);
    show([&] { live_->epoch(result_.history); });
    at_ = {.epoch = at_.epoch + 1};
    if (stopping_ && stopping_->step(watched(result_.history.size() - 1))) result_.stopped_early = true;
    if (how_.after_epoch && !how_.after_epoch(result_.history)) result_.stopped_early = true;
    if (!how_.checkpoint.empty() &&
        (at_.epoch % how_.checkpoint_epochs == 0 || at_.epoch == how_.epochs || result_.stopped_early))
      checkpoint();
  }

  auto step(const dataset& batch) -> void {
    const auto n = batch.size(), parts = std::min(how_.micro_batches, n);
    gradients_.clear();
    for (index_t k = 0; k < parts; ++k) {
      const auto from = k * n / parts, to = (k + 1) * n / parts;
      const auto part = parts == 1 ? batch : subset(batch, from, to);
      const auto samples = static_cast<double>(to - from), share = samples / static_cast<double>(n);
      const auto& done = step_of(part, parts, share);
      count(done, part, samples);
      gather(done.gradients);
    }
    observe();
    model_.step(result_.optimiser, gradients_, clip_by(gradients_));
  }

  // What fails for one sample alone, such as the statistics of a batch, has a remedy that the layer cannot know.
  auto step_of(const dataset& part, index_t parts, double share) -> const step_outcome& {
    try {
      return step_(part, share);
    } catch (const loss_not_finite& e) {
      throw error(fmt::format("fit: the loss is {} in epoch {}, batch {}: {}", e.loss, at_.epoch + 1, at_.batch + 1, e.why));
    } catch (const error& e) {
      const auto is_last = at_.batch + 1 == loader_.size() && how_.batch_size > 1 && loader_.data().size() > 1;
      if (part.size() != 1 || (parts == 1 && !is_last)) throw;
      throw error(fmt::format("{}; {}", e.what(),
                              parts > 1 ? "fewer micro_batches would leave more than one sample to each"
                                        : "the last batch has one sample, and .drop_last = true leaves it out"));
    }
  }

  auto observe() -> void {
    if (!live_ || !live_->is_due(at_.batch + 1 == loader_.size())) return;
    const auto list = model_.parameters();
    show([&] {
      live_->norms(
          at_.epoch * loader_.size() + at_.batch + 1, [&](std::size_t i) { return list[i]->value(); },
          [&](std::size_t i) { return gradients_[i]; });
    });
  }

  /// Training goes on where a disk that is full ends the show, and says so once.
  template <class F>
  auto show(F f) -> void {
    if (!live_) return;
    try {
      f();
    } catch (const error& e) {
      live_.reset();
      log_.say(fmt::format("training goes on, and is no longer shown: {}", e.what()));
    }
  }

  auto gather(const std::vector<array>& of_part) -> void {
    if (gradients_.empty()) return void(gradients_ = of_part);
    for (std::size_t i = 0; i < gradients_.size(); ++i) {
      auto& sum = gradients_[i];
      if (!of_part[i].is_null()) sum = sum.is_null() ? of_part[i] : sum + of_part[i];
    }
  }

  auto clip_by(const std::vector<array>& gradients) const -> clipping {
    if (std::isinf(how_.clip_norm)) return {};
    norm_of_all norm(2);
    for (const auto& g : gradients)
      if (!g.is_null()) norm.add(g);
    return clip_to(norm.result(), how_.clip_norm);
  }

  auto count(const step_outcome& done, const dataset& part, double samples) -> void {
    at_.loss_sum += done.loss * samples;
    if (live_) live_->loss(done.loss);
    if (metric_) at_.metric_sum += metric_->of(done.prediction, part.targets) * samples;
    at_.samples += samples;
  }

  auto watched(std::size_t row) const -> double { return result_.history[how_.validation ? "validation loss" : "loss"][row]; }
  /// Early stopping remembers what the history has, so nothing of it is saved.
  auto replay_early_stopping() -> void {
    if (!how_.early_stopping) return;
    stopping_.emplace(*how_.early_stopping);
    for (std::size_t i = 0; i < result_.history.size(); ++i)
      if (stopping_->step(watched(i))) result_.stopped_early = true;
  }

  auto saved_options() const -> std::map<std::string, std::string> {
    return {{"format", "seegrad checkpoint 1"},
            {"batch_size", std::to_string(how_.batch_size)},
            {"micro_batches", std::to_string(how_.micro_batches)},
            {"samples", std::to_string(loader_.data().size())},
            {"shuffle", how_.shuffle ? "true" : "false"},
            {"drop_last", how_.drop_last ? "true" : "false"},
            {"seed", std::to_string(how_.seed)}};
  }
  auto checkpoint() -> void { save_checkpoint(how_.checkpoint, model_, result_, at_, saved_options()); }

  const model_face& model_;
  fit_options how_;
  loss_function loss_;
  std::optional<metric> metric_;
  data_loader loader_;
  fit_result result_;
  progress_log log_;
  std::optional<live_view> live_;
  standing at_;
  std::optional<early_stopping> stopping_;
  interrupt_watch watch_;
  training_step step_;
  std::vector<array> gradients_;
};

}  // namespace

auto fit(const model_face& model, const data_source& data, fit_options how) -> fit_result {
  return trainer(model, data, std::move(how)).run();
}

}  // namespace seegrad::nn::detail
