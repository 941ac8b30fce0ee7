#include <algorithm>
#include <autodiff/run/machine/machine_code.hpp>
#include <autodiff/run/wide/region_plan.hpp>
#include <autodiff/run/wide/wide_tasks.hpp>
#include <numeric>
#include <utility>

namespace seegrad::detail::run {
namespace {

// Below that many instructions machine code is as fast; and a group costs what a dozen numbers do.
constexpr std::size_t fewest_instructions = 2000, shortest_average = 24;
// Sums of more terms than that, and of fewer than `few` at once, are taken one by one.
constexpr std::uint32_t few = 8;
// Numbers that lie in stretches of that many, on average, are not looked up one by one.
constexpr std::uint32_t shortest_stretch = 8;

class widening {
 public:
  widening(const code& c, wide_tasks t) : c_(c), t_(std::move(t)) {}

  auto run(bool always) -> std::optional<wide_code> {
    out_.constants = std::move(t_.constants);
    out_.inputs = c_.inputs.size(), out_.seeds = c_.seeds.size();
    put_in_groups();
    if (!always && t_.tasks.size() < shortest_average * starts_.size()) return std::nullopt;
    find_last_readers();
    place();
    // Machine code is faster, where there can be any.
    if (!always && out_.is_mostly_gathered() && c_.instructions.size() <= machine_code::most_instructions) return std::nullopt;
    return std::move(out_);
  }

 private:
  // --- Groups: what does the same, on one level, in the order of the record ---

  auto put_in_groups() -> void {
    order_.resize(t_.tasks.size());
    std::iota(order_.begin(), order_.end(), 0);
    sort_by([](const task& t) { return t.does; });
    sort_by([](const task& t) { return t.level; });
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      const auto& t = t_.tasks[order_[i]];
      if (i == 0 || t.level != t_.tasks[order_[i - 1]].level || t.does != t_.tasks[order_[i - 1]].does) starts_.push_back(i);
    }
  }
  // By counting, which keeps the order of equals.
  template <class Key>
  auto sort_by(Key key) -> void {
    std::vector<std::uint32_t> next;
    for (const auto& t : t_.tasks) {
      if (key(t) + 2 > next.size()) next.resize(key(t) + 2, 0);
      ++next[key(t) + 1];
    }
    for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
    std::vector<std::uint32_t> sorted(order_.size());
    for (const auto i : order_) sorted[next[key(t_.tasks[i])]++] = i;
    order_.swap(sorted);
  }
  auto end_of(std::size_t g) const -> std::uint32_t {
    return g + 1 < starts_.size() ? starts_[g + 1] : static_cast<std::uint32_t>(order_.size());
  }

  template <class F>
  auto each_operand(const task& t, F f) const -> void {
    for (const auto v : t.x)
      if (v != none) f(v);
    if (t.y != none) f(t.y);
    if (t.back != none) f(t.back);
    for (std::uint32_t k = 0; k < t.terms; ++k) f(t_.terms[t.first_term + k]);
  }
  auto find_last_readers() -> void {
    group_of_.resize(t_.tasks.size());
    last_reader_.assign(starts_.size(), 0);
    for (std::size_t g = 0; g < starts_.size(); ++g)
      for (auto i = starts_[g]; i < end_of(g); ++i) {
        const auto& t = t_.tasks[order_[i]];
        group_of_[order_[i]] = static_cast<std::uint32_t>(g);
        each_operand(t, [&](number v) {
          if (v >= t_.given) last_reader_[group_of_[v - t_.given]] = g;
        });
      }
    const auto stays = [&](number v) {
      if (v != none && v >= t_.given) last_reader_[group_of_[v - t_.given]] = starts_.size();
    };
    for (const auto v : t_.results) stays(v);
    for (const auto v : t_.slopes) stays(v);
    for (const auto& [a, b] : t_.questions) stays(a), stays(b);
  }

  // --- Positions ---

  auto place() -> void {
    at_.resize(t_.names);
    for (number v = 0; v < t_.given; ++v) at_[v] = v;
    region_plan memory;
    memory.take(t_.given);
    std::vector<std::vector<std::uint32_t>> ending(starts_.size() + 1);
    for (std::size_t g = 0; g < starts_.size(); ++g) {
      sort_by_operand(g);
      const auto count = end_of(g) - starts_[g];
      const auto to = static_cast<position>(memory.take(count));
      for (std::uint32_t i = 0; i < count; ++i) at_[t_.tasks[order_[starts_[g] + i]].to] = to + i;
      write_group(g, to, count);
      ending[std::max<std::size_t>(last_reader_[g], g)].push_back(static_cast<std::uint32_t>(g));
      for (const auto ended : ending[g]) memory.give_back(out_.groups[ended].to, out_.groups[ended].count);
    }
    out_.size = memory.size();
    if (operands_ > 0) out_.gathered /= operands_;
    const auto position_of = [&](number v) { return v == none ? wide_code::nothing : at_[v]; };
    for (const auto v : t_.results) out_.results.push_back(position_of(v));
    for (const auto v : t_.slopes) out_.slopes.push_back(position_of(v));
    for (const auto& [a, b] : t_.questions) out_.questions.push_back({position_of(a), position_of(b)});
  }

  // So that at least one operand is a run.
  auto sort_by_operand(std::size_t g) -> void {
    const auto begin = order_.begin() + starts_[g], end = order_.begin() + end_of(g);
    const auto key = [&](std::uint32_t i) {
      const auto& t = t_.tasks[i];
      if (t.what == wide_group::kind::sum) return at_[t_.terms[t.first_term]];
      for (const auto v : t.x)
        if (v != none) return at_[v];
      return at_[t.y != none ? t.y : t.back];
    };
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); };
    if (std::is_sorted(begin, end, before)) return;
    std::reverse(begin, end);
    if (!std::is_sorted(begin, end, before)) std::stable_sort(begin, end, before);
  }

  /// of(i): the position of the operand's number i.
  template <class Of>
  auto operand(std::uint32_t count, Of of) -> wide_operand {
    bool run = true, same = true;
    const position first = of(0);
    for (std::uint32_t i = 1; i < count && (run || same); ++i) {
      const position p = of(i);
      run &= p == first + i, same &= p == first;
    }
    operands_ += count;
    if (run) return {wide_operand::kind::run, first};
    if (same) return {wide_operand::kind::same, first};
    out_.gathered += count;
    if (const auto s = stretches(count, of); s > 0)
      return {wide_operand::kind::stretches, static_cast<position>(out_.stretches.size() - s), s};
    const auto at = static_cast<position>(out_.listed.size());
    for (std::uint32_t i = 0; i < count; ++i) out_.listed.push_back(of(i));
    return {wide_operand::kind::listed, at};
  }
  /// How many stretches are written down: none where they would be short.
  template <class Of>
  auto stretches(std::uint32_t count, Of of) -> std::uint32_t {
    const auto before = out_.stretches.size();
    const auto most = before + count / shortest_stretch;
    for (std::uint32_t i = 0; i < count;) {
      if (out_.stretches.size() == most) return out_.stretches.resize(before), 0;
      const auto first = i;
      const auto at = of(first);
      const auto step = ++i < count ? std::int64_t{of(i)} - std::int64_t{at} : 0;
      while (i < count && std::int64_t{of(i)} - std::int64_t{of(i - 1)} == step) ++i;
      out_.stretches.push_back({first, at, static_cast<std::int32_t>(step)});
    }
    return static_cast<std::uint32_t>(out_.stretches.size() - before);
  }
  auto write_group(std::size_t g, position to, std::uint32_t count) -> void {
    const auto task_at = [&](std::uint32_t i) -> const task& { return t_.tasks[order_[starts_[g] + i]]; };
    const auto& t = task_at(0);
    wide_group made;
    made.what = t.what, made.by = t.by, made.op = t.op, made.to = to, made.count = count;
    if (t.what == wide_group::kind::sum) {
      made.first_term = static_cast<std::uint32_t>(out_.terms.size()), made.terms = t.terms;
      made.each_apart = count < few && t.terms > count;
      const auto at = [&](std::uint32_t i, std::uint32_t k) { return at_[t_.terms[task_at(i).first_term + k]]; };
      if (made.each_apart)
        for (std::uint32_t i = 0; i < count; ++i)
          out_.terms.push_back(operand(t.terms, [&](std::uint32_t k) { return at(i, k); }));
      else
        for (std::uint32_t k = 0; k < t.terms; ++k)
          out_.terms.push_back(operand(count, [&](std::uint32_t i) { return at(i, k); }));
    } else {
      const auto all = [&](auto of) {
        return of(t) == none ? wide_operand{wide_operand::kind::back}
                             : operand(count, [&](std::uint32_t i) { return at_[of(task_at(i))]; });
      };
      for (int k = 0; k < t.op->arity; ++k) made.x[k] = all([k](const task& each) { return each.x[k]; });
      if (t.what == wide_group::kind::vjp) {
        made.y = all([](const task& each) { return each.y; });
        made.back = all([](const task& each) { return each.back; });
      }
    }
    out_.groups.push_back(made);
  }

  const code& c_;
  wide_tasks t_;
  wide_code out_;
  double operands_ = 0;
  std::vector<std::uint32_t> order_, starts_;  // tasks by group; where groups begin
  std::vector<std::uint32_t> group_of_;        // by task
  std::vector<std::size_t> last_reader_;       // by group
  std::vector<position> at_;                   // by value
};

}  // namespace

auto widen(const code& c, bool always) -> std::optional<wide_code> {
  if (!always && c.instructions.size() < fewest_instructions) return std::nullopt;
  return widening(c, name_tasks(c)).run(always);
}

}  // namespace seegrad::detail::run
