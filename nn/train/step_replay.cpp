#include <nn/train/step_replay.hpp>

#include <fmt/format.h>

namespace seegrad::nn::detail {
namespace {

constexpr int most_differences = 2, most_refused = 8;

}  // namespace

auto step_replay::run(const dataset& part, double share, step_outcome& done) -> bool {
  if (given_up_ || !program_ || due_ || is_new_ || !program_->fits(part)) return false;
  if (!program_->run(part, share, done)) {
    // A program whose guards and conditions fail all the time costs more than it saves.
    if (++refused_ == most_refused) give_up(fmt::format("{} steps in a row could not be run: {}", refused_, program_->why_not()));
    return false;
  }
  refused_ = 0;
  ++steps_run_;
  due_ = --until_due_ == 0;
  return true;
}

step_replay::recording::recording(step_replay& r, const dataset& part)
    : replay_(r),
      part_(part),
      listens_(!r.given_up_ &&
               (r.is_new_ || ((!r.program_ || r.program_->fits(part)) && (!r.candidate_ || r.candidate_->fits(part))))),
      data_(part, listens_) {
  if (r.program_) r.program_->release();
  if (!listens_) return;
  before_ = step_program::now(r.model_);
  notes_.emplace();
}

auto step_replay::recording::end(const tensor& prediction, const tensor& loss) -> void {
  if (listens_) replay_.compare(step_program::made(replay_.model_, data_, part_, prediction, loss, *notes_, before_));
}

auto step_replay::compare(std::optional<step_program> now) -> void {
  const bool is_first = std::exchange(is_new_, false);
  auto& known = program_ ? program_ : candidate_;
  if (now && known && known->agrees_with(*now)) {
    if (!program_) program_.swap(candidate_), interval_ = 1;
    else if (!is_first) interval_ *= 2;
    candidate_.reset();
    until_due_ = interval_, due_ = false, differences_ = 0;
    return;
  }
  if (known && !is_first) ++differences_;
  if (!now) ++differences_;
  if (differences_ >= most_differences)
    give_up(
        now ? "the records of two steps differ by more than the numbers of parameters and data"
            : "a step does what its record does not hold: it draws numbers elsewhere, or changes a buffer without nn::in_each_step");
  program_.reset();
  candidate_ = std::move(now);
}

}  // namespace seegrad::nn::detail
