#include <algorithm>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/parallel.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/run/block.hpp>
#include <autodiff/run/interpreter.hpp>
#include <autodiff/run/workspace.hpp>
#include <utility>

namespace seegrad::detail::run {

// An instruction with the function that does it.
struct interpreter::step {
  instruction::kind what;
  slot to, x[max_arity], y, back;
  void (*value)(double*, const double* const*, index_t);  // null for one that is asked point by point
  void (*vjp)(double*, const double*, const double* const*, const double*, index_t);
  const operation* op;
  std::uint8_t by;
};

namespace {

constexpr std::size_t shortest_block = 16;

}  // namespace

interpreter::interpreter(code c) : code_(std::move(c)) {
  block_ = block_size(code_.slots, shortest_block);
  steps_.reserve(code_.instructions.size());
  for (const auto& i : code_.instructions) {
    const auto& loops = i.op->kernels[static_cast<std::size_t>(instructions())]->of<double>();
    step s{i.what, i.to, {i.x[0], i.x[1], i.x[2]}, i.y, i.back, loops.value, nullptr, i.op, i.by};
    if (i.what == instruction::kind::vjp) s.vjp = loops.vjp[i.by];
    if (i.what == instruction::kind::vjp_add) s.vjp = loops.vjp_add[i.by];
    steps_.push_back(s);
  }
}

interpreter::~interpreter() = default;

template <class At>
auto interpreter::ask(At at) const -> void {
  for (const auto& q : code_.questions) {
    const double a = q.first == no_slot ? q.asked.first.number : at(q.first);
    const double b = q.second == no_slot ? q.asked.second.number : at(q.second);
    detail::run::ask(q, a, b);
  }
}

auto interpreter::run(const points& p) const -> void {
  if (p.count == 1) {
    const workspace own(code_.slots);
    for (const auto& k : code_.constants) own.data()[k.to] = k.value;
    return run_one(p, own.data());
  }
  const auto blocks = (p.count + block_ - 1) / block_;
  const auto size = std::min(block_, p.count);
  parallel_for(static_cast<index_t>(blocks), 4, [&](index_t begin, index_t end) {
    const workspace own(code_.slots * size);
    auto* memory = own.data();
    for (const auto& k : code_.constants) std::fill_n(memory + k.to * size, size, k.value);
    for (auto b = static_cast<std::size_t>(begin); b < static_cast<std::size_t>(end); ++b)
      run_block(p, b * block_, std::min(block_, p.count - b * block_), memory);
  });
}

auto interpreter::run_block(const points& p, std::size_t first, std::size_t count, double* memory) const -> void {
  const auto size = std::min(block_, p.count);
  const auto n = static_cast<index_t>(count);
  const auto at = [&](slot s) { return memory + s * size; };
  const block own{memory, size, first, count};
  own.take(p, code_.inputs, code_.seeds, count);

  for (std::size_t k = 0; k < steps_.size(); ++k) {
    if (k == code_.forward)
      for (std::size_t i = 0; i < count && !code_.questions.empty(); ++i) ask([&](slot s) { return at(s)[i]; });
    const auto& s = steps_[k];
    const double* x[max_arity];
    for (int i = 0; i < max_arity; ++i) x[i] = at(s.x[i] == no_slot ? 0 : s.x[i]);
    if (s.vjp) s.vjp(at(s.to), at(s.back), x, at(s.y), n);
    else if (s.value) s.value(at(s.to), x, n);
    else
      for (index_t i = 0; i < n; ++i) {
        const double each[] = {x[0][i], x[1][i], x[2][i]};
        at(s.to)[i] = s.op->value(each);
      }
  }
  if (code_.forward == steps_.size())
    for (std::size_t i = 0; i < count && !code_.questions.empty(); ++i) ask([&](slot s) { return at(s)[i]; });

  own.give_results(code_.results, p.results), own.give_slopes(code_.slopes, p.slopes);
}

auto interpreter::run_one(const points& p, double* memory) const -> void {
  const block own{memory, 1, 0, 1};
  own.take(p, code_.inputs, code_.seeds, 1);
  const auto at = [&](slot s) { return memory[s]; };
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    if (k == code_.forward) ask(at);
    const auto& s = steps_[k];
    const double x[] = {memory[s.x[0]], s.x[1] == no_slot ? 0 : memory[s.x[1]], s.x[2] == no_slot ? 0 : memory[s.x[2]]};
    if (!s.vjp) memory[s.to] = s.op->value(x);
    else {
      const double product = strong_mul(memory[s.back], s.op->partial(s.by, x, memory[s.y]));
      memory[s.to] = s.what == instruction::kind::vjp_add ? memory[s.to] + product : product;
    }
  }
  if (code_.forward == steps_.size()) ask(at);
  own.give_results(code_.results, p.results), own.give_slopes(code_.slopes, p.slopes);
}

}  // namespace seegrad::detail::run
