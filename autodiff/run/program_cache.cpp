#include <autodiff/run/program_cache.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/recorded.hpp>
#include <fmt/format.h>
#include <mutex>

namespace seegrad::detail::run {
namespace {

auto no_slopes(std::span<const array> at) -> std::vector<array> {
  std::vector<array> none;
  for (const auto& x : at) none.push_back(zeros(x.shape(), floating(x.type())));
  return none;
}

}  // namespace

auto kept_arrays::with_constants(std::vector<array> computed) const -> std::vector<array> {
  auto all = constants;
  for (std::size_t i = 0, next = 0; i < all.size(); ++i)
    if (all[i].is_null()) all[i] = std::move(computed[next++]);
  return all;
}

auto kept_arrays::values(std::span<const array> at) const -> std::vector<array> { return with_constants(code.values(at)); }

auto kept_arrays::expect_one_result(std::string_view who) const -> void {
  if (constants.size() != 1)
    throw error(fmt::format("{}: the function gives {} results; it is of one number", who, constants.size()));
}

auto kept_arrays::value_and_gradient(std::span<const array> at) const -> std::pair<double, std::vector<array>> {
  expect_one_result("value_and_gradient");
  if (constants[0].is_null()) return code.value_and_gradient(at);
  return {constants[0].item(), no_slopes(at)};
}

auto kept_arrays::vjp(std::span<const array> at, std::span<const array> cotangents) const -> std::vector<array> {
  if (cotangents.size() != constants.size())
    throw error(fmt::format("vjp: {} cotangents are given; the function gives {} results", cotangents.size(), constants.size()));
  std::vector<array> w;
  for (std::size_t i = 0; i < constants.size(); ++i)
    if (constants[i].is_null()) w.push_back(cotangents[i]);
  if (w.empty()) return no_slopes(at);
  return code.vjp(at, w).second;
}

auto kept_arrays::jvp(std::span<const array> at, std::span<const array> v) const
    -> std::pair<std::vector<array>, std::vector<array>> {
  auto [y, change] = code.jvp(at, v);
  auto all = with_constants(std::move(change));
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!constants[i].is_null()) all[i] = zeros(all[i].shape(), floating(all[i].type()));
  return {with_constants(std::move(y)), std::move(all)};
}

auto kept_arrays::hvp(std::span<const array> at, std::span<const array> v) const -> std::vector<array> {
  expect_one_result("hvp");
  return constants[0].is_null() ? code.hvp(at, v) : no_slopes(at);
}

auto kept_arrays::jacobian(std::span<const array> at) const -> array {
  expect_one_result("jacobian");
  return jacobian_by_rows(values(at)[0], at[0], [&](array seed) { return vjp(at, {&seed, 1})[0]; });
}

auto kept_arrays::hessian(std::span<const array> at) const -> array {
  return jacobian_by_rows(at[0], at[0], [&](array seed) { return hvp(at, {&seed, 1})[0]; });
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
