#include <algorithm>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/run/wide/wide_engine.hpp>
#include <autodiff/run/workspace.hpp>

namespace seegrad::detail::run {
namespace {

// So many numbers of a group at once, so that what is gathered for them stays near.
constexpr std::size_t strip = 512;
constexpr std::size_t spare_strips = 5;  // three operands, a result and its cotangent

}  // namespace

// Where the operand's numbers from `first` on stand one behind the other: where they are, or gathered.
auto wide_engine::at(const wide_operand& o, double* memory, std::size_t first, std::size_t count, double* spare) const -> const
    double* {
  switch (o.what) {
    case wide_operand::kind::run: return memory + o.at + first;
    case wide_operand::kind::same:
      if (first == 0) std::fill_n(spare, count, memory[o.at]);
      return spare;
    case wide_operand::kind::listed: {
      const auto* from = c_.listed.data() + o.at + first;
      for (std::size_t i = 0; i < count; ++i) spare[i] = memory[from[i]];
      return spare;
    }
    case wide_operand::kind::stretches: return bring_together(o, memory, first, count, spare), spare;
    case wide_operand::kind::back: break;
  }
  return nullptr;
}

auto wide_engine::bring_together(const wide_operand& o, const double* memory, std::size_t first, std::size_t count,
                                 double* to) const -> void {
  const auto *begin = c_.stretches.data() + o.at, *end = begin + o.stretches;
  const auto* s = std::upper_bound(begin, end, first, [](std::size_t n, const wide_stretch& each) { return n < each.first; }) - 1;
  for (std::size_t done = 0; done < count; ++s) {
    const auto inside = first + done - s->first;
    const auto left = (s + 1 < end ? std::size_t{(s + 1)->first} : first + count) - first - done;
    const auto n = std::min(count - done, left);
    const auto step = static_cast<std::ptrdiff_t>(s->step);
    const auto* from = memory + s->at + step * static_cast<std::ptrdiff_t>(inside);
    if (step == 1) std::copy_n(from, n, to + done);
    else if (step == 0) std::fill_n(to + done, n, *from);
    else
      for (std::size_t i = 0; i < n; ++i) to[done + i] = from[step * static_cast<std::ptrdiff_t>(i)];
    done += n;
  }
}

auto wide_engine::run_group(const wide_group& g, double* memory, double* spare) const -> void {
  const auto& loops = g.op->kernels[static_cast<std::size_t>(instructions())]->of<double>();
  for (std::size_t first = 0; first < g.count; first += strip) {
    const auto count = std::min<std::size_t>(strip, g.count - first);
    const auto n = static_cast<index_t>(count);
    auto* to = memory + g.to + first;
    const double* x[max_arity];
    const bool is_vjp = g.what == wide_group::kind::vjp;
    const double* back = is_vjp ? at(g.back, memory, first, count, spare + 3 * strip) : nullptr;
    const auto operand = [&](const wide_operand& o, std::size_t k) {
      return o.what == wide_operand::kind::back ? back : at(o, memory, first, count, spare + k * strip);
    };
    for (int k = 0; k < g.op->arity; ++k) x[k] = operand(g.x[k], static_cast<std::size_t>(k));
    if (is_vjp) loops.vjp[g.by](to, back, x, operand(g.y, 4), n);
    else if (loops.value) loops.value(to, x, n);
    else
      for (index_t i = 0; i < n; ++i) {
        double each[max_arity];
        for (int k = 0; k < g.op->arity; ++k) each[k] = x[k][i];
        to[i] = g.op->value(each);
      }
  }
}

auto wide_engine::add_up(const wide_group& g, double* memory, double* spare) const -> void {
  if (g.each_apart) {
    for (std::uint32_t i = 0; i < g.count; ++i) {
      const auto& all = c_.terms[g.first_term + i];
      double sum = 0;
      for (std::size_t first = 0; first < g.terms; first += strip) {
        const auto count = std::min<std::size_t>(strip, g.terms - first);
        const auto* x = at(all, memory, first, count, spare);
        std::size_t k = 0;
        if (first == 0) sum = x[k++];
        for (; k < count; ++k) sum += x[k];
      }
      memory[g.to + i] = sum;
    }
    return;
  }
  for (std::size_t first = 0; first < g.count; first += strip) {
    const auto count = std::min<std::size_t>(strip, g.count - first);
    auto* to = memory + g.to + first;
    for (std::uint32_t k = 0; k < g.terms; ++k) {
      const auto& term = c_.terms[g.first_term + k];
      // What is the same all over is filled in for each strip anew, since terms share the spare memory.
      const auto* x =
          term.what == wide_operand::kind::same ? at(term, memory, 0, count, spare) : at(term, memory, first, count, spare);
      if (k == 0) std::copy_n(x, count, to);
      else
        vectorised([=] {
          for (std::size_t i = 0; i < count; ++i) to[i] += x[i];
        });
    }
  }
}

auto wide_engine::run(const points& p, const code& of) const -> void {
  const workspace own(c_.size + spare_strips * strip);
  auto* memory = own.data();
  auto* spare = memory + c_.size;
  auto* to = std::copy(c_.constants.begin(), c_.constants.end(), memory);
  to = std::copy(p.inputs.begin(), p.inputs.end(), to);
  std::copy(p.seeds.begin(), p.seeds.end(), to);
  for (const auto& g : c_.groups) {
    if (g.what == wide_group::kind::sum) add_up(g, memory, spare);
    else run_group(g, memory, spare);
  }
  const auto number = [&](position at, double otherwise) { return at == wide_code::nothing ? otherwise : memory[at]; };
  for (std::size_t q = 0; q < c_.questions.size(); ++q) {
    const auto& asked = of.questions[q];
    ask(asked, number(c_.questions[q].first, asked.asked.first.number),
        number(c_.questions[q].second, asked.asked.second.number));
  }
  for (std::size_t j = 0; j < p.results.size(); ++j) p.results[j] = memory[c_.results[j]];
  for (std::size_t j = 0; j < p.slopes.size(); ++j) p.slopes[j] = number(c_.slopes[j], 0.0) + 0.0;
}

}  // namespace seegrad::detail::run
