#include <algorithm>
#include <autodiff/array/parallel.hpp>
#include <autodiff/run/engine.hpp>
#include <autodiff/run/workspace.hpp>

namespace seegrad::detail::run {
namespace {

// Making machine code costs about a microsecond an instruction; that much is saved in so many points.
constexpr std::size_t pays_after_one = 128, pays_after_many = 1024;

auto lanes() -> std::size_t { return std::max<std::size_t>(1, machine_code::lanes()); }

}  // namespace

engine::engine(code c, std::optional<wide_code> wide, backend wanted) : interpreter_(std::move(c)), wanted_(wanted) {
  if (wide && (wanted == backend::automatic || wanted == backend::interpreter)) wide_.emplace(std::move(*wide));
}

auto engine::machine(tier& t, width w, std::size_t points) const -> const machine_code* {
  using enum tier::state;
  auto now = t.now.load(std::memory_order_acquire);
  if (now == ready) return t.code.get();
  if (now != absent || wanted_ == backend::interpreter) return nullptr;
  const auto so_far = t.points.fetch_add(points, std::memory_order_relaxed) + points;
  if (wanted_ == backend::automatic && so_far < (w == width::one ? pays_after_one : pays_after_many)) return nullptr;
  if (!t.now.compare_exchange_strong(now, being_made)) return nullptr;
  t.code = machine_code::make(program(), w, block_size(program().slots, lanes()));
  t.now.store(t.code ? ready : impossible, std::memory_order_release);
  return t.code.get();
}

auto engine::run(const points& p) const -> void {
  if (built_) {
    if (!run_built(p)) interpreter_.run(p);  // which says what the guard was
    return;
  }
  if (wide_ && (p.count == 1 || !is_best_in_blocks())) return run_wide(p);
  if (p.count == 1) {
    const auto* m = machine(one_, width::one, 1);
    if (m && run_one(*m, p)) return;
  } else if (const auto* m = machine(many_, width::many, p.count)) {
    return run_blocks(*m, p);
  }
  interpreter_.run(p);
}

auto engine::run_built(const points& p) const -> bool {
  std::atomic<bool> is_right = true;
  parallel_for(static_cast<index_t>(p.count), 64, [&](index_t begin, index_t end) {
    std::vector<double> y(p.results.empty() ? program().results.size() : 0);  // what nobody asked for
    for (auto i = begin; i < end; ++i) {
      const auto one = p.part(static_cast<std::size_t>(i), 1);
      auto* const results = one.results.empty() ? y.data() : one.results.data();
      const auto x = one.inputs_of(0);
      if (!(one.slopes.empty() ? built_->values(x.data(), results)
                               : built_->vjp(x.data(), one.seeds_of(0).data(), results, one.slopes.data())))
        is_right = false;
      for (auto& s : one.slopes) s += 0.0;  // a zero has no sign (run/block.hpp)
    }
  });
  return is_right;
}

// Of many points: whose numbers stay near, or would have to be gathered.
auto engine::is_best_in_blocks() const -> bool {
  return program().slots * lanes() <= near_numbers || wide_->program().is_mostly_gathered();
}

auto engine::run_wide(const points& p) const -> void {
  if (p.count == 1) return wide_->run(p, program());
  parallel_for(static_cast<index_t>(p.count), 2, [&](index_t begin, index_t end) {
    for (index_t i = begin; i < end; ++i) wide_->run(p.part(static_cast<std::size_t>(i), 1), program());
  });
}

auto engine::run_one(const machine_code& m, const points& p) const -> bool {
  const workspace own(m.layout().slots);
  const block only{own.data(), 1, 0, 1};
  if (!p.seeds.empty()) only.fill(program().seeds, true, 1, [&](std::size_t) { return p.seeds; });
  m.run(own.data(), p.inputs.data(), 1);
  return give(m, only, p);
}

// False if a guard got another answer, or a derivative is NaN.
auto engine::give(const machine_code& m, const block& b, const points& p) -> bool {
  const auto& at = m.layout();
  if (at.failed != no_slot && std::any_of(b.at(at.failed), b.at(at.failed) + b.count, [](double x) { return x != 0; }))
    return false;
  b.give_results(at.results, p.results);
  return b.give_slopes(at.slopes, p.slopes);
}

auto engine::run_blocks(const machine_code& m, const points& p) const -> void {
  const auto size = m.block(), grain = m.grain();
  const auto blocks = (p.count + size - 1) / size;
  parallel_for(static_cast<index_t>(blocks), 4, [&](index_t begin, index_t end) {
    const workspace own(m.layout().slots * size);
    for (const auto& k : m.layout().constants) std::fill_n(own.data() + k.to * size, size, k.value);
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      const block b{own.data(), size, i * size, std::min(size, p.count - i * size)};
      const auto whole = (b.count + grain - 1) / grain * grain;
      b.take(p, program().inputs, program().seeds, whole);
      m.run(own.data(), nullptr, whole);
      if (!give(m, b, p)) interpreter_.run(p.part(b.first, b.count));
    }
  });
}

auto engine::machine_bytes() const -> std::size_t {
  std::size_t bytes = 0;
  for (const auto* t : {&one_, &many_})
    if (t->now.load(std::memory_order_acquire) == tier::state::ready) bytes += t->code->size();
  return bytes;
}

}  // namespace seegrad::detail::run
