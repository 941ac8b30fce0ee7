#include <autodiff/run/workspace.hpp>

#include <utility>

namespace seegrad::detail::run {

thread_local workspace::room workspace::spare;

workspace::workspace(std::size_t numbers) : room_(std::exchange(spare, {})) {
  if (room_.size >= numbers) return;
  room_.memory.reset(static_cast<double*>(::operator new(numbers * sizeof(double), std::align_val_t(alignment))));
  room_.size = numbers;
}

workspace::~workspace() { spare = std::move(room_); }

}  // namespace seegrad::detail::run
