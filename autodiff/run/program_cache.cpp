#include <autodiff/run/program_cache.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <mutex>

namespace seegrad::detail::run {

auto kept_arrays::values(std::span<const array> at) const -> std::vector<array> {
  auto computed = code.values(at);
  auto all = constants;
  for (std::size_t i = 0, next = 0; i < all.size(); ++i)
    if (all[i].is_null()) all[i] = std::move(computed[next++]);
  return all;
}

auto kept_arrays::value_and_gradient(std::span<const array> at) const -> std::pair<double, std::vector<array>> {
  if (constants.size() != 1)
    throw error("value_and_gradient: the function gives " + std::to_string(constants.size()) + " results; it is of one number");
  if (constants[0].is_null()) return code.value_and_gradient(at);
  std::vector<array> none;
  for (const auto& x : at) none.push_back(zeros(x.shape(), is_floating(x.type()) ? x.type() : float64));
  return {constants[0].item(), std::move(none)};
}

auto program_cache::of(const program_key& key) const -> std::vector<entry_ptr> {
  std::vector<entry_ptr> found;
  const std::shared_lock reading(access_);
  for (const auto& e : entries_)
    if (e->key == key) found.push_back(e);
  return found;
}

auto program_cache::bring_forward(const entry_ptr& used) -> void {
  const std::unique_lock writing(access_);
  const auto at = std::find(entries_.begin(), entries_.end(), used);
  if (at != entries_.end()) std::rotate(entries_.begin(), at, at + 1);
}

auto program_cache::run(const program_key& key, const std::function<void(const kept_program&)>& use,
                        const std::function<kept_program()>& record) -> void {
  const auto known = of(key);
  for (const auto& e : known) {
    try {
      use(e->kept);
      if (e != known.front()) bring_forward(e);
      return;
    } catch (const guard_failure&) {}
  }
  // Recorded outside of the lock: a function may take its time, and may itself be made of such functions.
  const auto made = std::make_shared<const entry>(entry{key, record()});
  {
    const std::unique_lock writing(access_);
    entries_.insert(entries_.begin(), made);
    if (entries_.size() > most_) entries_.pop_back();
    ++recorded_;
  }
  use(made->kept);
}

auto program_cache::size() const -> std::size_t {
  const std::shared_lock reading(access_);
  return entries_.size();
}
auto program_cache::recorded() const -> std::size_t {
  const std::shared_lock reading(access_);
  return recorded_;
}

}  // namespace seegrad::detail::run
