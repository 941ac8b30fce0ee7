#include <algorithm>
#include <autodiff/array/parallel.hpp>
#include <autodiff/run/engine.hpp>
#include <autodiff/run/workspace.hpp>

namespace seegrad::detail::run {
namespace {

// Making machine code costs about a microsecond an instruction; that much is saved in so many points.
constexpr std::size_t pays_after_one = 128, pays_after_many = 1024;
// More of them come from memory too slowly.
constexpr std::size_t most_instructions = 200'000;
// Numbers of a block that stay near the processor: half of a cache of the second level.
constexpr std::size_t near = 512 * 1024 / sizeof(double), longest_block = 128;

// What is added to a derivative so that a zero has no sign: a product with an exact zero is +0 by strong_mul, and may be -0 by plain multiplication.
constexpr double unsigned_zero = 0;

}  // namespace

engine::engine(code c, std::optional<wide_code> wide, backend wanted) : interpreter_(std::move(c)), wanted_(wanted) {
  if (wide && (wanted == backend::automatic || wanted == backend::interpreter)) wide_.emplace(std::move(*wide));
}

auto engine::machine(tier& t, width w, std::size_t points) const -> const machine_code* {
  using enum tier::state;
  auto now = t.now.load(std::memory_order_acquire);
  if (now == ready) return t.code.get();
  if (now != absent || wanted_ == backend::interpreter || wanted_ == backend::compiler ||
      program().instructions.size() > most_instructions)
    return nullptr;
  const auto so_far = t.points.fetch_add(points, std::memory_order_relaxed) + points;
  if (wanted_ == backend::automatic && so_far < (w == width::one ? pays_after_one : pays_after_many)) return nullptr;
  if (!t.now.compare_exchange_strong(now, being_made)) return nullptr;
  t.code = machine_code::make(program(), w, w == width::one ? 1 : block());
  t.now.store(t.code ? ready : impossible, std::memory_order_release);
  return t.code.get();
}

auto engine::block() const -> std::size_t {
  const auto lanes = std::max<std::size_t>(1, machine_code::lanes());
  const auto fits = near / std::max<std::size_t>(1, program().slots) / lanes * lanes;
  return std::clamp(fits, lanes, longest_block);
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
      for (auto& s : one.slopes) s += unsigned_zero;
    }
  });
  return is_right;
}

// Of many points: whose numbers stay near, or would have to be gathered.
auto engine::is_best_in_blocks() const -> bool {
  constexpr double mostly = 0.6;
  return program().slots * std::max<std::size_t>(1, machine_code::lanes()) <= near || wide_->program().gathered > mostly;
}

auto engine::run_wide(const points& p) const -> void {
  if (p.count == 1) return wide_->run(p, program());
  parallel_for(static_cast<index_t>(p.count), 2, [&](index_t begin, index_t end) {
    for (index_t i = begin; i < end; ++i) wide_->run(p.part(static_cast<std::size_t>(i), 1), program());
  });
}

auto engine::run_one(const machine_code& m, const points& p) const -> bool {
  const auto& at = m.layout();
  const workspace own(at.slots);
  auto* memory = own.data();
  for (std::size_t j = 0; j < p.seeds.size(); ++j) memory[program().seeds[j]] = p.seeds[j];
  m.run(memory, p.inputs.data(), 1);
  if (at.failed != no_slot && memory[at.failed] != 0) return false;
  bool is_number = true;
  for (std::size_t j = 0; j < p.slopes.size(); ++j) {
    const double s = at.slopes[j] == no_slot ? 0 : memory[at.slopes[j]] + unsigned_zero;
    p.slopes[j] = s;
    is_number &= s == s;
  }
  if (!is_number) return false;
  for (std::size_t j = 0; j < p.results.size(); ++j) p.results[j] = memory[at.results[j]];
  return true;
}

auto engine::run_blocks(const machine_code& m, const points& p) const -> void {
  const auto& at = m.layout();
  const auto size = block(), lanes = machine_code::lanes();
  const auto blocks = (p.count + size - 1) / size;
  parallel_for(static_cast<index_t>(blocks), 4, [&](index_t begin, index_t end) {
    const workspace own(at.slots * size);
    const auto numbers = [&](slot s) { return own.data() + s * size; };
    for (const auto& k : at.constants) std::fill_n(numbers(k.to), size, k.value);
    for (auto b = static_cast<std::size_t>(begin); b < static_cast<std::size_t>(end); ++b) {
      const auto first = b * size, count = std::min(size, p.count - first), whole = (count + lanes - 1) / lanes * lanes;
      const auto fill = [&](const places& to, bool same, auto of) {
        for (std::size_t j = 0; j < to.size(); ++j) {
          auto* numbers_of_input = numbers(to[j]);
          if (same) std::fill_n(numbers_of_input, whole, of(first)[j]);
          else {
            for (std::size_t i = 0; i < count; ++i) numbers_of_input[i] = of(first + i)[j];
            std::fill(numbers_of_input + count, numbers_of_input + whole, numbers_of_input[count - 1]);
          }
        }
      };
      fill(program().inputs, p.same_inputs, [&](std::size_t i) { return p.inputs_of(i); });
      fill(program().seeds, p.same_seeds, [&](std::size_t i) { return p.seeds_of(i); });
      m.run(own.data(), nullptr, whole);

      bool is_right =
          at.failed == no_slot || std::all_of(numbers(at.failed), numbers(at.failed) + count, [](double x) { return x == 0; });
      for (std::size_t j = 0; j < at.slopes.size() && !p.slopes.empty(); ++j) {
        auto* to = p.slopes.data() + first * at.slopes.size() + j;
        const auto* from = at.slopes[j] == no_slot ? nullptr : numbers(at.slopes[j]);
        bool is_number = true;
        for (std::size_t i = 0; i < count; ++i) {
          const double s = from ? from[i] + unsigned_zero : 0;
          to[i * at.slopes.size()] = s;
          is_number &= s == s;
        }
        is_right &= is_number;
      }
      for (std::size_t j = 0; j < at.results.size() && !p.results.empty(); ++j)
        for (std::size_t i = 0; i < count; ++i) p.results[(first + i) * at.results.size() + j] = numbers(at.results[j])[i];
      if (!is_right) interpreter_.run(p.part(first, count));
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
