#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/program_parts.hpp>

namespace seegrad {
namespace detail::run {
namespace {

/// The instructions for values alone, each with a slot of its own.
auto values_of(const code& slopes) -> code {
  code c;
  std::vector<slot> now(slopes.slots, no_slot);
  const auto fresh = [&](slot s) { return now[s] = static_cast<slot>(c.slots++); };
  const auto read = [&](slot s) { return s == no_slot ? no_slot : now[s]; };
  for (const auto& k : slopes.constants) c.constants.push_back({fresh(k.to), k.value});
  for (const auto s : slopes.inputs) c.inputs.push_back(fresh(s));
  for (std::size_t k = 0; k < slopes.forward; ++k) {
    auto i = slopes.instructions[k];
    for (auto& x : i.x) x = read(x);
    i.to = fresh(i.to);
    c.instructions.push_back(i);
  }
  c.forward = slopes.forward;
  for (const auto s : slopes.results) c.results.push_back(read(s));
  for (auto q : slopes.questions) {
    q.first = read(q.first), q.second = read(q.second);
    c.questions.push_back(std::move(q));
  }
  drop_unread(c);
  return c;
}

}  // namespace
}  // namespace detail::run

program::parts::parts(detail::run::code c, const compile_options& o) : options(o) {
  auto wide = c.is_settled ? std::nullopt : detail::run::widen(c);
  is_wide = wide.has_value();
  if (!is_wide) detail::run::settle(c, o);
  detail::run::plan_slots(c);
  slopes.emplace(std::move(c), std::move(wide), o.with);
  if (o.with != backend::compiler) return;
  auto built = detail::run::compiled_source::make(values().program(), slopes->program());
  values_->use(built), slopes->use(std::move(built));
}

auto program::parts::values() -> const detail::run::engine& {
  std::call_once(once_, [&] {
    auto c = detail::run::values_of(slopes->program());
    auto wide = is_wide ? detail::run::widen(c, true) : std::nullopt;
    detail::run::plan_slots(c);
    values_.emplace(std::move(c), std::move(wide), options.with);
    has_values_ = true;
  });
  return *values_;
}

auto program::parts::machine_bytes() const -> std::size_t {
  return slopes->machine_bytes() + (has_values_ ? values_->machine_bytes() : 0);
}

}  // namespace seegrad
