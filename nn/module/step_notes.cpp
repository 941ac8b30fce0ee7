#include <autodiff/array/few.hpp>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn {

thread_local detail::step_notes* detail::step_notes::listening = nullptr;

namespace {

auto values_of(std::initializer_list<tensor> of) -> seegrad::detail::few<array> {
  seegrad::detail::few<array> now(of.size());
  for (std::size_t i = 0; const auto& x : of) now[i++] = x.value();
  return now;
}

}  // namespace

auto in_each_step(std::initializer_list<tensor> of, std::initializer_list<buffer*> changed,
                  std::function<void(numbers_now)> apply) -> void {
  apply(values_of(of));
  if (auto* notes = detail::step_notes::listening) notes->effects.push_back({of, changed, std::move(apply)});
}

auto from_data(std::initializer_list<tensor> of, std::function<array(numbers_now)> make) -> array {
  auto made = make(values_of(of)).contiguous();
  if (auto* notes = detail::step_notes::listening) notes->made.push_back({of, made, std::move(make)});
  return made;
}

}  // namespace seegrad::nn
